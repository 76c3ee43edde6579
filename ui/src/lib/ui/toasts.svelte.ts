/** Short messages at the window's edge. */

export interface Toast {
  id: number;
  tone: 'good' | 'neutral' | 'bad';
  title: string;
  text?: string;
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

  show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++;
    this.list = [...this.list, { ...toast, id }].slice(-AT_ONCE);
    setTimeout(() => this.dismiss(id), toast.ms ?? (toast.tone === 'bad' ? SHOWN_BAD_MS : SHOWN_MS));
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
