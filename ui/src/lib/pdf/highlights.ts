/** Which words on which page belong to which finding. */
import type { Bbox, Finding, FindingDecision, Severity } from '$lib/api/generated';
import { isRisk, rank } from '$lib/format/findings';
import { contains } from './geometry';

export interface Highlight {
  /** Place of the finding in the report. */
  finding: number;
  /** Place of the citation in the finding. */
  citation: number;
  title: string;
  /** `calm` for what needs no action (any more). */
  tone: Severity | 'calm';
  boxes: Bbox[];
}

/** Highlights by page number; graver ones later, so that they are drawn on top. */
export function highlightsByPage(findings: Finding[], decisions: FindingDecision[] = []): Map<number, Highlight[]> {
  const pages = new Map<number, Highlight[]>();
  findings.forEach((finding, index) => {
    finding.citations.forEach((citation, place) => {
      if (citation.boxes.length === 0) return;
      const onPage = pages.get(citation.page) ?? [];
      onPage.push({
        finding: index,
        citation: place,
        title: finding.title,
        tone: isRisk(finding) && decisions[index]?.verdict !== 'dismissed' ? finding.severity : 'calm',
        boxes: citation.boxes,
      });
      pages.set(citation.page, onPage);
    });
  });
  const weight = (highlight: Highlight) => (highlight.tone === 'calm' ? -1 : 3 - rank(highlight.tone));
  for (const onPage of pages.values()) onPage.sort((a, b) => weight(a) - weight(b));
  return pages;
}

/** The topmost highlight at a point of the page; the next one below when `after` is already selected. */
export function highlightAt(highlights: Highlight[], x: number, y: number, after: number | null): Highlight | null {
  const hit = highlights.filter((highlight) => highlight.boxes.some((box) => contains(box, x, y))).reverse();
  const selected = hit.findIndex((highlight) => highlight.finding === after);
  return hit[(selected + 1) % Math.max(1, hit.length)] ?? null;
}
