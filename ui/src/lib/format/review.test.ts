import { describe, expect, it } from 'vitest';
import type { ReviewRow } from '$lib/api/generated';
import { canPause, canResume, canRetry, countsInWords, elapsed, endedBetween, isActive, isLocked, matchesFilter, progress, stageWords, costWords, needs } from './review';

const row = (change: Partial<ReviewRow> = {}): ReviewRow => ({
  id: 'r1',
  contract_id: 'c1',
  file: 'Supply agreement.pdf',
  playbook: 'Procurement',
  state: 'running',
  stage: 'read',
  done: 0,
  total: 0,
  pages: null,
  created_at: 0,
  started_at: null,
  finished_at: null,
  message: null,
  code: null,
  resumed: false,
  waiting_until: null,
  stopping: false,
  priority: 0,
  reader: 'offline',
  spending: {
    estimate_tokens: null,
    estimate_micros: null,
    spent_tokens: 0,
    spent_micros: 0,
    budget_tokens: null,
    budget_micros: null,
  },
  proposal: null,
  counts: { critical: 0, high: 0, medium: 0, low: 0 },
  ...change,
});

describe('what a queue row says', () => {
  it.each([
    [row({ state: 'queued' }), 'Queued'],
    [row({ stage: 'read' }), 'Reading'],
    [row({ stage: 'read', done: 3, total: 12 }), 'Reading 3/12 pages'],
    [row({ stage: 'read_clauses', done: 31, total: 80 }), 'Finding clauses 31/80'],
    [row({ stage: 'judge' }), 'Judging'],
    [row({ stage: 'synthesise' }), 'Writing summary'],
    [row({ state: 'completed', stage: 'deliver' }), 'Done'],
    [row({ state: 'failed' }), 'Failed'],
    [row({ state: 'stopped' }), 'Stopped'],
  ])('says its stage in plain words', (given, expected) => {
    expect(stageWords(given)).toBe(expected);
  });

  it('never goes backwards on its way', () => {
    const way = [
      row({ state: 'queued' }),
      row({ stage: 'read', done: 1, total: 4 }),
      row({ stage: 'read', done: 4, total: 4 }),
      row({ stage: 'chunk' }),
      row({ stage: 'read_clauses', done: 0, total: 9 }),
      row({ stage: 'read_clauses', done: 9, total: 9 }),
      row({ stage: 'judge' }),
      row({ stage: 'synthesise' }),
      row({ state: 'completed', stage: 'deliver' }),
    ].map(progress);
    expect(way).toEqual([...way].sort((a, b) => a - b));
    expect(way.at(-1)).toBe(1);
  });

  it('counts the time until now, or until the end', () => {
    expect(elapsed(row(), 5000)).toBe('');
    expect(elapsed(row({ started_at: 1000 }), 66_000)).toBe('1 min 5 s');
    expect(elapsed(row({ started_at: 1000, finished_at: 3500 }), 99_000)).toBe('2.5 s');
  });

  it('offers stop while it runs and retry when it ended early', () => {
    expect(isActive(row({ state: 'waiting' }))).toBe(true);
    expect(canRetry(row({ state: 'waiting' }))).toBe(false);
    expect(isActive(row({ state: 'failed' }))).toBe(false);
    expect(canRetry(row({ state: 'stopped' }))).toBe(true);
    expect(canRetry(row({ state: 'completed' }))).toBe(false);
  });
});

describe('announcements', () => {
  it('tells what ended since the last look, once', () => {
    const before = [row(), row({ id: 'r2', file: 'NDA.pdf' })];
    const after = [
      row({ state: 'completed', counts: { critical: 0, high: 3, medium: 0, low: 1 } }),
      row({ id: 'r2', file: 'NDA.pdf', state: 'failed' }),
      row({ id: 'r3', state: 'completed' }),
    ];
    expect(endedBetween(before, after).map((one) => one.sentence)).toEqual([
      'Review of Supply agreement.pdf finished, 3 high, 1 low',
      'Review of NDA.pdf failed',
    ]);
    expect(endedBetween(after, after)).toEqual([]);
  });

  it('says when there is no risk', () => {
    expect(countsInWords({ critical: 0, high: 0, medium: 0, low: 0 })).toBe('no risks');
  });
});

describe('the queue filter', () => {
  it('finds every word in name, stage or proposal', () => {
    expect(matchesFilter(row(), '')).toBe(true);
    expect(matchesFilter(row(), 'supply READ')).toBe(true);
    expect(matchesFilter(row({ state: 'completed', proposal: 'escalate' }), 'escalate')).toBe(true);
    expect(matchesFilter(row(), 'supply nda')).toBe(false);
  });
});

describe('what a person has to do', () => {
  it('is told for reviews that go on by no other means', () => {
    expect(needs(row({ state: 'paused' }))).toBe('resume');
    expect(needs(row({ state: 'waiting', code: 'review_budget' }))).toBe('budget');
    expect(needs(row({ state: 'waiting', code: 'provider_paused' }))).toBe('provider');
    expect(needs(row({ state: 'waiting', code: 'rate_limited', waiting_until: 1 }))).toBeNull();
    expect(needs(row({ state: 'running' }))).toBeNull();
  });

  it('stands in the words of the row', () => {
    expect(stageWords(row({ state: 'waiting', waiting_until: Date.UTC(2026, 0, 1, 12, 5) }))).toMatch(/^Waiting until .*05/);
    expect(stageWords(row({ stopping: true }))).toBe('Stopping after this step');
  });
});

describe('what a review has cost', () => {
  const spent = (spent_tokens: number, spent_micros: number) => costWords(row({ spending: { ...row().spending, spent_tokens, spent_micros } }));

  it('is money where the price is known, else tokens, else nothing', () => {
    expect(spent(0, 0)).toBe('');
    expect(spent(1200, 0)).toBe('1,200 tokens');
    expect(spent(1200, 12_300)).toBe('$0.0123');
    expect(spent(1200, 1_230_000)).toBe('$1.23');
  });
});

describe('a locked file', () => {
  it('is told by its code, while the review stands still', () => {
    expect(isLocked(row({ state: 'waiting', code: 'password_needed' }))).toBe(true);
    expect(isLocked(row({ state: 'waiting', code: 'wrong_password' }))).toBe(true);
    expect(isLocked(row({ state: 'failed', code: 'password_needed' }))).toBe(true);
    expect(isLocked(row({ state: 'waiting', code: 'month_budget' }))).toBe(false);
    expect(isLocked(row({ state: 'failed', code: 'file_damaged' }))).toBe(false);
    expect(isLocked(row({ state: 'running', code: null }))).toBe(false);
  });

  it('is neither held nor let go on, as others are', () => {
    expect([canPause(row()), canResume(row())]).toEqual([true, false]);
    expect([canPause(row({ state: 'waiting' })), canResume(row({ state: 'waiting' }))]).toEqual([false, true]);
    const locked = row({ state: 'waiting', code: 'password_needed' });
    expect([canPause(locked), canResume(locked)]).toEqual([false, false]);
  });
});
