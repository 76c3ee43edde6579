/** Which key means what. Pure: the keys stand in the table of actions. */
import { actions, type ActionId } from './actions';

export interface Press {
  key: string;
  ctrl: boolean;
  alt: boolean;
  shift?: boolean;
}

export interface Where {
  /** Typing into a field. */
  typing: boolean;
  /** On something that takes Enter itself. */
  onControl: boolean;
  /** On something that scrolls by the arrow keys. */
  onPages: boolean;
  singleKeys: boolean;
}

const bound = new Map<string, ActionId>(actions.flatMap(({ id, keys }) => keys.map((key) => [key, id] as const)));
/** These are no letters, so they are no single-key shortcuts that one can do without. */
const always = new Set(['Escape', 'Enter', 'ArrowDown', 'ArrowUp']);

export function actionOf(press: Press, where: Where): ActionId | null {
  if (press.alt) return null;
  if (press.ctrl) {
    const id = bound.get(`Ctrl+${press.shift ? 'Shift+' : ''}${press.key.toLowerCase()}`) ?? null;
    // Taking back what was typed is the field's own.
    return id === 'undo' && where.typing ? null : id;
  }
  if (where.typing) return null;
  if (press.key === 'Enter' && where.onControl) return null;
  if (press.key.startsWith('Arrow') && where.onPages) return null;
  if (!where.singleKeys && !always.has(press.key)) return null;
  return bound.get(press.key) ?? null;
}
