/** Which key means what. Pure, so that every binding can be read and tested in one place. */

export type Intent =
  | { do: 'move'; by: 1 | -1 }
  | { do: 'open' | 'filter' | 'shortcuts' | 'add' | 'export' | 'settings' | 'zoom-in' | 'zoom-out' | 'fit' | 'left' | 'right' | 'back' }
  | { do: 'tab'; at: number };

export interface Press {
  key: string;
  ctrl: boolean;
  alt: boolean;
}

export interface Where {
  /** Typing into a field. */
  typing: boolean;
  /** On something that takes the arrow keys or Enter itself. */
  onControl: boolean;
  singleKeys: boolean;
}

const withControl: Record<string, Intent> = {
  o: { do: 'add' },
  e: { do: 'export' },
  ',': { do: 'settings' },
};

const alone: Record<string, Intent> = {
  j: { do: 'move', by: 1 },
  k: { do: 'move', by: -1 },
  h: { do: 'left' },
  l: { do: 'right' },
  '/': { do: 'filter' },
  '?': { do: 'shortcuts' },
  '+': { do: 'zoom-in' },
  '=': { do: 'zoom-in' },
  '-': { do: 'zoom-out' },
  '0': { do: 'fit' },
};

export function intentOf(press: Press, where: Where): Intent | null {
  if (press.alt) return null;
  if (press.ctrl) return withControl[press.key.toLowerCase()] ?? null;
  if (where.typing) return null;
  if (press.key === 'Escape') return { do: 'back' };
  if (press.key === 'Enter') return where.onControl ? null : { do: 'open' };
  if (!where.singleKeys) return null;
  if (/^[1-6]$/.test(press.key)) return { do: 'tab', at: Number(press.key) - 1 };
  return alone[press.key] ?? null;
}
