import { expect, it } from 'vitest';
import { cellText, everything, filterWords, isLayout, layoutOf, narrowingOf, portfolioQuery, savedView, shownColumns, sortedBy, usualLayout, withFilter } from './portfolio';

const cell = (value: string, unit: string | null = null, number: number | null = null) => ({ value, unit, number, state: 'stated' as const });
const filter = { field: 'governing_law', words: '', from: null, to: null, absent: false };

it('puts pinned columns first and leaves the others where they stand', () => {
  const ids = shownColumns({ ...usualLayout, columns: ['supplier', 'risks', 'payment_days'], pinned: ['payment_days'] }).map((one) => one.id);
  expect(ids).toEqual(['payment_days', 'risks', 'supplier']);
});

it('asks the engine for the cells on screen and no others', () => {
  const query = portfolioQuery({ ...usualLayout, columns: ['proposal', 'supplier', 'risks'] }, everything, 3, 100);
  expect(query.fields).toEqual(['supplier']);
  expect([query.offset, query.limit, query.sort]).toEqual([300, 100, 'file']);
});

it('turns the order with each click on a heading and comes back to names', () => {
  const once = sortedBy(usualLayout, 'payment_days');
  const twice = sortedBy(once, 'payment_days');
  expect([once.sort, once.descending]).toEqual(['payment_days', false]);
  expect([twice.sort, twice.descending]).toEqual(['payment_days', true]);
  expect(sortedBy(twice, 'payment_days').sort).toBe('file');
});

it('writes dates and sums as they are written here, and everything else as the contract has it', () => {
  expect(cellText('date', cell('2026-03-01'))).toMatch(/2026/);
  expect(cellText('date', cell('2026-03-01'))).not.toBe('2026-03-01');
  expect(cellText('date', cell('perpetual'))).toBe('perpetual');
  expect(cellText('number', cell('USD 240,000', 'USD', 240_000)).replace(/\s/g, ' ')).toMatch(/USD/);
  expect(cellText('number', cell('36 months', 'months', 1095))).toBe('36 months');
  expect(cellText('type', cell('nda'))).toBe('Confidentiality');
  expect(cellText('text', { ...cell('left over'), state: 'not_found' })).toBe('');
});

it('keeps one condition a column and none that asks for nothing', () => {
  const once = withFilter(everything, { ...filter, words: 'England' });
  const again = withFilter(once, { ...filter, words: 'France' });
  expect(again.filters.map((one) => one.words)).toEqual(['France']);
  expect(withFilter(again, filter).filters).toEqual([]);
  expect(filterWords({ ...filter, words: 'France' })).toBe('Governing law: France');
  expect(filterWords({ ...filter, absent: true })).toBe('Governing law: not found');
});

it('believes a remembered layout only when it is one', () => {
  expect(isLayout(usualLayout)).toBe(true);
  expect(isLayout({ ...usualLayout, pinned: [3] })).toBe(false);
  expect(isLayout(null)).toBe(false);
});

it('saves columns, order and filters under a name and finds them in it again', () => {
  const layout = { ...usualLayout, columns: ['supplier'], sort: 'supplier', descending: true };
  const narrowing = { words: 'cloud', filters: [filter], proposals: ['escalate' as const] };
  const view = savedView('Clouds', layout, narrowing);
  expect(view.name).toBe('Clouds');
  expect([layoutOf(view), narrowingOf(view)]).toEqual([layout, narrowing]);
});
