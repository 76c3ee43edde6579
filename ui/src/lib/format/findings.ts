/** Order, groups and filters of findings. */
import type { Finding, Outcome, Severity } from '$lib/api/generated';
import { words } from '$lib/words';
import { severities } from './review';

/** A finding and its place in the report, which is its identity on the page. */
export interface NumberedFinding {
  index: number;
  finding: Finding;
}

/** Whether a person has something to do about it: the engine's own rule, as its counts use it. */
export function isRisk(finding: Finding): boolean {
  if (finding.outcome === 'fallback') return finding.severity !== 'low';
  return finding.outcome === 'red_line' || finding.outcome === 'missing' || finding.outcome === 'unclear';
}

export function firstPage(finding: Finding): number {
  return finding.citations[0]?.page ?? Number.MAX_SAFE_INTEGER;
}

export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** The gravest first, then by page, then as the report has them. */
export function inOrder(findings: Finding[]): NumberedFinding[] {
  return findings
    .map((finding, index) => ({ finding, index }))
    .sort(
      (a, b) =>
        rank(a.finding.severity) - rank(b.finding.severity) ||
        firstPage(a.finding) - firstPage(b.finding) ||
        a.index - b.index,
    );
}

export interface FindingFilter {
  /** Empty: all. */
  severities: Severity[];
  outcome: Outcome | null;
  text: string;
}

export const noFilter: FindingFilter = { severities: [], outcome: null, text: '' };

export function isFiltering(filter: FindingFilter): boolean {
  return filter.severities.length > 0 || filter.outcome !== null || filter.text.trim() !== '';
}

export function matches(finding: Finding, filter: FindingFilter): boolean {
  if (filter.severities.length > 0 && !filter.severities.includes(finding.severity)) return false;
  if (filter.outcome !== null && finding.outcome !== filter.outcome) return false;
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === '') return true;
  const text = [
    finding.title,
    finding.explanation,
    finding.ask,
    finding.check,
    words.clauseKind[finding.clause_kind],
    words.outcome[finding.outcome],
    ...finding.citations.map((citation) => citation.quote),
  ]
    .join(' ')
    .toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

export interface FindingGroups {
  risks: { severity: Severity; findings: NumberedFinding[] }[];
  /** Met, acceptable or not applicable. */
  rest: NumberedFinding[];
  /** Everything, as it is walked through by keyboard. */
  order: NumberedFinding[];
}

export function grouped(findings: Finding[], filter: FindingFilter): FindingGroups {
  const shown = inOrder(findings).filter(({ finding }) => matches(finding, filter));
  const risky = shown.filter(({ finding }) => isRisk(finding));
  const outcomes: Outcome[] = ['fallback', 'met', 'not_applicable'];
  const rest = shown
    .filter(({ finding }) => !isRisk(finding))
    .sort((a, b) => outcomes.indexOf(a.finding.outcome) - outcomes.indexOf(b.finding.outcome));
  const risks = severities
    .map((severity) => ({ severity, findings: risky.filter(({ finding }) => finding.severity === severity) }))
    .filter((group) => group.findings.length > 0);
  return { risks, rest, order: [...risks.flatMap((group) => group.findings), ...rest] };
}
