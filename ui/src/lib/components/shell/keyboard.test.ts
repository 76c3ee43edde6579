import { expect, it } from 'vitest';
import { words } from '$lib/words';
import { actions, keyLabel } from './actions';
import { actionOf, type Press, type Where } from './keyboard';

const press = (key: string, ctrl = false): Press => ({ key, ctrl, alt: false });
const nowhere: Where = { typing: false, onControl: false, onPages: false, singleKeys: true };

it.each([
  [press('j'), nowhere, 'next'],
  [press('ArrowUp'), nowhere, 'previous'],
  [press('ArrowUp'), { ...nowhere, onPages: true }, null],
  [press('ArrowUp'), { ...nowhere, singleKeys: false }, 'previous'],
  [press('/'), nowhere, 'filter'],
  [press('a'), nowhere, 'accept'],
  [press('3'), nowhere, 'dates'],
  [press('8'), nowhere, null],
  [press('Enter'), nowhere, 'open'],
  [press('Enter'), { ...nowhere, onControl: true }, null],
  [press('o', true), nowhere, 'add'],
  [press('K', true), { ...nowhere, typing: true }, 'palette'],
  [{ ...press('A', true), shift: true }, nowhere, 'markAll'],
  [press('a', true), nowhere, null],
  [press('z', true), nowhere, 'undo'],
  [press('z', true), { ...nowhere, typing: true }, null],
  [press('-', true), nowhere, 'textSmaller'],
  [{ ...press('+', true), shift: true }, nowhere, 'textLarger'],
  [press('j'), { ...nowhere, typing: true }, null],
  [press('j'), { ...nowhere, singleKeys: false }, null],
  [{ ...press('j'), alt: true }, nowhere, null],
])('%o %o', (given, where, expected) => {
  expect(actionOf(given, where)).toBe(expected);
});

it('binds no key twice, and names every action once', () => {
  const keys = actions.flatMap((action) => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const names = actions.map((action) => words.actions[action.id]);
  expect(new Set(names).size).toBe(names.length);
});

it('writes keys as they stand on the keyboard', () => {
  expect(['Ctrl+k', 'j', '+', 'Ctrl+,', 'Escape', 'ArrowDown'].map(keyLabel)).toEqual(['Ctrl+K', 'j', '+', 'Ctrl+,', 'Esc', '↓']);
});
