/** A review's steps on one line of time: when each waited, worked, asked a provider or failed. */
import type { AttemptView, StepView } from '$lib/api/generated';
import { MODEL_PARTS } from './history';

export type SpanKind = 'waited' | 'worked' | 'asked' | 'failed';

export interface Span {
  kind: SpanKind;
  /** Milliseconds from the drop. */
  from: number;
  to: number;
}

export interface Bar {
  key: string;
  /** Steps folded into it. */
  steps: number;
  attempts: number;
  spans: Span[];
  /** From the drop to the first work of it. */
  after: number;
  /** Time in which at least one of its steps was at work. */
  worked: number;
}

export interface Waterfall {
  bars: Bar[];
  /** From the drop to the last end; to now while something runs. */
  total: number;
  running: boolean;
}

/** Stretches of time without what they share. */
function union(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

function kindOf(attempt: AttemptView): SpanKind {
  if (attempt.outcome === 'failed' || attempt.outcome === 'lost') return 'failed';
  return attempt.call && attempt.call.sent_at !== null ? 'asked' : 'worked';
}

const kinds: SpanKind[] = ['worked', 'asked', 'failed'];

export function waterfall(steps: StepView[], now: number): Waterfall {
  const start = Math.min(...steps.map((step) => step.created_at));
  const folds = new Map<string, StepView[]>();
  for (const step of steps) {
    const key = step.lane === 'model' ? MODEL_PARTS : (step.key.split('/')[0] ?? step.key);
    folds.set(key, [...(folds.get(key) ?? []), step]);
  }
  const running = steps.some((step) => step.attempts.some((attempt) => attempt.ended_at === null));
  const bars = [...folds.entries()].map(([key, members]): Bar => {
    const attempts = members.flatMap((step) => step.attempts);
    const spans = attempts.map((attempt): Span => ({
      kind: kindOf(attempt),
      from: attempt.started_at - start,
      to: Math.max(attempt.started_at, attempt.ended_at ?? now) - start,
    }));
    const begun = Math.min(...spans.map((span) => span.from));
    const made = Math.min(...members.map((step) => step.created_at)) - start;
    const waited: Span[] = spans.length > 0 && begun > made ? [{ kind: 'waited', from: made, to: begun }] : [];
    return {
      key,
      steps: members.length,
      attempts: attempts.length,
      spans: [...waited, ...kinds.flatMap((kind) => union(spans.filter((span) => span.kind === kind)))],
      after: spans.length > 0 ? begun : made,
      worked: union(spans).reduce((sum, span) => sum + span.to - span.from, 0),
    };
  });
  const ends = bars.flatMap((bar) => bar.spans.map((span) => span.to));
  return { bars: bars.sort((a, b) => a.after - b.after), total: Math.max(1, ...ends), running };
}

const NICE = [1, 2, 5];

/** Marks on the line of time: round numbers, four or so. */
export function marks(total: number): number[] {
  const rough = total / 4;
  const size = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = size * (NICE.find((nice) => nice * size >= rough) ?? 10);
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, at) => at * step);
}
