/** What a queue row says, from its state alone. */
import type { ReviewRow, SeverityCounts, Severity } from '$lib/api/generated';
import { words } from '$lib/words';
import { clock, duration } from './time';

export const severities: Severity[] = ['critical', 'high', 'medium', 'low'];

export function stageWords(row: ReviewRow): string {
  return row.state === 'running' ? words.stage[row.stage](row.done, row.total) : words.state[row.state];
}

export function isActive(row: ReviewRow): boolean {
  return row.state === 'queued' || row.state === 'running' || row.state === 'waiting' || row.state === 'paused';
}

export function canRetry(row: ReviewRow): boolean {
  return row.state === 'failed' || row.state === 'stopped';
}

/** How much of the whole way a stage takes, roughly; the bar never goes backwards. */
const share: Record<ReviewRow['stage'], [number, number]> = {
  read: [0, 0.45],
  chunk: [0.45, 0.5],
  read_clauses: [0.5, 0.9],
  judge: [0.9, 0.95],
  synthesise: [0.95, 1],
  deliver: [1, 1],
};

/** 0 to 1. */
export function progress(row: ReviewRow): number {
  if (row.state === 'completed') return 1;
  if (row.state === 'queued') return 0;
  const [from, to] = share[row.stage];
  return from + (to - from) * (row.total > 0 ? Math.min(1, row.done / row.total) : 0);
}

export function elapsed(row: ReviewRow, now: number): string {
  if (row.started_at === null) return '';
  return row.finished_at === null ? clock(now - row.started_at) : duration(row.finished_at - row.started_at);
}

export function riskCount(counts: SeverityCounts): number {
  return counts.critical + counts.high + counts.medium + counts.low;
}

/** "3 high, 1 low"; "no risks". */
export function countsInWords(counts: SeverityCounts): string {
  const parts = severities.filter((s) => counts[s] > 0).map((s) => `${counts[s]} ${words.severity[s].toLowerCase()}`);
  return parts.length > 0 ? parts.join(', ') : words.notices.noRisks;
}

export interface Ended {
  row: ReviewRow;
  sentence: string;
}

/** Reviews that ended between two looks at the queue; what was not seen before has not ended now. */
export function endedBetween(before: ReviewRow[], after: ReviewRow[]): Ended[] {
  const active = new Map(before.map((row) => [row.id, isActive(row)]));
  const ended: Ended[] = [];
  for (const row of after) {
    if (active.get(row.id) !== true) continue;
    if (row.state === 'completed') ended.push({ row, sentence: words.notices.finished(row.file, countsInWords(row.counts)) });
    if (row.state === 'failed') ended.push({ row, sentence: words.notices.failed(row.file) });
  }
  return ended;
}

export function matchesFilter(row: ReviewRow, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return true;
  const text = [row.file, stageWords(row), row.proposal ? words.proposal[row.proposal] : ''].join(' ').toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}
