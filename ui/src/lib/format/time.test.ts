import { expect, it } from 'vitest';
import { fieldName } from './terms';
import { calendarDate, clock, duration } from './time';

it.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [2540, '2.5 s'],
  [61_000, '1 min 1 s'],
  [3_720_000, '1 h 2 min'],
])('writes %d ms as %s', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

it('ticks in whole seconds and never below zero', () => {
  expect(clock(-400)).toBe('0 s');
  expect(clock(9_990)).toBe('9 s');
});

it('keeps a calendar date on its day in every time zone', () => {
  expect(calendarDate('2027-03-01')).toContain('2027');
  expect(calendarDate('2027-03-01')).toMatch(/\b0?1\b/);
  expect(calendarDate('on signature')).toBe('on signature');
});

it('names register fields', () => {
  expect(fieldName('payment_days')).toBe('Payment days');
  expect(fieldName('ip_ownership')).toBe('IP ownership');
});
