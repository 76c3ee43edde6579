import { expect, test } from 'vitest';
import { fieldName, valueText } from './terms';

test('fields have names, also those that nobody named', () => {
  expect(fieldName('sla_credit')).toBe('SLA credit');
  expect(fieldName('surely_unnamed_id')).toBe('Surely unnamed ID');
});

test('days and lengths are written as here, everything else as it stands', () => {
  expect(valueText('2026-03-01')).toMatch(/March/);
  expect(valueText('12 months')).toBe('12 months');
  expect(valueText('1 year')).toBe('1 year');
  for (const value of ['perpetual', 'USD 240,000', 'England and Wales', '12 months of fees', '2.5 %']) expect(valueText(value)).toBe(value);
});
