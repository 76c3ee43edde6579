/** Order, groups and filters of findings. */
import type { Finding, FindingDecision, Outcome, Severity, Verdict } from '$lib/api/generated';
import { words } from '$lib/words';
import { headingOf, headings, type Heading } from './headings';
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

/** Made by a person of words they selected. */
export const isOwn = (finding: Finding): boolean => finding.check.startsWith('own/');

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

/** `open`: something to decide about that nothing was decided about. */
export type Settled = 'open' | Verdict;
export const settledWays: Settled[] = ['open', 'accepted', 'dismissed'];
export const outcomes: Outcome[] = ['red_line', 'missing', 'unclear', 'fallback', 'met', 'not_applicable'];

/** Null when there is nothing to decide and nothing was decided. */
export function settledOf(finding: Finding, decision: FindingDecision | undefined): Settled | null {
  return decision?.verdict ?? (isRisk(finding) ? 'open' : null);
}

export function countSettled(findings: Finding[], decisions: FindingDecision[]): Record<Settled, number> {
  const counts: Record<Settled, number> = { open: 0, accepted: 0, dismissed: 0 };
  findings.forEach((finding, index) => {
    const settled = settledOf(finding, decisions[index]);
    if (settled) counts[settled] += 1;
  });
  return counts;
}

/** Of each list: empty means all. */
export interface FindingFilter {
  severities: Severity[];
  outcomes: Outcome[];
  headings: Heading[];
  settled: Settled | null;
  text: string;
  /** Places of findings that stay although they don't match any more: nothing moves while it is decided. */
  kept: number[];
}

export const noFilter: FindingFilter = { severities: [], outcomes: [], headings: [], settled: null, text: '', kept: [] };

export function isFiltering(filter: FindingFilter): boolean {
  return filter.severities.length + filter.outcomes.length + filter.headings.length > 0 || filter.settled !== null || filter.text.trim() !== '';
}

const within = <T>(chosen: T[], value: T): boolean => chosen.length === 0 || chosen.includes(value);

export function matches({ finding, index }: NumberedFinding, filter: FindingFilter, decision?: FindingDecision): boolean {
  if (!within(filter.severities, finding.severity)) return false;
  if (!within(filter.outcomes, finding.outcome)) return false;
  if (!within(filter.headings, headingOf(finding.clause_kind))) return false;
  if (filter.settled !== null && settledOf(finding, decision) !== filter.settled && !filter.kept.includes(index)) return false;
  const wanted = filter.text.trim().toLowerCase();
  if (wanted === '') return true;
  const text = [
    finding.title,
    finding.explanation,
    finding.ask,
    finding.check,
    words.clauseKind[finding.clause_kind],
    words.outcome[finding.outcome],
    decision?.reason ?? '',
    decision?.note ?? '',
    ...finding.citations.map((citation) => citation.quote),
  ]
    .join(' ')
    .toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

export type GroupBy = 'severity' | 'heading' | 'page';
export const groupings: GroupBy[] = ['severity', 'heading', 'page'];

export interface FindingGroup {
  key: string;
  label: string;
  /** The gravest in it. */
  severity: Severity;
  findings: NumberedFinding[];
}

export interface FindingGroups {
  risks: FindingGroup[];
  /** Met, acceptable or not applicable. */
  rest: NumberedFinding[];
  /** Everything, as it is walked through by keyboard. */
  order: NumberedFinding[];
}

function keyOf(finding: Finding, by: GroupBy): string {
  if (by === 'severity') return finding.severity;
  if (by === 'heading') return headingOf(finding.clause_kind);
  return String(finding.citations[0]?.page ?? '');
}

function labelOf(key: string, finding: Finding, by: GroupBy): string {
  if (by === 'severity') return words.severity[finding.severity];
  if (by === 'heading') return words.heading[headingOf(finding.clause_kind)];
  return key === '' ? words.findings.noPage : words.findings.page(Number(key));
}

function placeOf(key: string, by: GroupBy): number {
  const order: readonly string[] = by === 'severity' ? severities : headings;
  if (by === 'page') return key === '' ? Number.MAX_SAFE_INTEGER : Number(key);
  return order.indexOf(key);
}

export function grouped(findings: Finding[], filter: FindingFilter, decisions: FindingDecision[] = [], by: GroupBy = 'severity'): FindingGroups {
  const shown = inOrder(findings).filter((one) => matches(one, filter, decisions[one.index]));
  const groups = new Map<string, FindingGroup>();
  for (const one of shown.filter(({ finding }) => isRisk(finding))) {
    const key = keyOf(one.finding, by);
    const group = groups.get(key) ?? { key, label: labelOf(key, one.finding, by), severity: one.finding.severity, findings: [] };
    group.findings.push(one);
    groups.set(key, group);
  }
  const risks = [...groups.values()].sort((a, b) => placeOf(a.key, by) - placeOf(b.key, by));
  const calm: Outcome[] = ['fallback', 'met', 'not_applicable'];
  const rest = shown
    .filter(({ finding }) => !isRisk(finding))
    .sort((a, b) => calm.indexOf(a.finding.outcome) - calm.indexOf(b.finding.outcome));
  return { risks, rest, order: [...risks.flatMap((group) => group.findings), ...rest] };
}

/** The next finding behind `index` that is open, else the first one that is; null when none is left. */
export function nextOpen(order: NumberedFinding[], decisions: FindingDecision[], index: number): NumberedFinding | null {
  const at = order.findIndex((one) => one.index === index);
  const open = (one: NumberedFinding) => one.index !== index && settledOf(one.finding, decisions[one.index]) === 'open';
  return order.slice(at + 1).find(open) ?? order.find(open) ?? null;
}
