import { expect, it } from 'vitest';
import { daysBetween, daysLater, howFar, isoDay, urgencyOf } from './renewals';

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
  expect(urgencyOf({ kind, date, renewed: false }, '2026-11-23')).toBe(expected);
});

it('calls no notice overdue whose term has been renewed since', () => {
  expect(urgencyOf({ kind: 'notice', date: '2019-12-02', renewed: true }, '2026-11-23')).toBe('ended');
});

it('says distances as a person does', () => {
  expect([0, 1, -60, 61, 400, -2548].map(howFar)).toEqual([
    { count: 0, unit: 'day' },
    { count: 1, unit: 'day' },
    { count: 60, unit: 'day' },
    { count: 2, unit: 'month' },
    { count: 13, unit: 'month' },
    { count: 7, unit: 'year' },
  ]);
});
