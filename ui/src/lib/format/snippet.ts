/** The part of a found passage that has most of the words looked for, and where in it they stand. */

export interface Part {
  text: string;
  /** One of the words looked for. */
  hit: boolean;
}

export interface Snippet {
  /** Bytes of the passage's text, as spans count. */
  start: number;
  end: number;
  parts: Part[];
}

/** About two lines in the palette. */
const LONGEST = 160;
/** A heading alone says too little: what stands under it is shown too. */
const SHORT = 48;

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Words as the index knows them: "terminate" stands for "termination" too. */
function stem(word: string): string {
  return word.length > 5 ? word.slice(0, Math.max(4, word.length - 3)) : word;
}

function pattern(query: string): RegExp | null {
  const wanted = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  // "of" and "the" are only looked for when there is nothing else.
  const telling = wanted.filter((word) => word.length > 3);
  const stems = [...new Set((telling.length > 0 ? telling : wanted).map(stem))];
  return stems.length === 0 ? null : new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.map(escaped).join('|')})[\\p{L}\\p{N}]*`, 'giu');
}

/** Sentences, or what comes nearest to them in a contract. */
function pieces(text: string): { at: number; text: string }[] {
  const found: { at: number; text: string }[] = [];
  for (const match of text.matchAll(/[^.;\n]+(?:[.;](?!\s)[^.;\n]*)*[.;]?/g)) {
    const lead = match[0].length - match[0].trimStart().length;
    const trimmed = match[0].trim();
    if (trimmed !== '') found.push({ at: match.index + lead, text: trimmed });
  }
  return found;
}

export function snippetOf(text: string, query: string): Snippet {
  const looked = pattern(query);
  const distinct = (piece: string) => new Set(looked ? [...piece.matchAll(looked)].map(([word]) => stem(word.toLowerCase())) : []).size;
  const all = pieces(text);
  const best = all.reduce<{ at: number; text: string } | undefined>(
    (kept, piece) => (kept === undefined || distinct(piece.text) > distinct(kept.text) ? piece : kept),
    undefined,
  ) ?? { at: 0, text };
  const hits = looked ? [...best.text.matchAll(looked)] : [];
  // A long sentence is shown from a little before its first hit.
  const first = hits[0]?.index ?? 0;
  const before = best.text.length > LONGEST && first > LONGEST / 2 ? best.text.lastIndexOf(' ', first - LONGEST / 4) + 1 : 0;
  const from = best.at + before;
  const whole = best.text.length < SHORT ? text.slice(from).replace(/\s+$/, '') : best.text.slice(before);
  const shown = whole.length <= LONGEST ? whole : whole.slice(0, Math.max(whole.lastIndexOf(' ', LONGEST), LONGEST / 2));
  const bytes = (part: string) => new TextEncoder().encode(part).length;
  const start = bytes(text.slice(0, from));
  const parts = partsOf(shown, looked);
  return { start, end: start + bytes(shown), parts: shown === whole ? parts : [...parts, { text: '…', hit: false }] };
}

function partsOf(text: string, looked: RegExp | null): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of looked ? text.matchAll(looked) : []) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: false });
  return parts;
}
