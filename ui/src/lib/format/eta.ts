/** How long reviews still take, from how fast their chunks were done under the eyes of this window. */
import type { ReviewRow } from '$lib/api/generated';

/** Before so many chunks were done nothing can be said. */
const FEWEST_DONE = 3;

interface Pace {
  firstAt: number;
  firstDone: number;
  lastAt: number;
  lastDone: number;
}

export class Etas {
  readonly #paces = new Map<string, Pace>();

  /** Takes note of where the reviews are. */
  observe(rows: ReviewRow[], now: number): void {
    const running = rows.filter((row) => row.state === 'running' && row.stage === 'read_clauses');
    for (const id of [...this.#paces.keys()]) if (!running.some((row) => row.id === id)) this.#paces.delete(id);
    for (const { id, done } of running) {
      const pace = this.#paces.get(id);
      if (!pace || done < pace.lastDone) this.#paces.set(id, { firstAt: now, firstDone: done, lastAt: now, lastDone: done });
      else if (done > pace.lastDone) Object.assign(pace, { lastAt: now, lastDone: done });
    }
  }

  /** Milliseconds until the chunks are done; null while that can't be told. */
  left(row: ReviewRow, now: number): number | null {
    const pace = this.#paces.get(row.id);
    if (!pace || row.state !== 'running' || row.total === 0) return null;
    const seen = pace.lastDone - pace.firstDone;
    if (seen < FEWEST_DONE) return null;
    const each = (pace.lastAt - pace.firstAt) / seen;
    return Math.max(0, (row.total - pace.lastDone) * each - (now - pace.lastAt));
  }
}
