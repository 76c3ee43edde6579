/** What a queue row says, from its state alone. */
import type { ReviewRow, SeverityCounts, Severity } from '$lib/api/generated';
import { words } from '$lib/words';
import { clock, duration, moment } from './time';

export const severities: Severity[] = ['critical', 'high', 'medium', 'low'];

export function stageWords(row: ReviewRow): string {
  if (row.stopping && isActive(row)) return words.queue.stopping;
  if (row.state === 'waiting' && row.waiting_until !== null) {
    // A month's budget comes back on a day, everything else within the hour.
    const near = row.code === 'month_budget' ? 0 : row.waiting_until;
    return words.queue.waitingUntil(moment(row.waiting_until, near));
  }
  return row.state === 'running' ? words.stage[row.stage](row.done, row.total) : words.state[row.state];
}

/** A model is asked besides the offline reader. */
export function asksModel(row: ReviewRow): boolean {
  return row.reader !== 'offline';
}

/** Why a review stands still until the person does something; null when it goes on by itself. */
export function needs(row: ReviewRow): 'resume' | 'provider' | 'budget' | null {
  if (row.state === 'paused') return 'resume';
  if (row.state !== 'waiting') return null;
  if (row.code === 'review_budget' || row.code === 'month_budget') return 'budget';
  if (row.code === 'provider_paused' || row.code === 'provider_missing' || row.code === 'limit_too_small') return 'provider';
  return null;
}

/** "$0.0123", once something was spent. */
export function costWords(row: ReviewRow): string {
  const { spent_micros: micros, spent_tokens: tokens } = row.spending;
  if (tokens === 0) return '';
  return micros > 0 ? money(micros) : words.tokens(tokens);
}

/** Millionths of a US dollar as money; calls cost fractions of a cent. */
export function money(micros: number): string {
  const dollars = micros / 1_000_000;
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: dollars < 1 ? 4 : 2,
  }).format(dollars);
}

export function isActive(row: ReviewRow): boolean {
  return row.state === 'queued' || row.state === 'running' || row.state === 'waiting' || row.state === 'paused';
}

/** Waits for the file's password; reviews of older versions ended without it. */
export function isLocked(row: ReviewRow): boolean {
  return (row.state === 'waiting' || row.state === 'failed') && (row.code === 'password_needed' || row.code === 'wrong_password');
}

/** Held, and not for want of a password. */
export function canResume(row: ReviewRow): boolean {
  return (row.state === 'paused' || row.state === 'waiting') && !isLocked(row);
}

/** At work, so that it can be held. */
export function canPause(row: ReviewRow): boolean {
  return row.state === 'queued' || row.state === 'running';
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
