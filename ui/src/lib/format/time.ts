/** Durations and moments in words. Time comes in as an argument. */
import { words } from '$lib/words';

export function duration(ms: number): string {
  if (ms < 1000) return words.time.ms(Math.max(0, Math.round(ms)));
  if (ms < 10_000) return words.time.seconds(Math.round(ms / 100) / 10);
  return clock(ms);
}

/** Whole seconds: for what ticks. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return words.time.seconds(seconds);
  if (seconds < 3600) return words.time.minutes(Math.floor(seconds / 60), seconds % 60);
  return words.time.hours(Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60));
}

export function moment(at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(undefined, sameDay ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** A calendar date without a time zone, so that no zone can move it by a day. */
export function calendarDate(iso: string): string {
  const [year, month, day] = iso.split('-').map(Number);
  if (!year || !month || !day) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day));
}
