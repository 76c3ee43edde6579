/** Pages of files that have none of their own: drawn from the words that were read. */
import type { WordView } from '$lib/api/generated';

/** Words that stand on one line, line by line. Cells side by side share a line. */
export function linesOf(words: WordView[]): WordView[][] {
  const lines: WordView[][] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last && last[0]?.line === word.line) last.push(word);
    else lines.push([word]);
  }
  return lines;
}
