/** What the page shows of the engine's state; fetched once and again when an event says so. */
import { QueryClient, createQuery, keepPreviousData } from '@tanstack/svelte-query';
import type {
  BackupView,
  DeliveryView,
  Decided,
  ErrorView,
  Explanation,
  Finding,
  FoundPassage,
  MeasurementView,
  Notice,
  NotificationSettings,
  OutboundLog,
  PageText,
  PassageView,
  PlaybookRow,
  PlaybookView,
  PortfolioPage,
  PortfolioQuery,
  PresetView,
  ProviderUse,
  ProviderView,
  QuestionView,
  RecognitionView,
  RenewalsPage,
  RenewalsQuery,
  ReviewRow,
  ReviewView,
  SavedView,
  SpendingView,
  SpotOfContract,
  SpotPicture,
  Status,
  StepView,
  WatchView,
  WebhookView,
  WordsFound,
} from './generated';
import type { Host } from '$lib/host/host';
import { keys } from './keys';

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 60_000,
        retry: 2,
        retryDelay: 500,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The engine is on this machine: being offline is no reason to wait.
        networkMode: 'always',
        // What a part has not read yet may be what it waits for next: of two answers the second to be read
        // could come first, and was never seen.
        notifyOnChangeProps: 'all',
      },
    },
  });
}

export const queryReviews = (host: Host) =>
  createQuery<ReviewRow[], ErrorView>(() => ({ queryKey: keys.reviews, queryFn: () => host.call('list_reviews', {}) }));

export const queryReview = (host: Host, id: () => string | null) =>
  createQuery<ReviewView | null, ErrorView>(() => ({
    queryKey: keys.review(id() ?? ''),
    queryFn: () => host.call('get_review', { review_id: id() ?? '' }),
    enabled: id() !== null,
  }));

/** The words of a page; they don't change, so they are asked for once. */
export const queryPage = (host: Host, contractId: () => string, number: () => number) =>
  createQuery<PageText | null, ErrorView>(() => ({
    queryKey: keys.page(contractId(), number()),
    queryFn: () => host.call('get_page', { contract_id: contractId(), number: number() }),
  }));

/** Some rows of the portfolio; what was there stays until what is wanted next is there. */
export const queryPortfolio = (host: Host, query: () => PortfolioQuery) =>
  createQuery<PortfolioPage, ErrorView>(() => ({
    queryKey: keys.portfolio(JSON.stringify(query())),
    queryFn: () => host.call('portfolio', query()),
    placeholderData: keepPreviousData,
  }));

export const queryRenewals = (host: Host, query: () => RenewalsQuery) =>
  createQuery<RenewalsPage, ErrorView>(() => ({
    queryKey: keys.renewals(JSON.stringify(query())),
    queryFn: () => host.call('renewals', query()),
    placeholderData: keepPreviousData,
  }));

/** How long what was found in all contracts holds: the next review may add to it. */
const FOUND_MS = 5_000;

/** Passages of all contracts; nothing is looked for while there are no words. */
export const queryText = (host: Host, text: () => string, limit: () => number) =>
  createQuery<FoundPassage[], ErrorView>(() => ({
    queryKey: keys.text(`${limit()} ${text()}`),
    queryFn: () => host.call('search_text', { text: text(), limit: limit() }),
    enabled: text() !== '',
    staleTime: FOUND_MS,
    placeholderData: keepPreviousData,
  }));

/** A picture of a spot of a page; it does not change either. */
export const querySpot = (host: Host, spot: () => SpotOfContract, wanted: () => boolean) =>
  createQuery<SpotPicture | null, ErrorView>(() => ({
    queryKey: keys.spot(spot()),
    queryFn: () => host.call('get_spot', spot()),
    enabled: wanted(),
    retry: false,
  }));

/** Places of words in a contract; nothing is looked for while there are none. */
export const queryFound = (host: Host, contractId: () => string, text: () => string) =>
  createQuery<WordsFound, ErrorView>(() => ({
    queryKey: keys.found(contractId(), text()),
    queryFn: () => host.call('find_words', { contract_id: contractId(), text: text() }),
    enabled: text() !== '',
  }));

export const queryExplanation = (host: Host, reviewId: () => string, finding: () => string) =>
  createQuery<Explanation, ErrorView>(() => ({
    queryKey: keys.explanation(reviewId(), finding()),
    queryFn: () => host.call('explain_finding', { review_id: reviewId(), key: finding() }),
  }));

/** Passages that come nearest to a text. */
export const queryRelated = (host: Host, reviewId: () => string, text: () => string, wanted: () => boolean) =>
  createQuery<PassageView[], ErrorView>(() => ({
    queryKey: keys.related(reviewId(), text()),
    queryFn: () => host.call('related_passages', { review_id: reviewId(), text: text(), exclude_chunk: null, limit: 3 }),
    enabled: wanted(),
  }));

/** What was asked about a contract, newest first. */
export const queryQuestions = (host: Host, id: () => string) =>
  createQuery<QuestionView[], ErrorView>(() => ({
    queryKey: keys.questions(id()),
    queryFn: () => host.call('list_questions', { review_id: id() }),
  }));

export const queryHistory = (host: Host, id: () => string) =>
  createQuery<StepView[], ErrorView>(() => ({
    queryKey: keys.history(id()),
    queryFn: () => host.call('get_history', { review_id: id() }),
  }));

export const queryNotices = (host: Host) =>
  createQuery<Notice[], ErrorView>(() => ({ queryKey: keys.notices, queryFn: () => host.call('list_notices', {}) }));

export const queryStatus = (host: Host) =>
  createQuery<Status, ErrorView>(() => ({ queryKey: keys.status, queryFn: () => host.call('get_status', {}) }));

export const queryRecognition = (host: Host) =>
  createQuery<RecognitionView, ErrorView>(() => ({ queryKey: keys.recognition, queryFn: () => host.call('get_recognition', {}) }));

export const queryBackups = (host: Host) =>
  createQuery<BackupView[], ErrorView>(() => ({ queryKey: keys.backups, queryFn: () => host.call('list_backups', {}) }));

export const queryProviders = (host: Host) =>
  createQuery<ProviderView[], ErrorView>(() => ({ queryKey: keys.providers, queryFn: () => host.call('list_providers', {}) }));

/** Measurements of providers, with the one that runs. */
export const queryMeasurements = (host: Host) =>
  createQuery<MeasurementView[], ErrorView>(() => ({ queryKey: keys.measurements, queryFn: () => host.call('list_measurements', {}) }));

export const queryPresets = (host: Host) =>
  createQuery<PresetView[], ErrorView>(() => ({ queryKey: keys.presets, queryFn: () => host.call('list_presets', {}) }));

export const querySpending = (host: Host) =>
  createQuery<SpendingView, ErrorView>(() => ({ queryKey: keys.spending, queryFn: () => host.call('get_spending', {}) }));

/** The newest calls that left. */
export const queryOutbound = (host: Host) =>
  createQuery<OutboundLog, ErrorView>(() => ({
    queryKey: keys.outbound,
    queryFn: () => host.call('list_outbound', { limit: 100, before: null }),
  }));

export const queryNotifications = (host: Host) =>
  createQuery<NotificationSettings, ErrorView>(() => ({ queryKey: keys.notifications, queryFn: () => host.call('get_notifications', {}) }));

export const queryWatch = (host: Host) =>
  createQuery<WatchView, ErrorView>(() => ({ queryKey: keys.watch, queryFn: () => host.call('get_watch', {}) }));

export const queryWebhooks = (host: Host) =>
  createQuery<WebhookView[], ErrorView>(() => ({ queryKey: keys.webhooks, queryFn: () => host.call('list_webhooks', {}) }));

/** The newest messages to a webhook. */
export const queryDeliveries = (host: Host, webhook: () => string) =>
  createQuery<DeliveryView[], ErrorView>(() => ({
    queryKey: keys.deliveries(webhook()),
    queryFn: () => host.call('list_deliveries', { name: webhook(), limit: 20 }),
  }));

export const queryPlaybooks = (host: Host) =>
  createQuery<PlaybookRow[], ErrorView>(() => ({ queryKey: keys.playbooks, queryFn: () => host.call('list_playbooks', {}) }));

/** A playbook with its text. */
export const queryPlaybook = (host: Host, id: () => string) =>
  createQuery<PlaybookView, ErrorView>(() => ({
    queryKey: keys.playbook(id()),
    queryFn: () => host.call('get_playbook', { playbook: id() }),
    enabled: id() !== '',
    // It may have been removed meanwhile: asking again helps nobody.
    retry: false,
  }));

export const queryViews = (host: Host) =>
  createQuery<SavedView[], ErrorView>(() => ({ queryKey: keys.views, queryFn: () => host.call('list_portfolio_views', {}) }));

export const queryUse = (host: Host) =>
  createQuery<ProviderUse[], ErrorView>(() => ({ queryKey: keys.use, queryFn: () => host.call('provider_use', {}) }));

/** The newest decisions about findings of all contracts. */
export const queryDecided = (host: Host, limit: () => number) =>
  createQuery<Decided[], ErrorView>(() => ({
    queryKey: [...keys.decided, String(limit())],
    queryFn: () => host.call('list_decisions', { limit: limit(), before: null }),
    placeholderData: keepPreviousData,
  }));

/** Looking takes the engine a moment, so it is not done at every event. */
const SO_FAR_MS = 3_000;

/** Risks found so far by a review under way. */
export const querySoFar = (host: Host, id: () => string, wanted: () => boolean) =>
  createQuery<Finding[], ErrorView>(() => ({
    queryKey: keys.soFar(id()),
    queryFn: () => host.call('findings_so_far', { review_id: id() }),
    enabled: wanted(),
    refetchInterval: SO_FAR_MS,
    staleTime: 0,
  }));
