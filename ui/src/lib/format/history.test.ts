import { expect, it } from 'vitest';
import type { AttemptView, StepView } from '$lib/api/generated';
import { historyLines } from './history';

const attempt = (change: Partial<AttemptView> = {}): AttemptView => ({
  number: 1,
  started_at: 100,
  ended_at: 200,
  outcome: 'completed',
  error: null,
  boot_id: 'b',
  input_hash: null,
  call: null,
  ...change,
});
const step = (key: string, change: Partial<StepView> = {}): StepView => ({
  key,
  state: 'completed',
  lane: 'offline',
  created_at: 0,
  attempts: [attempt()],
  ...change,
});

it('folds the chunks into one line that shows the worst of them', () => {
  const failure = attempt({ outcome: 'failed', error: { code: 'x', message: 'The chunk could not be read.' } });
  const lines = historyLines([
    step('read'),
    step('read_clauses/1'),
    step('read_clauses/2', { state: 'running', attempts: [failure, attempt({ number: 2, started_at: 300, ended_at: null, outcome: null })] }),
    step('judge', { state: 'available', attempts: [] }),
  ]);
  expect(lines.map((line) => [line.key, line.state, line.steps?.length ?? 1])).toEqual([
    ['read', 'completed', 1],
    ['read_clauses', 'running', 2],
    ['judge', 'available', 1],
  ]);
  expect(lines[1]).toMatchObject({ startedAt: 100, endedAt: null });
  expect(lines[1]?.failures).toHaveLength(1);
  expect(lines[2]).toMatchObject({ startedAt: null, endedAt: null });
});
