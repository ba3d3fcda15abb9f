/** What a tree may use (AT-63, AT-67). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../../../src/host/delegation/budget.ts';

describe('a budget', () => {
  test('without limits grants everything and says no number', () => {
    const budget = new Budget('x', {});

    expect(budget.reserve(1_000_000, 1_000_000).outputTokens).toBeUndefined();
    expect(budget.countsTokens).toBe(false);
  });

  test('shortens the answer to what is left, and refuses one that would be too short', () => {
    const budget = new Budget('agent "scout"', { tokens: 1_000 });
    const first = budget.reserve(500, 4_000);
    expect(first.outputTokens).toBe(500);
    expect(() => budget.reserve(10)).toThrow('The budget of agent "scout" (1000 tokens) is used up.');
    first.settle({ tokens: 600, usd: 0 });

    expect(budget.reserve(100, 4_000).outputTokens).toBe(300);
  });

  test("lies in its parent's: what a child uses is used of both", () => {
    const parent = new Budget('the tree', { tokens: 1_000 });
    const child = new Budget('a child', { tokens: 900 }, parent);
    child.reserve(100, 500).settle({ tokens: 800, usd: 0 });

    expect(() => parent.reserve(150)).toThrow('The budget of the tree');
    expect(() => child.reserve(50)).toThrow('The budget of a child');
  });

  test('nothing stays reserved of a call that a budget further up refuses', () => {
    const parent = new Budget('the tree', { tokens: 100 });
    const child = new Budget('a child', { tokens: 10_000 }, parent);
    expect(() => child.reserve(5_000)).toThrow('The budget of the tree');

    expect(child.reserve(10, 90).outputTokens).toBe(90);
  });

  test('in money ends when it is spent', () => {
    const budget = new Budget('x', { usd: 0.5 });
    budget.reserve(0).settle({ tokens: 10, usd: 0.6 });

    expect(() => budget.reserve(0)).toThrow('($0.5) is used up');
  });

  test("ends no later than its parent's", () => {
    const parent = new Budget('the tree', { minutes: 1 });

    expect(new Budget('a child', { minutes: 60 }, parent).endsAt).toBe(parent.endsAt);
    expect(new Budget('a child', {}).endsAt).toBe(Number.POSITIVE_INFINITY);
  });

  test('is never overshot by calls at once, when they keep to what they were granted', () => {
    const call = fc.record({ input: fc.nat(400), output: fc.nat(400), settles: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const budget = new Budget('x', { tokens: 2_000 });
        const open: (() => void)[] = [];
        let used = 0;
        for (const { input, output, settles } of calls) {
          try {
            const reserved = budget.reserve(input, output);
            const tokens = input + reserved.outputTokens!;
            open.push(() => {
              used += tokens;
              reserved.settle({ tokens, usd: 0 });
            });
          } catch (error) {
            expect(error).toMatchObject({ kind: 'denied' });
          }
          if (settles) open.shift()?.();
        }
        for (const settle of open) settle();
        expect(used).toBeLessThanOrEqual(2_000);
      }),
    );
  });
});
