/** A value that outlives the page. What was kept is believed only when `accept` takes it. */
export class Remembered<T> {
  #value: T;
  readonly #key: string;

  constructor(key: string, initial: T, accept: (kept: unknown) => kept is T) {
    this.#key = `countersign.${key}`;
    let value = initial;
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      if (accept(kept)) value = kept;
    } catch {
      // Storage is switched off or holds something else: begin anew.
    }
    this.#value = $state(value);
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Then it holds for this window only.
    }
  }
}

export const isNumber = (kept: unknown): kept is number => typeof kept === 'number' && Number.isFinite(kept);
export const isBoolean = (kept: unknown): kept is boolean => typeof kept === 'boolean';
export const isStringOrNull = (kept: unknown): kept is string | null => kept === null || typeof kept === 'string';
