/** What is selected and where the person is. Nothing here is a fact of the engine. */
import { SvelteSet } from 'svelte/reactivity';
import type { Bbox, Citation, Finding } from '$lib/api/generated';
import { groupings, noFilter, type FindingFilter, type GroupBy } from '$lib/format/findings';
import { Remembered, isBoolean, isNumber, isStringOrNull } from '$lib/ui/remembered.svelte';

export type Tab = 'findings' | 'terms' | 'dates' | 'obligations' | 'coverage' | 'history';
export const tabs: Tab[] = ['findings', 'terms', 'dates', 'obligations', 'coverage', 'history'];

export type Pane = 'queue' | 'review' | 'document';
export const panes: Pane[] = ['queue', 'review', 'document'];

/** What the document shows and outlines. Each wish is a new object, so that the same place can be asked for twice. */
export interface Target {
  page: number;
  boxes: Bbox[];
}

/** What is asked of the person about the opened finding. */
export type Asking = 'dismiss' | 'note';

const isGrouping = (kept: unknown): kept is GroupBy => groupings.some((one) => one === kept);

export class Workspace {
  #review = new Remembered<string | null>('review', null, isStringOrNull);
  queueWidth = new Remembered('queue-width', 300, isNumber);
  reviewWidth = new Remembered('review-width', 500, isNumber);
  singleKeys = new Remembered('single-keys', true, isBoolean);
  grouping = new Remembered<GroupBy>('grouping', 'severity', isGrouping);
  /** Whether opened findings say why they are there. */
  why = new Remembered('why', false, isBoolean);
  playbook = new Remembered<string | null>('playbook', null, isStringOrNull);

  pane = $state<Pane>('queue');
  tab = $state<Tab>('findings');
  queueFilter = $state('');
  /** Reviews that are to be acted on together. */
  readonly marked = new SvelteSet<string>();
  findingFilter = $state.raw<FindingFilter>(noFilter);
  /** Place of the selected finding in the report. */
  finding = $state<number | null>(null);
  /** Place of the finding whose details are open. */
  opened = $state<number | null>(null);
  asking = $state<Asking | null>(null);
  restOpen = $state(false);
  target = $state.raw<Target | null>(null);
  settingsOpen = $state(false);
  shortcutsOpen = $state(false);
  paletteOpen = $state(false);
  draggingFiles = $state(false);

  get reviewId(): string | null {
    return this.#review.value;
  }

  selectReview(id: string | null): void {
    if (id === this.#review.value) return;
    this.#review.value = id;
    this.tab = 'findings';
    this.findingFilter = noFilter;
    this.restOpen = false;
    this.clearFinding();
  }

  mark(id: string): void {
    if (!this.marked.delete(id)) this.marked.add(id);
  }

  clearFinding(): void {
    this.finding = null;
    this.opened = null;
    this.asking = null;
    this.target = null;
  }

  /** Selects a finding and shows its words; an open detail moves along. */
  selectFinding(index: number, finding: Finding): void {
    this.finding = index;
    if (this.opened !== null) this.opened = index;
    this.asking = null;
    this.show(finding.citations[0]);
  }

  toggleFinding(index: number, finding: Finding): void {
    const open = this.opened === index && this.finding === index;
    this.finding = index;
    this.opened = open ? null : index;
    this.asking = null;
    this.show(finding.citations[0]);
  }

  /** Opens a finding and asks for a reason or a note. */
  ask(index: number, finding: Finding, what: Asking): void {
    if (this.finding !== index) this.show(finding.citations[0]);
    this.finding = index;
    this.opened = index;
    this.asking = what;
  }

  /** A finding just decided stays in the list, whatever the filter says now. */
  keep(index: number): void {
    const filter = this.findingFilter;
    if (filter.settled !== null && !filter.kept.includes(index)) this.findingFilter = { ...filter, kept: [...filter.kept, index] };
  }

  show(citation: Citation | undefined): void {
    this.target = citation ? { page: citation.page, boxes: citation.boxes } : null;
  }

  goTo(page: number): void {
    this.target = { page, boxes: [] };
  }
}
