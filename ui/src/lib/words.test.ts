/** Everything the page says comes from the catalogue: no component holds words of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, it } from 'vitest';
import { catalogues, spoken } from './words';
import { german } from './words/de';
import { unsaid } from './words/overlay';

const lib = import.meta.dirname;

/** Attributes that are read to people. */
const SAID = new Set(['alt', 'aria-description', 'aria-label', 'label', 'placeholder', 'title', 'text', 'hint']);
/** Two letters in a row are a word; `px` and the like stand in expressions only. */
const WORD = /\p{L}{2,}/u;

interface Node {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  start: number;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Literal words in markup; what stands in braces comes from somewhere. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const line = (at: number) => source.slice(0, at).split('\n').length;
  const literal = (node: Node, of: string) => {
    if (node.type === 'Text' && WORD.test(node.data ?? '')) found.push(`${line(node.start)}: ${of} ${(node.data ?? '').trim()}`);
    // A string in an expression of the markup is as fixed as a text.
    if (node.type === 'Literal' && typeof node.value === 'string' && WORD.test(node.value)) found.push(`${line(node.start)}: ${of} ${node.value}`);
  };
  function inside(value: unknown, of: string): void {
    if (Array.isArray(value)) value.forEach((one) => inside(one, of));
    else if (isNode(value)) {
      literal(value, of);
      if (value.type === 'ExpressionTag' && 'expression' in value) inside(value.expression, of);
      if (value.type === 'ConditionalExpression' && 'consequent' in value && 'alternate' in value) inside([value.consequent, value.alternate], of);
    }
  }
  function walk(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(walk);
    if (!isNode(value)) return;
    if (value.type === 'Attribute') {
      if (SAID.has(value.name ?? '')) inside(value.value, value.name ?? '');
      return;
    }
    if (value.type.endsWith('Directive')) return;
    if (value.type === 'Text') return literal(value, 'text');
    if (value.type === 'ExpressionTag') return inside([value], 'text');
    for (const part of Object.values(value)) if (typeof part === 'object') walk(part);
  }
  walk(parse(source, { modern: true }).fragment);
  return found;
}

it('sees words wherever they can be written', () => {
  expect(wordsIn('<p>Save</p><button aria-label="Close {x}">{a ? words.b : "Go on"}</button>{#if y}<i title={"Stop"}>×</i>{/if}')).toHaveLength(4);
  expect(wordsIn('<p class="soft" style:width="12px">{words.save} · {count}</p><script>const a = "Save";</script>')).toEqual([]);
});

it('keeps every word of every component in the catalogue', () => {
  const components = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.svelte'));
  expect(components.length).toBeGreaterThan(40);
  const found = components.flatMap((name) => wordsIn(readFileSync(join(lib, name), 'utf8')).map((what) => `${name}:${what}`));
  expect(found).toEqual([]);
  // Every component is parsed.
}, 30_000);

it('speaks the language of the system, and English where it has no other', () => {
  expect(['de', 'de-AT', 'fr-FR', 'en-GB'].map((tag) => spoken(tag).close)).toEqual(['Schließen', 'Schließen', 'Close', 'Close']);
  expect(catalogues.de.portfolio.count(1200)).toBe('1.200 Verträge');
  expect(catalogues.de.renewals.urgency.overdue(-9)).toBe('Seit 9 Tagen überfällig');
  expect(catalogues.de.decisions.reasons).toHaveLength(4);
});

it('says in German what it says in English, but for names and a few words', () => {
  const left = unsaid(catalogues.en, german);
  // What is the same in both: the program's name, units, formats; and now and then a word that is new.
  expect(left).toContain('app');
  expect(left.length / unsaid(catalogues.en, {}).length).toBeLessThan(0.08);
});

it('marks every text in the pseudo-locale, those made of numbers too, and makes them longer', () => {
  expect(catalogues.pseudo.queue.marked(3)).toBe('⟦3 máárkééd⟧');
  expect(catalogues.pseudo.close).toBe('⟦Clóóséé⟧');
  expect(catalogues.pseudo.decisions.reasons[0]).toMatch(/^⟦.*⟧$/);
});
