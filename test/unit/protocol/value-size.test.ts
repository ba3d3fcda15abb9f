/** Sizes of values that nobody made text of. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { valueSize } from '../../../src/protocol/value-size.ts';

it('counts texts, names and parts', () => {
  expect(valueSize('abc')).toBe(4);
  expect(valueSize({ ab: 'c', d: [1, null] })).toBe(1 + 2 + 2 + 1 + 1 + 1 + 1);
});

it('is never larger than the JSON by more than a part, nor smaller than the texts in it', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const letters = texts.join('').length;
      expect(valueSize(texts)).toBeGreaterThanOrEqual(letters);
      expect(valueSize(texts)).toBeLessThanOrEqual(JSON.stringify(texts).length);
    }),
  );
});

it('stops at what is asked for, also in a value that contains itself', () => {
  const round: unknown[] = [];
  round.push(round, round);
  expect(valueSize(round, 1_000)).toBeGreaterThan(1_000);
  expect(valueSize(round, 1_000)).toBeLessThan(1_010);
});
