import { expect, it } from 'vitest';
import { linkIn, linkTo } from './link';

it('leads to what it was made of, and to nothing else', () => {
  const link = { reviewId: '019a7b3c-0000-7000-8000-000000000001', key: 'ab'.repeat(32) };
  expect(linkIn(` ${linkTo(link)} `)).toEqual(link);
  for (const other of ['', 'countersign://finding/x/y', linkTo(link).replace('finding', 'review'), `${linkTo(link)}/x`, `https://a.b/${linkTo(link)}`]) {
    expect(linkIn(other)).toBeNull();
  }
});
