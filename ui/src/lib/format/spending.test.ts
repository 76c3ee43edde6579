import { expect, it } from 'vitest';
import { monthName, thisMonth, whole } from './spending';

it('knows months in UTC and sums them over providers', () => {
  expect(thisMonth(Date.UTC(2026, 10, 30, 23, 59))).toBe('2026-11');
  expect(monthName('2026-11')).toContain('2026');
  expect(monthName('soon')).toBe('soon');
  const month = (provider: string, micros: number) => ({ month: '2026-11', provider, calls: 2, tokens: 10, micros });
  expect(whole([month('a', 5), month('b', 7)])).toEqual({ micros: 12, tokens: 20, calls: 4 });
  expect(whole([])).toEqual({ micros: 0, tokens: 0, calls: 0 });
});
