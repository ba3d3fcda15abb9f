/** How long the loop waits between tries, and that a stop does not wait (RT-43). */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { retryDelay, wait } from '../../../../src/services/loop-streaming/retry.ts';

const LONGEST_MS = 60_000;
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 1, max: 2_000 });

describe('the delay before the next try (RT-43)', () => {
  test('is never negative and never longer than a minute', () => {
    fc.assert(
      fc.property(attempt, random, fc.integer({ min: 1, max: 10_000 }), (tries, chance, first) => {
        const delay = retryDelay(tries, undefined, chance, first);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(LONGEST_MS);
      }),
    );
  });

  test('keeps at least half of the backoff, the rest is jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), random, (tries, chance) => {
        const full = 1_000 * 2 ** (tries - 1);
        const delay = retryDelay(tries, undefined, chance);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }),
    );
  });

  test('doubles with each try', () => {
    expect([1, 2, 3, 4].map((tries) => retryDelay(tries, undefined, 0, 100))).toEqual([50, 100, 200, 400]);
  });

  test('is what the provider asks for, and five minutes at most', () => {
    fc.assert(
      fc.property(attempt, fc.nat({ max: 10_000_000 }), random, (tries, retryAfterMs, chance) => {
        expect(retryDelay(tries, retryAfterMs, chance)).toBe(Math.min(retryAfterMs, 5 * LONGEST_MS));
      }),
    );
  });
});

describe('waiting (RT-43)', () => {
  test('ends at once when the turn is stopped, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const waiting = wait(60_000, stop.signal).catch((error: unknown) => error);
      stop.abort();
      expect(await waiting).toMatchObject({ kind: 'cancelled' });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not begin when the turn was stopped before', async () => {
    await expect(wait(60_000, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });

  test('settles after its time', async () => {
    await expect(wait(1, new AbortController().signal)).resolves.toBeUndefined();
  });
});
