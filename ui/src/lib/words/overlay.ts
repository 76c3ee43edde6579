/** One catalogue laid over another: what is said takes the place, what is not stays in the first language. */

/** A catalogue in which anything may be left unsaid. */
export type Sayings<T> = T extends (...told: infer Told) => string ? (...told: Told) => string
  : T extends string ? string
  : T extends readonly string[] ? readonly string[]
  : { readonly [K in keyof T]?: Sayings<T[K]> };

type Tree = { readonly [name: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function laid(base: Tree, said: Tree): Tree {
  const names = Object.keys(base);
  return Object.fromEntries(names.map((name) => [name, one(base[name], said[name])]));
}

function one(base: unknown, said: unknown): unknown {
  if (isTree(base)) return isTree(said) ? laid(base, said) : base;
  return said === undefined ? base : said;
}

export function overlay<T extends Tree>(base: T, said: Sayings<T>): T;
export function overlay(base: Tree, said: unknown): Tree {
  return laid(base, isTree(said) ? said : {});
}

/** Every text of a catalogue changed; what is made of numbers and names is changed once it is made. */
export function changed<T extends Tree>(base: T, change: (text: string) => string): T;
export function changed(base: Tree, change: (text: string) => string): Tree {
  const through = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (typeof value === 'function') {
      return (...told: unknown[]): unknown => {
        const made: unknown = Reflect.apply(value, undefined, told);
        return typeof made === 'string' ? change(made) : made;
      };
    }
    if (Array.isArray(value)) return value.map(through);
    return isTree(value) ? changed(value, change) : value;
  };
  return Object.fromEntries(Object.entries(base).map(([name, value]) => [name, through(value)]));
}

/** How much of a catalogue another one says: paths of what it leaves out. */
export function unsaid(base: Tree, said: Tree, path = ''): string[] {
  return Object.entries(base).flatMap(([name, value]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const there = said[name];
    if (isTree(value)) return unsaid(value, isTree(there) ? there : {}, here);
    return there === undefined ? [here] : [];
  });
}

const LONGER: Record<string, string> = { a: 'áá', e: 'éé', i: 'íí', o: 'óó', u: 'úú', A: 'ÁÁ', E: 'ÉÉ', I: 'ÍÍ', O: 'ÓÓ', U: 'ÚÚ' };

/** The pseudo-locale: marked at both ends and half as long again, so that what is cut or said outside the catalogue shows. */
export const pseudo = (text: string): string => (text === '' ? '' : `⟦${text.replace(/[aeiouAEIOU]/g, (letter) => LONGER[letter] ?? letter)}⟧`);
