import { expect, it } from 'vitest';
import { intentOf, type Press, type Where } from './keyboard';

const press = (key: string, ctrl = false): Press => ({ key, ctrl, alt: false });
const nowhere: Where = { typing: false, onControl: false, singleKeys: true };

it.each([
  [press('j'), nowhere, { do: 'move', by: 1 }],
  [press('k'), nowhere, { do: 'move', by: -1 }],
  [press('/'), nowhere, { do: 'filter' }],
  [press('3'), nowhere, { do: 'tab', at: 2 }],
  [press('7'), nowhere, null],
  [press('Enter'), nowhere, { do: 'open' }],
  [press('Enter'), { ...nowhere, onControl: true }, null],
  [press('o', true), nowhere, { do: 'add' }],
  [press('E', true), { ...nowhere, typing: true }, { do: 'export' }],
  [press('j'), { ...nowhere, typing: true }, null],
  [press('j'), { ...nowhere, singleKeys: false }, null],
  [{ ...press('j'), alt: true }, nowhere, null],
])('%o %o', (given, where, expected) => {
  expect(intentOf(given, where)).toEqual(expected);
});
