/** What every part of the screen may ask for, and the actions that need several of them. */
import { getContext, setContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { QueryClient } from '@tanstack/svelte-query';
import type {
  AddFinding,
  BudgetSettings,
  ContractType,
  DecisionsView,
  ErrorView,
  Export,
  FoundPassage,
  PlaybookRow,
  PortfolioQuery,
  ExportFormat,
  NewWebhook,
  Finding,
  NotificationSettings,
  ProviderSetup,
  RedactionSettings,
  ReviewRow,
  ReviewView,
  SaidOfFinding,
  SavedView,
  Settings,
  Submitted,
  Verdict,
  WebhookSecret,
  WebhookTest,
} from '$lib/api/generated';
import { keys } from '$lib/api/keys';
import { Etas } from '$lib/format/eta';
import { noFilter } from '$lib/format/findings';
import { linkTo } from '$lib/format/link';
import { isLocked } from '$lib/format/review';
import { toErrorView } from '$lib/host/error';
import type { Host } from '$lib/host/host';
import { Announcer } from '$lib/ui/announcer.svelte';
import { Clock } from '$lib/ui/clock.svelte';
import { Toasts } from '$lib/ui/toasts.svelte';
import { words } from '$lib/words';
import { Workspace } from './workspace.svelte';

const KEY = Symbol('app');
/** As long as the engine can take a deletion back. */
const UNDO_MS = 30_000;

export class App {
  readonly host: Host;
  readonly client: QueryClient;
  readonly workspace = new Workspace();
  readonly toasts = new Toasts();
  readonly announcer = new Announcer();
  readonly clock = new Clock();
  readonly etas = new Etas();
  /** Passwords of files by their contract, for as long as the window is open. */
  readonly passwords = new SvelteMap<string, string>();

  constructor(host: Host, client: QueryClient) {
    this.host = host;
    this.client = client;
  }

  refused = (file: string, error: ErrorView): void => {
    this.toasts.show({ tone: 'bad', title: words.notices.refused(file), text: error.message });
  };

  add = (): Promise<boolean> => this.#attempt(async () => this.#submit(await this.host.pickFiles(this.refused)));

  submit = (dropIds: string[]): Promise<boolean> => this.#attempt(() => this.#submit(dropIds));

  addSamples = (): Promise<boolean> =>
    this.#attempt(async () => {
      const submitted = await this.host.call('submit_samples', {});
      await this.#tell(submitted);
      this.#select(submitted[0]);
    });

  stop = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('stop_review', { review_id: row.id })));

  retry = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('retry_review', { review_id: row.id })));

  /** Opens the pages of a locked file, and goes on with its review where that waits for the password. */
  unlock = (row: ReviewRow, password: string): Promise<boolean> =>
    this.#attempt(async () => {
      this.passwords.set(row.contract_id, password);
      if (isLocked(row)) this.#patch(await this.host.call('give_password', { review_id: row.id, password }));
    });

  stopAfterStep = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('stop_review_after_step', { review_id: row.id })));

  pause = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('pause_review', { review_id: row.id })));

  resume = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('resume_review', { review_id: row.id })));

  finishOffline = (row: ReviewRow): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('finish_offline', { review_id: row.id })));

  changePriority = (row: ReviewRow, priority: number): Promise<boolean> =>
    this.#attempt(async () => this.#patch(await this.host.call('change_priority', { review_id: row.id, priority })));

  chooseSide = (reviewId: string, party: string): Promise<boolean> =>
    this.#attempt(async () => this.#judged(await this.host.call('choose_side', { review_id: reviewId, party })));

  chooseContractType = (reviewId: string, contractType: ContractType): Promise<boolean> =>
    this.#attempt(async () => this.#judged(await this.host.call('choose_contract_type', { review_id: reviewId, contract_type: contractType })));

  /** Settles a finding of a review, or opens it again. */
  decide = (review: ReviewView, index: number, verdict: Verdict | null, reason = ''): Promise<boolean> =>
    this.#attempt(async () => {
      const finding = review.report?.findings[index];
      const decision = review.decisions.findings[index];
      if (!finding || !decision) return;
      this.workspace.keep(index);
      this.workspace.asking = null;
      this.#decided(review, await this.host.call('decide_finding', { review_id: review.row.id, key: decision.key, verdict, reason }));
      this.announcer.say(words.decisions.told(finding.title, verdict ? words.decisions.verdict[verdict] : words.decisions.settled.open));
    });

  note = (review: ReviewView, index: number, note: string): Promise<boolean> =>
    this.#attempt(async () => {
      const decision = review.decisions.findings[index];
      if (!decision) return;
      this.workspace.asking = null;
      this.#decided(review, await this.host.call('note_finding', { review_id: review.row.id, key: decision.key, note }));
    });

  /** Says of a finding how much it matters and what to ask for; null goes back to the playbook. */
  editFinding = (review: ReviewView, index: number, said: SaidOfFinding | null): Promise<boolean> =>
    this.#attempt(async () => {
      const decision = review.decisions.findings[index];
      if (!decision) return;
      this.workspace.asking = null;
      await this.host.call('edit_finding', { review_id: review.row.id, key: decision.key, said });
      await this.client.invalidateQueries({ queryKey: keys.review(review.row.id) });
    });

  /** Makes a finding of selected words, and opens it. */
  addFinding = (made: AddFinding): Promise<boolean> =>
    this.#attempt(async () => {
      const { check } = await this.host.call('add_finding', made);
      await this.client.invalidateQueries({ queryKey: keys.review(made.review_id) });
      const findings = this.client.getQueryData<ReviewView | null>(keys.review(made.review_id))?.report?.findings ?? [];
      const at = findings.findIndex((finding) => finding.check === check);
      const finding = findings[at];
      if (!finding || this.workspace.reviewId !== made.review_id) return;
      this.workspace.tab = 'findings';
      this.workspace.findingFilter = noFilter;
      this.workspace.selectFinding(at, finding);
      this.workspace.opened = at;
    });

  /** Removes a finding of the person's own; as long as the message stands it can be put back. */
  removeFinding = (reviewId: string, finding: Finding): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('remove_finding', { review_id: reviewId, check: finding.check });
      this.workspace.clearFinding();
      await this.client.invalidateQueries({ queryKey: keys.review(reviewId) });
      const { title, severity, explanation, ask } = finding;
      const places = finding.citations.map(({ page, boxes }) => ({ page, boxes }));
      this.toasts.show({
        tone: 'neutral',
        title: words.ownFindings.removed(title),
        action: { label: words.undo, run: () => void this.addFinding({ review_id: reviewId, places, title, severity, explanation, ask }) },
        ms: UNDO_MS,
      });
    });

  /** Takes the newest decision back and shows what it was about. */
  undoDecision = (review: ReviewView): Promise<boolean> =>
    this.#attempt(async () => {
      const newest = review.decisions.history.find((entry) => entry.undone_at === null);
      if (!newest) {
        this.announcer.say(words.decisions.nothingToUndo);
        return;
      }
      if (newest.finding !== null) this.workspace.keep(newest.finding);
      this.#decided(review, await this.host.call('undo_decision', { review_id: review.row.id, decision: newest.id }));
      this.announcer.say(words.decisions.undone(newest.title));
      const finding = newest.finding === null ? undefined : review.report?.findings[newest.finding];
      if (finding && newest.finding !== null) this.workspace.selectFinding(newest.finding, finding);
    });

  #decided(review: ReviewView, decisions: DecisionsView): void {
    this.client.setQueryData<ReviewView | null>(keys.review(review.row.id), (old) => (old ? { ...old, decisions } : old));
  }

  async #judged(row: ReviewRow): Promise<void> {
    this.#patch(row);
    await this.client.invalidateQueries({ queryKey: keys.review(row.id) });
  }

  remove = (row: ReviewRow): Promise<boolean> => this.removeAll([row]);

  /** Hides contracts at once; for half a minute it can be taken back, then they are gone for good. */
  removeAll = (rows: ReviewRow[]): Promise<boolean> =>
    this.#attempt(async () => {
      const [first] = rows;
      if (!first) return;
      // A contract may have been reviewed more than once.
      const contracts = rows.map((row) => row.contract_id).filter((id, at, all) => all.indexOf(id) === at);
      try {
        for (const contract_id of contracts) await this.host.call('delete_contract', { contract_id, and_backups: false });
      } finally {
        if (rows.some((row) => row.id === this.workspace.reviewId)) this.workspace.selectReview(null);
        await this.client.invalidateQueries({ queryKey: keys.reviews });
      }
      this.toasts.show({
        tone: 'neutral',
        title: contracts.length === 1 ? words.queue.deleted(first.file) : words.queue.deletedMany(contracts.length),
        text: words.queue.deletedHint,
        action: { label: words.undo, run: () => void this.#undoRemove(contracts, first.id) },
        ms: UNDO_MS,
      });
    });

  #undoRemove = (contracts: string[], reviewId: string): Promise<boolean> =>
    this.#attempt(async () => {
      for (const contract_id of contracts) await this.host.call('undo_delete', { contract_id });
      await this.client.invalidateQueries({ queryKey: keys.reviews });
      this.workspace.selectReview(reviewId);
    });

  changeRetention = (days: number | null): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('change_retention', { days });
      await this.client.invalidateQueries({ queryKey: keys.status });
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  changeRecognition = (languages: string[]): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.recognition, await this.host.call('change_recognition', { languages }));
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  makeBackup = (): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('make_backup', {});
      await this.client.invalidateQueries({ queryKey: keys.backups });
    });

  restoreBackup = (name: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('restore_backup', { name });
      await this.client.invalidateQueries({ queryKey: keys.status });
    });

  save = (file: Export): Promise<boolean> =>
    this.#attempt(async () => {
      const saved = await this.host.saveExport(file);
      if (saved !== null) this.toasts.show({ tone: 'good', title: words.review.exported(saved) });
    });

  exportPortfolio = (query: PortfolioQuery): Promise<boolean> =>
    this.#attempt(async () => {
      const saved = await this.host.saveExport(await this.host.call('export_portfolio', query));
      if (saved !== null) this.toasts.show({ tone: 'good', title: words.review.exported(saved) });
    });

  /** Opens a contract at words that a search found: bytes of the passage. */
  openFound = (found: FoundPassage, start: number, end: number): Promise<boolean> =>
    this.#attempt(async () => {
      const { passage, contract_id } = found;
      const span = { contract_id, start: passage.start + start, end: passage.start + end };
      const cited = await this.host.call('cite_place', span);
      const page = cited[0]?.page ?? passage.page;
      this.workspace.openPlace(found.review_id, { page, boxes: cited.filter((one) => one.page === page).flatMap((one) => one.boxes) });
    });

  pauseAll = (paused: boolean): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.status, await this.host.call('pause_all', { paused }));
    });

  /** Saves a provider and has new reviews ask it. True when it was taken. */
  saveProvider = (setup: ProviderSetup): Promise<boolean> =>
    this.#attempt(async () => {
      const known = await this.host.call('save_provider', setup);
      const ranked = known.filter((view) => view.rank !== null && view.setup.id !== setup.id);
      const rank = known.find((view) => view.setup.id === setup.id)?.rank ?? null;
      if (rank === null) {
        const providers = [...ranked.map((view) => view.setup.id), setup.id];
        await this.host.call('choose_readers', { providers });
      }
      await this.#models();
    });

  removeProvider = (provider: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('remove_provider', { provider });
      await this.#models();
    });

  changeOffline = (offline: boolean): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.status, await this.host.call('change_offline', { offline }));
      this.toasts.show({ tone: 'good', title: offline ? words.offline.on : words.offline.off });
    });

  changeRedaction = (chosen: RedactionSettings): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.status, await this.host.call('change_redaction', chosen));
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  /** True when the key was taken. */
  setProviderKey = (provider: string, key: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('set_provider_key', { provider, key });
      await this.#models();
    });

  forgetProviderKey = (provider: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('forget_provider_key', { provider });
      await this.#models();
    });

  resumeProvider = (provider: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('resume_provider', { provider });
      await this.#models();
    });

  chooseReaders = (providers: string[]): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('choose_readers', { providers });
      await this.#models();
    });

  changeNotifications = (settings: NotificationSettings): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.notifications, await this.host.call('change_notifications', settings));
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  chooseWatchFolder = (): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.chooseWatchFolder?.();
      await this.client.invalidateQueries({ queryKey: keys.watch });
    });

  changeWatch = (format: ExportFormat): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.watch, await this.host.call('change_watch', { format }));
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  stopWatching = (): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.watch, await this.host.call('stop_watching', {}));
    });

  /** The webhook's secret, this once; nothing when it was not added. */
  addWebhook = (webhook: NewWebhook): Promise<WebhookSecret | null> => this.#ofWebhooks(() => this.host.call('add_webhook', webhook));

  rotateWebhook = (name: string): Promise<WebhookSecret | null> => this.#ofWebhooks(() => this.host.call('rotate_webhook', { name }));

  switchWebhook = (name: string, on: boolean): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.webhooks, await this.host.call('switch_webhook', { name, on }));
    });

  removeWebhook = (name: string): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.webhooks, await this.host.call('remove_webhook', { name }));
    });

  /** How a message sent by hand was received; nothing when it could not be sent. */
  testWebhook = (name: string): Promise<WebhookTest | null> => this.#ofWebhooks(() => this.host.call('test_webhook', { name }));

  redeliver = (id: string): Promise<WebhookTest | null> => this.#ofWebhooks(() => this.host.call('redeliver', { id }));

  async #ofWebhooks<T>(ask: () => Promise<T>): Promise<T | null> {
    const reply = await this.#reply(async () => {
      const value = await ask();
      await this.client.invalidateQueries({ queryKey: keys.webhooks });
      return value;
    });
    return reply === null ? null : reply.value;
  }

  changeBudgets = (budgets: BudgetSettings): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.spending, await this.host.call('change_budgets', budgets));
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  /** Makes a playbook of one's own and opens it. */
  duplicatePlaybook = (playbook: string): Promise<boolean> =>
    this.#attempt(async () => this.#opened(await this.host.call('duplicate_playbook', { playbook })));

  importPlaybook = (file: File): Promise<boolean> =>
    this.#attempt(async () => {
      const row = await this.host.call('save_playbook', { source: await file.text(), opened: null });
      await this.#opened(row);
      this.toasts.show({ tone: 'good', title: words.playbooks.imported(row.name) });
    });

  /** Keeps a playbook's changes; reviews made by it stay as they are. */
  savePlaybook = (playbook: string): Promise<boolean> =>
    this.#attempt(async () => {
      const draft = this.workspace.drafts.get(playbook);
      if (!draft) return;
      const row = await this.host.call('save_playbook', { source: draft.source, opened: { playbook, sha256: draft.sha256 } });
      if (this.workspace.playbook.value === playbook) this.workspace.playbook.value = row.id;
      await this.#opened(row);
      // What was typed while it was saved is still to be saved.
      if (this.workspace.drafts.get(playbook)?.source === draft.source) this.workspace.drafts.delete(playbook);
      this.toasts.show({ tone: 'good', title: words.playbooks.saved(row.name), text: words.playbooks.savedHint });
    });

  /** Removes a playbook; as long as the message stands it can be put back. */
  removePlaybook = (row: PlaybookRow, source: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('remove_playbook', { playbook: row.id });
      this.workspace.drafts.delete(row.id);
      const forNew = this.workspace.playbook.value === row.id;
      if (forNew) this.workspace.playbook.value = null;
      this.workspace.openPlaybook = null;
      await this.client.invalidateQueries({ queryKey: keys.playbooks });
      const putBack = () =>
        this.#attempt(async () => {
          await this.#opened(await this.host.call('save_playbook', { source, opened: null }));
          if (forNew) this.workspace.playbook.value = row.id;
        });
      this.toasts.show({
        tone: 'neutral',
        title: words.playbooks.removed(row.name),
        text: words.playbooks.removedHint,
        action: { label: words.undo, run: () => void putBack() },
        ms: UNDO_MS,
      });
    });

  async #opened(row: PlaybookRow): Promise<void> {
    await this.client.invalidateQueries({ queryKey: keys.playbooks });
    this.workspace.openPlaybook = row.id;
  }

  /** Judges a finished review by a playbook as it is now, and opens it. */
  judgeBy = (review: ReviewRow, playbook: string): Promise<boolean> =>
    this.#attempt(async () => {
      await this.#judged(await this.host.call('choose_playbook', { review_id: review.id, playbook }));
      this.workspace.selectReview(review.id);
      this.toasts.show({ tone: 'good', title: words.playbooks.judged(review.file) });
    });

  saveView = (view: SavedView): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.views, await this.host.call('save_portfolio_view', view));
      this.announcer.say(words.portfolio.viewSaved(view.name));
    });

  removeView = (view: SavedView): Promise<boolean> =>
    this.#attempt(async () => {
      this.client.setQueryData(keys.views, await this.host.call('remove_portfolio_view', { name: view.name }));
      this.toasts.show({
        tone: 'neutral',
        title: words.portfolio.viewRemoved(view.name),
        action: { label: words.undo, run: () => void this.saveView(view) },
      });
    });

  exportReview = (reviewId: string, format: ExportFormat): Promise<boolean> =>
    this.#attempt(async () => {
      const saved = await this.host.saveExport(await this.host.call('export_review', { review_id: reviewId, format }));
      if (saved !== null) this.toasts.show({ tone: 'good', title: words.review.exported(saved) });
    });

  changeSettings = (settings: Settings): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('change_settings', settings);
      await this.client.invalidateQueries({ queryKey: keys.status });
      this.toasts.show({ tone: 'good', title: words.settings.saved });
    });

  markNoticesRead = (): Promise<boolean> =>
    this.#attempt(async () => {
      await this.host.call('mark_notices_read', {});
      await this.client.invalidateQueries({ queryKey: keys.notices });
    });

  copyLink = (reviewId: string, key: string): Promise<boolean> =>
    this.#attempt(async () => {
      await navigator.clipboard.writeText(linkTo({ reviewId, key }));
      this.announcer.say(words.findings.linkCopied);
    });

  copy = (text: string): Promise<boolean> =>
    this.#attempt(async () => {
      await navigator.clipboard.writeText(text);
      this.announcer.say(words.copied);
    });

  async #submit(dropIds: string[]): Promise<void> {
    if (dropIds.length === 0) return;
    const submitted = await this.host.call('submit_contracts', {
      drop_ids: dropIds,
      playbook: this.workspace.playbook.value,
    });
    await this.#tell(submitted);
    // Many at once are no reason to take away the report that is being read.
    if (submitted.length === 1) this.#select(submitted[0]);
  }

  #select(submitted: Submitted | undefined): void {
    if (submitted?.review_id) this.workspace.selectReview(submitted.review_id);
  }

  async #tell(submitted: Submitted[]): Promise<void> {
    await this.client.invalidateQueries({ queryKey: keys.reviews });
    for (const one of submitted) if (one.refusal) this.refused(one.file, one.refusal);
    const known = submitted.filter((one) => one.existing);
    const [first] = known;
    if (first && known.length === 1) {
      this.toasts.show({ tone: 'neutral', title: words.notices.duplicate(first.file), text: submitted.length === 1 ? words.notices.duplicateHint : undefined });
    } else if (known.length > 1) {
      this.toasts.show({ tone: 'neutral', title: words.notices.duplicates(known.length) });
    }
  }

  /** Puts a row that a command replied with into the queue at once; the event brings the rest. */
  async #patch(row: ReviewRow): Promise<void> {
    this.client.setQueryData<ReviewRow[]>(keys.reviews, (rows) => rows?.map((old) => (old.id === row.id ? row : old)));
    await this.client.invalidateQueries({ queryKey: keys.review(row.id) });
  }

  async #models(): Promise<void> {
    await this.client.invalidateQueries({ queryKey: keys.providers });
    await this.client.invalidateQueries({ queryKey: keys.spending });
  }

  /** True when it went well; else the person has been told. */
  async #attempt(run: () => Promise<unknown>): Promise<boolean> {
    return (await this.#reply(run)) !== null;
  }

  /** What came back; nothing when it went wrong, and the person has been told. */
  async #reply<T>(run: () => Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await run() };
    } catch (error) {
      this.toasts.show({ tone: 'bad', title: words.notices.failedCommand, text: toErrorView(error).message });
      return null;
    }
  }
}

export const provideApp = (app: App): App => setContext(KEY, app);
export const useApp = (): App => getContext<App>(KEY);
