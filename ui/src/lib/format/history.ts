/** A review's steps as the history shows them: hundreds of chunks folded into one line. */
import type { AttemptView, StepView } from '$lib/api/generated';

export interface HistoryLine {
  key: string;
  /** Present for steps that are folded. */
  steps: StepView[] | null;
  state: string;
  attempts: AttemptView[];
  failures: AttemptView[];
  startedAt: number | null;
  endedAt: number | null;
}

const worst = ['discarded', 'cancelled', 'retryable', 'running', 'scheduled', 'available', 'completed'];

export function historyLines(steps: StepView[]): HistoryLine[] {
  const folds = new Map<string, StepView[]>();
  for (const step of steps) {
    const stage = step.key.split('/')[0] ?? step.key;
    folds.set(stage, [...(folds.get(stage) ?? []), step]);
  }
  return [...folds.entries()].map(([stage, members]) => {
    const [only] = members;
    return line(members.length === 1 && only ? only.key : stage, members, members.length > 1);
  });
}

export function line(key: string, steps: StepView[], folded = false): HistoryLine {
  const attempts = steps.flatMap((step) => step.attempts);
  const starts = attempts.map((attempt) => attempt.started_at);
  const ends = attempts.map((attempt) => attempt.ended_at);
  return {
    key,
    steps: folded ? steps : null,
    state: worst.find((state) => steps.some((step) => step.state === state)) ?? '',
    attempts,
    failures: attempts.filter((attempt) => attempt.error !== null || attempt.outcome === 'failed' || attempt.outcome === 'lost'),
    startedAt: starts.length > 0 ? Math.min(...starts) : null,
    endedAt: ends.length > 0 && ends.every((end) => end !== null) ? Math.max(...ends) : null,
  };
}
