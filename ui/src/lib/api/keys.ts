import type { SpotOfContract } from './generated';

/** Names of what is fetched, all under one root. */
export const keys = {
  all: ['engine'],
  reviews: ['engine', 'reviews'],
  review: (id: string) => ['engine', 'review', id],
  page: (contract: string, number: number) => ['engine', 'page', contract, number],
  spot: (spot: SpotOfContract) => ['engine', 'spot', spot.contract_id, spot.page, ...spot.place],
  found: (contract: string, text: string) => ['engine', 'found', contract, text],
  explanation: (review: string, finding: string) => ['engine', 'review', review, 'explanation', finding],
  related: (review: string, text: string) => ['engine', 'review', review, 'related', text],
  soFar: (id: string) => ['engine', 'so-far', id],
  questions: (review: string) => ['engine', 'review', review, 'questions'],
  history: (id: string) => ['engine', 'history', id],
  notices: ['engine', 'notices'],
  status: ['engine', 'status'],
  backups: ['engine', 'backups'],
  recognition: ['engine', 'recognition'],
  providers: ['engine', 'providers'],
  presets: ['engine', 'presets'],
  measurements: ['engine', 'measurements'],
  spending: ['engine', 'spending'],
  /** Under the spending: what is paid for has left. */
  outbound: ['engine', 'spending', 'outbound'],
  notifications: ['engine', 'notifications'],
  watch: ['engine', 'watch'],
  webhooks: ['engine', 'webhooks'],
  deliveries: (webhook: string) => ['engine', 'webhooks', webhook],
  playbooks: ['engine', 'playbooks'],
  playbook: (id: string) => ['engine', 'playbooks', id],
  views: ['engine', 'views'],
  /** Under what changes with every review. */
  decided: ['engine', 'reviews', 'decided'],
  /** Under the spending: both tell of calls. */
  use: ['engine', 'spending', 'use'],
  portfolios: ['engine', 'portfolio'],
  portfolio: (query: string) => ['engine', 'portfolio', query],
  deadlines: ['engine', 'renewals'],
  renewals: (query: string) => ['engine', 'renewals', query],
  text: (words: string) => ['engine', 'text', words],
} as const satisfies Record<
  string,
  readonly string[] | ((id: string) => readonly string[]) | ((id: string, text: string) => readonly string[]) | ((id: string, number: number) => readonly (string | number)[]) | ((spot: SpotOfContract) => readonly (string | number)[])
>;
