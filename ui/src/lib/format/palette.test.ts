import { expect, it } from 'vitest';
import { matching, type Offer } from './palette';

const offers: Offer[] = ['Accept the finding', 'Add contracts', 'Zoom in', 'Export the risk summary', 'Reader agreement (final).pdf'].map((label) => ({
  id: label,
  label,
  section: '',
  keys: '',
  run: () => {},
}));
const found = (typed: string, most = 9) => matching(offers, typed, most).map((offer) => offer.label);

it('offers everything in order before anything is typed', () => {
  expect(found('', 2)).toEqual(['Accept the finding', 'Add contracts']);
});

it('puts what begins so before what only holds it', () => {
  expect(found('a')).toEqual(['Accept the finding', 'Add contracts', 'Reader agreement (final).pdf', 'Export the risk summary']);
  expect(found('ad')).toEqual(['Add contracts', 'Reader agreement (final).pdf']);
});

it('wants every word, takes each as it is typed, and says when there is nothing', () => {
  expect(found('summary risk')).toEqual(['Export the risk summary']);
  expect(found('(final')).toEqual(['Reader agreement (final).pdf']);
  expect(found('zoom out')).toEqual([]);
});
