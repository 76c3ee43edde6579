import { expect, it } from 'vitest';
import type { OutlinedPosition } from '$lib/api/generated';
import { fits, lineAt, typedNumber } from './playbooks';

const position: OutlinedPosition = {
  check: 'cap-low',
  clause_kind: 'cap_on_liability',
  title: 'Size of the liability cap',
  applies_to: [],
  origin: 'own',
  left_out: false,
  line: 3,
  numbers: [],
  looks_at: [],
  only_if: [],
  rules: [{ when: [], outcome: 'red_line', severity: 'high', title: 'Too small', say: '' }],
  ask: 'Twelve months.',
  standard: '',
  fallbacks: [],
  walk_away: '',
  approver: 'legal',
  absent: { outcome: 'not_applicable', severity: 'low', title: '' },
};

it('finds positions by all that is typed, wherever it stands', () => {
  expect(['', 'CAP size', 'small', 'twelve', 'limit of'].map((typed) => fits(position, typed))).toEqual([true, true, true, true, true]);
  expect(fits(position, 'cap insurance')).toBe(false);
});

it('takes numbers with point or comma and nothing else', () => {
  expect(['12', ' 1,5 ', '0.5', '', 'x', '1e999'].map(typedNumber)).toEqual([12, 1.5, 0.5, null, null, null]);
});

it('knows where a line stands', () => {
  expect([1, 2, 3, 9].map((line) => lineAt('ab\n\ncde', line))).toEqual([
    { start: 0, end: 2 },
    { start: 3, end: 3 },
    { start: 4, end: 7 },
    { start: 4, end: 7 },
  ]);
});
