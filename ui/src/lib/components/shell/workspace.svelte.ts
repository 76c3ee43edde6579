/** What is selected and where the person is. Nothing here is a fact of the engine. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Bbox, Citation, Finding, OnPage } from '$lib/api/generated';
import { groupings, noFilter, type FindingFilter, type GroupBy } from '$lib/format/findings';
import { isLayout, ownColumns, usualLayout, type Layout } from '$lib/format/portfolio';
import { Remembered, isBoolean, isNumber, isStringOrNull } from '$lib/ui/remembered.svelte';

export type Tab = 'findings' | 'terms' | 'dates' | 'obligations' | 'coverage' | 'history' | 'ask';
export const tabs: Tab[] = ['findings', 'terms', 'dates', 'obligations', 'coverage', 'history', 'ask'];

export type Pane = 'queue' | 'review' | 'document';
export const panes: Pane[] = ['queue', 'review', 'document'];

/** What the window shows beside the queue: one contract, or something about all of them. */
export type Screen = 'review' | 'portfolio' | 'playbooks' | 'activity';

export type Overview = 'contracts' | 'renewals';
export const overviews: Overview[] = ['contracts', 'renewals'];

export type ActivityTab = 'timing' | 'providers' | 'spending' | 'outbound' | 'decisions';
export const activityTabs: ActivityTab[] = ['timing', 'providers', 'spending', 'outbound', 'decisions'];

/** A playbook's text that is not saved yet. */
export interface Draft {
  source: string;
  /** Hash of the text that was opened. */
  sha256: string;
  /** The text as it is saved. */
  saved: string;
  /** Texts before the latest changes, the newest last. */
  past: string[];
}

/** What of a report is to be shown on its page as soon as the report is there. */
export interface Awaited {
  reviewId: string;
  /** A key term's field, an event of its dates, or a finding's key. */
  of: 'term' | 'date' | 'finding';
  name: string;
}

/** What the document shows and outlines. Each wish is a new object, so that the same place can be asked for twice. */
export interface Target {
  page: number;
  boxes: Bbox[];
}

/** What is asked of the person about the opened finding. */
export type Asking = 'dismiss' | 'note' | 'edit';

/** Sizes of the text to choose from. */
export const textSizes = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const isTextSize = (kept: unknown): kept is number => textSizes.some((size) => size === kept);

export type Leaving = 'ask' | 'finish' | 'pause';
export const leavings: Leaving[] = ['ask', 'finish', 'pause'];
const isLeaving = (kept: unknown): kept is Leaving => leavings.some((one) => one === kept);

const isGrouping = (kept: unknown): kept is GroupBy => groupings.some((one) => one === kept);

export class Workspace {
  #review = new Remembered<string | null>('review', null, isStringOrNull);
  queueWidth = new Remembered('queue-width', 300, isNumber);
  reviewWidth = new Remembered('review-width', 500, isNumber);
  singleKeys = new Remembered('single-keys', true, isBoolean);
  grouping = new Remembered<GroupBy>('grouping', 'severity', isGrouping);
  /** Whether opened findings say why they are there. */
  why = new Remembered('why', false, isBoolean);
  /** How large everything is; 1 is as it was drawn. */
  textSize = new Remembered('text-size', 1, isTextSize);
  /** What becomes of work under way when the window is closed. */
  leaving = new Remembered<Leaving>('leaving', 'ask', isLeaving);
  playbook = new Remembered<string | null>('playbook', null, isStringOrNull);

  /** Columns and order of the portfolio. */
  portfolio = new Remembered<Layout>('portfolio', usualLayout, isLayout);

  screen = $state<Screen>('review');
  activity = $state<ActivityTab>('timing');
  /** The playbook that is looked at; the one for new reviews until one is chosen. */
  openPlaybook = $state<string | null>(null);
  /** Changes to playbooks that are not saved, by the playbook's id; they outlast a look at something else. */
  readonly drafts = new SvelteMap<string, Draft>();
  overview = $state<Overview>('contracts');
  /** Whether days that passed long ago are listed too. */
  allPassed = $state(false);
  awaited = $state.raw<Awaited | null>(null);
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
  /** Words of which a finding is to be made. */
  making = $state.raw<{ reviewId: string; places: OnPage[]; quote: string } | null>(null);
  target = $state.raw<Target | null>(null);
  settingsOpen = $state(false);
  shortcutsOpen = $state(false);
  paletteOpen = $state(false);
  /** The palette looks in the text of all contracts only. */
  paletteOnlyText = $state(false);
  draggingFiles = $state(false);
  /** Reviews under way when the window was to be closed; null while nobody wants to. */
  leaveAsked = $state<number | null>(null);

  get reviewId(): string | null {
    return this.#review.value;
  }

  selectReview(id: string | null): void {
    if (id !== null) this.screen = 'review';
    this.fallBackTo(id);
  }

  /** Selects a review without leaving the screen for it. */
  fallBackTo(id: string | null): void {
    if (id === this.#review.value) return;
    this.#review.value = id;
    this.awaited = null;
    this.tab = 'findings';
    this.findingFilter = noFilter;
    this.restOpen = false;
    this.clearFinding();
  }

  openOverview(overview: Overview): void {
    this.screen = 'portfolio';
    this.overview = overview;
  }

  /** Opens a contract where it says what stands in a cell of the portfolio. */
  openTerm(reviewId: string, field: string): void {
    this.selectReview(reviewId);
    const own = field === 'file' || ownColumns.some((one) => one === field);
    this.tab = own ? 'findings' : field === 'notice_deadline' ? 'dates' : 'terms';
    this.pane = own ? 'review' : 'document';
    this.clearFinding();
    this.awaited = own ? null : { reviewId, of: 'term', name: field };
  }

  /** Opens a contract where it says what makes a date. */
  openDate(reviewId: string, event: string): void {
    this.selectReview(reviewId);
    this.tab = 'dates';
    this.pane = 'document';
    this.clearFinding();
    this.awaited = { reviewId, of: 'date', name: event };
  }

  /** Opens a contract at a finding. */
  openFinding(reviewId: string, key: string): void {
    this.selectReview(reviewId);
    this.pane = 'review';
    this.clearFinding();
    this.tab = 'findings';
    this.findingFilter = noFilter;
    this.awaited = { reviewId, of: 'finding', name: key };
  }

  /** Opens a contract at words of its text. */
  openPlace(reviewId: string, target: Target): void {
    this.selectReview(reviewId);
    this.pane = 'document';
    this.clearFinding();
    this.target = target;
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
