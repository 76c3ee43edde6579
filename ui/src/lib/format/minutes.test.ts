import { expect, it } from 'vitest';
import { minutesOfDay, timeOfDay } from './minutes';

it('writes minutes of a day as a time and reads them back', () => {
  expect([0, 450, 1439, null].map(timeOfDay)).toEqual(['00:00', '07:30', '23:59', '']);
  for (const minutes of [0, 59, 60, 450, 1439]) expect(minutesOfDay(timeOfDay(minutes))).toBe(minutes);
});

it('takes nothing for a time that is none', () => {
  expect(['', '7', '25:00', 'abc'].map(minutesOfDay)).toEqual([null, null, null, null]);
});
