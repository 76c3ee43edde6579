import { expect, it } from 'vitest';
import type { ReviewRow } from '$lib/api/generated';
import { Etas } from './eta';

const row = (done: number, change: Partial<ReviewRow> = {}): ReviewRow => ({
  id: 'r',
  contract_id: 'c',
  file: 'Supply agreement.pdf',
  playbook: 'Procurement',
  state: 'running',
  stage: 'read_clauses',
  done,
  total: 20,
  pages: 9,
  created_at: 0,
  started_at: 0,
  finished_at: null,
  message: null,
  code: null,
  resumed: false,
  waiting_until: null,
  stopping: false,
  priority: 0,
  reader: 'offline',
  spending: { estimate_tokens: null, estimate_micros: null, spent_tokens: 0, spent_micros: 0, budget_tokens: null, budget_micros: null },
  proposal: null,
  counts: { critical: 0, high: 0, medium: 0, low: 0 },
  ...change,
});

it('says nothing before three chunks were seen done, then how long the rest takes at that pace', () => {
  const etas = new Etas();
  etas.observe([row(4)], 10_000);
  etas.observe([row(6)], 14_000);
  expect(etas.left(row(6), 14_000)).toBeNull();
  etas.observe([row(8)], 18_000);
  expect(etas.left(row(8), 18_000)).toBe(24_000);
  expect(etas.left(row(8), 20_000)).toBe(22_000);
  expect(etas.left(row(8), 90_000)).toBe(0);
});

it('forgets the pace when the review waits, ends or begins anew', () => {
  const etas = new Etas();
  for (const [done, at] of [[0, 0], [5, 5000]] as const) etas.observe([row(done)], at);
  expect(etas.left(row(5), 5000)).toBe(15_000);
  etas.observe([row(5, { state: 'waiting' })], 6000);
  etas.observe([row(5)], 60_000);
  expect(etas.left(row(5), 60_000)).toBeNull();
  for (const [done, at] of [[9, 64_000], [1, 65_000]] as const) etas.observe([row(done)], at);
  expect(etas.left(row(1), 65_000)).toBeNull();
});
