/** Ages as people write them. */
import { expect, test } from 'vitest';
import { parseAge } from '../../../src/cli/age.ts';

test.each([
  ['90m', 5_400_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  [' 2 w ', 1_209_600_000],
])('%s is an age', (text, ms) => {
  expect(parseAge(text)).toBe(ms);
});

test.each(['', '30', 'd', '-3d', '1.5d', '3 years', '30dd'])('"%s" is none', (text) => {
  expect(parseAge(text)).toBeUndefined();
});
