/** A review's steps as the history shows them: hundreds of chunks folded into one line. */
import type { AttemptView, CallView, StepView } from '$lib/api/generated';
import { words } from '$lib/words';
import { money } from './review';
import { duration } from './time';

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

/** The key under which questions to models are folded. */
export const MODEL_PARTS = 'model';

/** Of whom, how it went, what it used. */
export function callWords(call: CallView): string {
  const parts = [words.history.call(call.provider, call.model ?? '')];
  if (call.reused) parts.push(words.history.kept);
  if (call.http_status !== null) parts.push(`HTTP ${call.http_status}`);
  if (call.error_class !== null) parts.push(call.error_class.replaceAll('_', ' '));
  if (call.total_ms !== null) parts.push(duration(call.total_ms));
  if (call.input_tokens !== null) parts.push(words.history.usage(call.input_tokens, call.output_tokens ?? 0));
  if (call.cost_micros) parts.push(money(call.cost_micros));
  return parts.join(' · ');
}

const worst = ['discarded', 'cancelled', 'retryable', 'running', 'scheduled', 'available', 'completed'];

export function historyLines(steps: StepView[]): HistoryLine[] {
  const folds = new Map<string, StepView[]>();
  for (const step of steps) {
    const stage = step.lane === 'model' ? MODEL_PARTS : (step.key.split('/')[0] ?? step.key);
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
