/**
 * Turns the stream of events into refetches. Events carry no facts, so a thousand of them in one
 * frame cost one look at the queue; the next look waits longer the longer the last one took.
 */
import type { Event } from './generated';
import { keys } from './keys';

export interface RefresherPorts {
  /** Refetches what is on screen under a key; settles when it is there. */
  refetch(key: readonly string[]): Promise<unknown>;
  frame(run: () => void): void;
  wait(ms: number, run: () => void): void;
  now(): number;
}

const SHORTEST_PAUSE_MS = 100;
/** Looking takes at most one part in this many of the time. */
const PAUSE_FACTOR = 5;

export class Refresher {
  readonly #ports: RefresherPorts;
  #dirty = new Map<string, readonly string[]>();
  #busy = false;

  constructor(ports: RefresherPorts) {
    this.#ports = ports;
  }

  /** An empty batch, or a change that names no review, says that events may have been missed. */
  take(events: Event[]): void {
    if (events.length === 0) this.#mark(keys.all);
    for (const event of events) {
      if (event.kind === 'review_changed' && event.review_id === null) {
        this.#mark(keys.all);
      } else if (event.kind === 'review_changed' && event.review_id !== null) {
        this.#mark(keys.reviews);
        this.#mark(keys.review(event.review_id));
        this.#mark(keys.history(event.review_id));
        this.#mark(keys.portfolios);
        this.#mark(keys.deadlines);
        // A step of it may have been paid for, or have found a provider that does not answer.
        this.#mark(keys.providers);
        this.#mark(keys.spending);
      } else if (event.kind === 'measurement_changed') {
        this.#mark(keys.measurements);
      } else if (event.kind === 'notice_created') {
        this.#mark(keys.notices);
      } else if (event.kind === 'watch_changed') {
        this.#mark(keys.watch);
      } else if (event.kind === 'webhooks_changed') {
        this.#mark(keys.webhooks);
        this.#mark(keys.status);
      } else {
        this.#mark(keys.status);
        this.#mark(keys.playbooks);
        this.#mark(keys.views);
        this.#mark(keys.watch);
        this.#mark(keys.notifications);
        this.#mark(keys.providers);
        this.#mark(keys.spending);
      }
    }
    this.#schedule();
  }

  #mark(key: readonly string[]): void {
    this.#dirty.set(key.join('/'), key);
  }

  #schedule(): void {
    if (this.#busy || this.#dirty.size === 0) return;
    this.#busy = true;
    this.#ports.frame(() => void this.#look());
  }

  async #look(): Promise<void> {
    const wanted = [...this.#dirty.values()];
    this.#dirty.clear();
    const began = this.#ports.now();
    await Promise.allSettled(wanted.map((key) => this.#ports.refetch(key)));
    const took = this.#ports.now() - began;
    this.#ports.wait(Math.max(SHORTEST_PAUSE_MS, took * PAUSE_FACTOR), () => {
      this.#busy = false;
      this.#schedule();
    });
  }
}
