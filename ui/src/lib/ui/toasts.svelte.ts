/** Short messages at the window's edge. */

export interface Toast {
  id: number;
  tone: 'good' | 'neutral' | 'bad';
  title: string;
  text?: string;
  /** One line each, cut where it is too long: names of files. */
  lines?: string[];
  action?: { label: string; run: () => void };
  /** Shown for so long, instead of the usual time. */
  ms?: number;
}

const SHOWN_MS = 6000;
const SHOWN_BAD_MS = 15_000;
const AT_ONCE = 4;

export class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** Returns the id by which it is replaced or dismissed. */
  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list, { ...toast, id }].slice(-AT_ONCE);
    setTimeout(() => this.dismiss(id), toast.ms ?? (toast.tone === 'bad' ? SHOWN_BAD_MS : SHOWN_MS));
    return id;
  }

  /** Says something else in the same place; false when it is there no more. */
  replace(id: number, toast: Omit<Toast, 'id'>): boolean {
    const there = this.list.some((one) => one.id === id);
    this.list = this.list.map((one) => (one.id === id ? { ...toast, id } : one));
    return there;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
