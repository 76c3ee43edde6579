import { expect, test } from 'vitest';
import type { WordView } from '$lib/api/generated';
import { linesOf } from './flow';

const word = (text: string, line: number): WordView => ({ text, line, box: [0, 0, 1, 1], size: 11, bold: false, hidden: null });

test('words of one line stand together, also over skipped numbers', () => {
  const lines = linesOf([word('1.', 1), word('Fees', 1), word('The', 3), word('fee', 4), word('is', 4)]);
  expect(lines.map((line) => line.map((w) => w.text).join(' '))).toEqual(['1. Fees', 'The', 'fee is']);
  expect(linesOf([])).toEqual([]);
});
