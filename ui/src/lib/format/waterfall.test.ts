import { expect, it } from 'vitest';
import type { AttemptView, CallView, StepView } from '$lib/api/generated';
import { marks, waterfall } from './waterfall';

const attempt = (started_at: number, ended_at: number | null, outcome: string | null = 'completed', call: Partial<CallView> | null = null): AttemptView => ({
  number: 1,
  started_at,
  ended_at,
  outcome,
  error: null,
  boot_id: 'b',
  input_hash: null,
  call: call && {
    provider: 'p',
    model: null,
    prompt_hash: null,
    sent_at: null,
    first_byte_ms: null,
    total_ms: null,
    http_status: null,
    error_class: null,
    input_tokens: null,
    output_tokens: null,
    cached_tokens: null,
    cost_micros: null,
    price_version: null,
    response_id: null,
    reused: false,
    ...call,
  },
});

const step = (key: string, created_at: number, attempts: AttemptView[], lane = 'offline'): StepView => ({ key, state: 'completed', lane, created_at, attempts });

it('lays steps on one line of time, those of one stage together', () => {
  const fall = waterfall(
    [
      step('read', 1000, [attempt(1100, 1300)], 'reading'),
      step('read_clauses/0', 1300, [attempt(1400, 1500), attempt(1700, 1750, 'failed')]),
      step('read_clauses/1', 1300, [attempt(1450, 1600)]),
      step('read/0', 1300, [attempt(1500, 1900, 'completed', { sent_at: 1510 })], 'model'),
    ],
    9999,
  );
  expect(fall.total).toBe(900);
  expect(fall.running).toBe(false);
  expect(fall.bars.map((bar) => [bar.key, bar.steps, bar.attempts, bar.after, bar.worked])).toEqual([
    ['read', 1, 1, 100, 200],
    ['read_clauses', 2, 3, 400, 250],
    ['model', 1, 1, 500, 400],
  ]);
  expect(fall.bars[1]?.spans).toEqual([
    { kind: 'waited', from: 300, to: 400 },
    { kind: 'worked', from: 400, to: 600 },
    { kind: 'failed', from: 700, to: 750 },
  ]);
  expect(fall.bars[2]?.spans.at(-1)).toEqual({ kind: 'asked', from: 500, to: 900 });
});

it('goes on to now while something runs, and has no work of what has not begun', () => {
  const fall = waterfall([step('read', 0, [attempt(10, null, null)]), step('chunk', 50, [])], 100);
  expect(fall).toMatchObject({ total: 100, running: true });
  expect(fall.bars[1]).toMatchObject({ key: 'chunk', spans: [], worked: 0, after: 50 });
});

it('marks time in round numbers', () => {
  expect(marks(900)).toEqual([0, 500]);
  expect(marks(4000)).toEqual([0, 1000, 2000, 3000, 4000]);
  expect(marks(1)).toEqual([0, 1]);
});
