/** What the command palette offers for what was typed. */
import type { Part } from './snippet';

export interface Offer {
  id: string;
  label: string;
  /** Of what sort it is. */
  section: string;
  /** How it is done without the palette. */
  keys: string;
  /** Words of a contract, under the label. */
  parts?: Part[];
  run: () => void;
}

/** Every word must begin a word of the label; failing that, stand somewhere in it. */
function fit(label: string, wanted: string[]): number {
  const text = label.toLowerCase();
  let score = 0;
  for (const word of wanted) {
    const at = text.indexOf(word);
    if (at < 0) return -1;
    const begins = at === 0 || new RegExp(`[^\\p{L}\\p{N}]${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'u').test(text);
    score += at === 0 ? 3 : begins ? 2 : 1;
  }
  return score;
}

/** Offers that fit, the best first; those that fit alike stay as they stand. */
export function matching(offers: Offer[], typed: string, most: number): Offer[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return offers.slice(0, most);
  return offers
    .map((offer, at) => ({ offer, at, score: fit(offer.label, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, most)
    .map(({ offer }) => offer);
}
