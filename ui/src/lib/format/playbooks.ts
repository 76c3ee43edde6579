/** What is said of a playbook's positions. */
import type { OutlinedPosition } from '$lib/api/generated';
import { words } from '$lib/words';

/** Whether all words that are typed stand somewhere in a position. */
export function fits(position: OutlinedPosition, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return true;
  const said = [
    position.check,
    position.title,
    words.clauseKind[position.clause_kind],
    position.ask,
    position.standard,
    position.walk_away,
    ...position.rules.map((rule) => rule.title),
  ];
  const text = said.join(' ').toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

/** A number as it is typed: no grouping, no more digits than it has. */
export const plainNumber = (value: number): string => String(value);

/** What a person typed for a number; null when it is none. */
export function typedNumber(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}

/** Where a line of a text begins and ends. */
export function lineAt(text: string, line: number): { start: number; end: number } {
  const lines = text.split('\n');
  const at = Math.max(1, Math.min(lines.length, line)) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  return { start, end: start + (lines[at]?.length ?? 0) };
}
