import { expect, it } from 'vitest';
import { daysBetween, daysLater, isoDay, urgencyOf } from './renewals';

it('counts calendar days over months, leap years and clock changes', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(daysBetween('2026-01-01', '2025-12-31')).toBe(-1);
  expect(daysLater('2026-12-31', 1)).toBe('2027-01-01');
  expect(daysLater('2026-03-01', -1)).toBe('2026-02-28');
});

it('takes the day where the person is', () => {
  const lateEvening = new Date(2026, 10, 23, 23, 59).getTime();
  expect(isoDay(lateEvening)).toBe('2026-11-23');
});

it.each([
  ['notice', '2026-11-22', 'overdue'],
  ['end', '2026-11-22', 'ended'],
  ['notice', '2026-11-23', 'soon'],
  ['notice', '2026-12-23', 'soon'],
  ['end', '2026-12-24', 'near'],
  ['end', '2027-02-22', 'later'],
] as const)('a %s on %s is %s', (kind, date, expected) => {
  expect(urgencyOf({ kind, date }, '2026-11-23')).toBe(expected);
});
