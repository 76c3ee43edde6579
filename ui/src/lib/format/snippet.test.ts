import { expect, it } from 'vitest';
import { snippetOf } from './snippet';

const text = '1. Payment. Customer pays within 30 days. 4. Term – Either party may terminate this Agreement on 90 days’ notice. Else it renews.';

it('shows the sentence that has most of the words, and marks them', () => {
  const { parts } = snippetOf(text, 'termination notice');
  expect(parts.map((part) => part.text).join('')).toBe('Term – Either party may terminate this Agreement on 90 days’ notice.');
  expect(snippetOf('Limit of liability\n11.1 Nobody pays more than USD 5.', 'limit of liability').parts.map((part) => part.text).join('')).toMatch(/USD 5\.$/);
  expect(parts.filter((part) => part.hit).map((part) => part.text)).toEqual(['terminate', 'notice']);
});

it('says where it stands in bytes, as the engine counts', () => {
  const { start, end, parts } = snippetOf(text, 'notice');
  const bytes = new TextEncoder().encode(text).slice(start, end);
  expect(new TextDecoder().decode(bytes)).toBe(parts.map((part) => part.text).join(''));
});

it('shows a long sentence around its first hit', () => {
  const long = `${'The parties agree on many things and '.repeat(20)}the escrow agent keeps the code.`;
  const { parts } = snippetOf(long, 'escrow');
  const shown = parts.map((part) => part.text).join('');
  expect(shown.length).toBeLessThanOrEqual(161);
  expect(shown).toContain('escrow');
});

it('shows the beginning where nothing of the words stands, and takes signs for signs', () => {
  expect(snippetOf('A. B (c', '(*').parts).toEqual([{ text: 'A. B (c', hit: false }]);
  expect(snippetOf('', 'x').parts).toEqual([]);
});
