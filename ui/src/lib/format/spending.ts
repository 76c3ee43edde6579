/** What was spent, month by month. */
import type { MonthSpending } from '$lib/api/generated';

/** `2026-11`, as the engine counts months: in UTC. */
export const thisMonth = (now: number): string => new Date(now).toISOString().slice(0, 7);

/** `November 2026`; whatever is no month stays as it is. */
export function monthName(month: string): string {
  const [year, at] = month.split('-').map(Number);
  if (!year || !at) return month;
  return new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(year, at - 1, 1));
}

/** All providers together. */
export function whole(months: MonthSpending[]): { micros: number; tokens: number; calls: number } {
  const sum = (of: (one: MonthSpending) => number) => months.reduce((all, one) => all + of(one), 0);
  return { micros: sum((one) => one.micros), tokens: sum((one) => one.tokens), calls: sum((one) => one.calls) };
}
