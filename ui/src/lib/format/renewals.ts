/** How far away a day is, and what that means. Days are calendar days, without a time zone. */
import type { Renewal } from '$lib/api/generated';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const NEAR_DAYS = 90;

/** The person's own day, not Greenwich's. */
export function isoDay(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function dayNumber(iso: string): number {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/** From one day to another; negative when the other lies before. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

export function daysLater(iso: string, days: number): string {
  return new Date((dayNumber(iso) + days) * DAY_MS).toISOString().slice(0, 10);
}

/** A distance in days as a person says it: days for two months, months for two years, then years. */
export function howFar(days: number): { count: number; unit: 'day' | 'month' | 'year' } {
  const far = Math.abs(days);
  if (far <= 60) return { count: far, unit: 'day' };
  if (far < 730) return { count: Math.round(far / 30.44), unit: 'month' };
  return { count: Math.round(far / 365.25), unit: 'year' };
}

export type Urgency = 'overdue' | 'ended' | 'soon' | 'near' | 'later';

/** A notice that was not given is overdue while its term runs; a term that ended has only ended. */
export function urgencyOf(renewal: Pick<Renewal, 'date' | 'kind' | 'renewed'>, today: string): Urgency {
  const days = daysBetween(today, renewal.date);
  if (days < 0) return renewal.kind === 'notice' && !renewal.renewed ? 'overdue' : 'ended';
  if (days <= SOON_DAYS) return 'soon';
  return days <= NEAR_DAYS ? 'near' : 'later';
}
