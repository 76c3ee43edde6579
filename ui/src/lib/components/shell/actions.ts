/**
 * Everything that can be done by keyboard: the one table that the key bindings, the command palette
 * and the sheet of shortcuts read. Pure; what an action does stands in `perform.ts`.
 */
import type { Tab } from './workspace.svelte';

export type Section = 'go' | 'findings' | 'document' | 'contracts' | 'app';
export const sections: Section[] = ['go', 'findings', 'document', 'contracts', 'app'];

interface Entry {
  section: Section;
  /** As pressed; the first is shown. A key with Ctrl works while typing too. */
  keys: readonly string[];
  /** Only a key makes sense of it: moving about is no command. */
  keyOnly?: true;
}

const table = {
  next: { section: 'go', keys: ['j', 'ArrowDown'], keyOnly: true },
  previous: { section: 'go', keys: ['k', 'ArrowUp'], keyOnly: true },
  open: { section: 'go', keys: ['Enter'], keyOnly: true },
  back: { section: 'go', keys: ['Escape'], keyOnly: true },
  left: { section: 'go', keys: ['h'], keyOnly: true },
  right: { section: 'go', keys: ['l'], keyOnly: true },
  filter: { section: 'go', keys: ['/'] },
  palette: { section: 'go', keys: ['Ctrl+k'], keyOnly: true },
  searchAll: { section: 'go', keys: ['Ctrl+Shift+f'] },
  portfolio: { section: 'go', keys: ['p'] },
  renewals: { section: 'go', keys: [] },
  playbooks: { section: 'go', keys: ['b'] },
  activity: { section: 'go', keys: ['v'] },
  accept: { section: 'findings', keys: ['a'] },
  dismiss: { section: 'findings', keys: ['d'] },
  note: { section: 'findings', keys: ['n'] },
  edit: { section: 'findings', keys: ['e'] },
  undo: { section: 'findings', keys: ['u', 'Ctrl+z'] },
  why: { section: 'findings', keys: ['w'] },
  showOpen: { section: 'findings', keys: [] },
  showAll: { section: 'findings', keys: [] },
  findings: { section: 'findings', keys: ['1'] },
  terms: { section: 'findings', keys: ['2'] },
  dates: { section: 'findings', keys: ['3'] },
  obligations: { section: 'findings', keys: ['4'] },
  coverage: { section: 'findings', keys: ['5'] },
  history: { section: 'findings', keys: ['6'] },
  ask: { section: 'findings', keys: ['7'] },
  find: { section: 'document', keys: ['Ctrl+f'] },
  zoomIn: { section: 'document', keys: ['+', '='] },
  zoomOut: { section: 'document', keys: ['-'] },
  fit: { section: 'document', keys: ['0'] },
  fitPage: { section: 'document', keys: ['9'] },
  rotate: { section: 'document', keys: ['r'] },
  thumbnails: { section: 'document', keys: ['t'] },
  makeFinding: { section: 'document', keys: ['m'] },
  add: { section: 'contracts', keys: ['Ctrl+o'] },
  samples: { section: 'contracts', keys: [] },
  exportReview: { section: 'contracts', keys: ['Ctrl+e'] },
  mark: { section: 'contracts', keys: ['x'] },
  markAll: { section: 'contracts', keys: ['Ctrl+Shift+a'] },
  goFirst: { section: 'contracts', keys: [] },
  usualOrder: { section: 'contracts', keys: [] },
  pause: { section: 'contracts', keys: [] },
  resume: { section: 'contracts', keys: [] },
  stop: { section: 'contracts', keys: [] },
  retry: { section: 'contracts', keys: [] },
  remove: { section: 'contracts', keys: [] },
  pauseAll: { section: 'contracts', keys: [] },
  settings: { section: 'app', keys: ['Ctrl+,'] },
  notices: { section: 'app', keys: [] },
  textLarger: { section: 'app', keys: ['Ctrl++', 'Ctrl+=', 'Ctrl+Shift++'] },
  textSmaller: { section: 'app', keys: ['Ctrl+-'] },
  textUsual: { section: 'app', keys: ['Ctrl+0'] },
  shortcuts: { section: 'app', keys: ['?'] },
} as const satisfies Record<string, Entry>;

export type ActionId = keyof typeof table;

export interface Action extends Entry {
  id: ActionId;
}

export const actions: Action[] = (Object.keys(table) as ActionId[]).map((id) => ({ id, ...table[id] }));

/** Actions on what the screens over all contracts cover. */
export const onOneContract: ReadonlySet<ActionId> = new Set(
  actions.filter(({ section }) => section === 'findings' || section === 'document').map(({ id }) => id),
);

/** Actions on a window of one's own; a browser has its own. */
export const ofWindow: ReadonlySet<ActionId> = new Set<ActionId>(['textLarger', 'textSmaller', 'textUsual']);

/** Actions that open a part of the report. */
export const tabActions: readonly Tab[] = ['findings', 'terms', 'dates', 'obligations', 'coverage', 'history', 'ask'];

const spelled: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc', '-': '−' };

/** `Ctrl+k` as it stands on the keys: `Ctrl+K`. */
export function keyLabel(key: string): string {
  const [last = '', ...before] = key.split('+').reverse();
  if (key === '+') return '+';
  const label = spelled[last] ?? (before.length > 0 ? last.toUpperCase() : last);
  return [...before.reverse(), label].join('+');
}
