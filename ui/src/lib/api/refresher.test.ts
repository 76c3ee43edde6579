import { expect, it } from 'vitest';
import type { Event } from './generated';
import { Refresher } from './refresher';

function world() {
  const asked: string[] = [];
  const frames: (() => void)[] = [];
  const waits: { ms: number; run: () => void }[] = [];
  let time = 0;
  const refresher = new Refresher({
    refetch: async (key) => {
      asked.push(key.join('/'));
      time += 40;
    },
    frame: (run) => frames.push(run),
    wait: (ms, run) => waits.push({ ms, run }),
    now: () => time,
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return { refresher, asked, frames, waits, settle };
}

const changed = (review: string): Event => ({ seq: 1, kind: 'review_changed', review_id: review });

it('looks once for a thousand events of one frame', async () => {
  const { refresher, asked, frames, settle } = world();
  for (let at = 0; at < 1000; at += 1) refresher.take([changed('r1')]);
  expect(frames).toHaveLength(1);
  frames[0]?.();
  await settle();
  expect(asked).toEqual(['engine/reviews', 'engine/review/r1', 'engine/history/r1', 'engine/portfolio', 'engine/renewals', 'engine/providers', 'engine/spending']);
});

it('loses nothing that comes while it looks, and rests in between', async () => {
  const { refresher, asked, frames, waits, settle } = world();
  refresher.take([changed('r1')]);
  frames.shift()?.();
  refresher.take([{ seq: 2, kind: 'notice_created', review_id: 'r1' }]);
  await settle();
  expect(frames).toHaveLength(0);
  expect(waits[0]?.ms).toBeGreaterThanOrEqual(100);
  waits.shift()?.run();
  frames.shift()?.();
  await settle();
  expect(asked.at(-1)).toBe('engine/notices');
});

it('looks at everything after a gap', async () => {
  const { refresher, asked, frames, settle } = world();
  refresher.take([]);
  frames.shift()?.();
  await settle();
  expect(asked).toEqual(['engine']);
});
