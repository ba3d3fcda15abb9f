/** Large values of the log as they were, for who goes on with them (RT-33). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/protocol/events.ts';
import { LARGE_BYTES, withLargeValues, withoutLargeValues } from '../../../src/session/large-values.ts';

function storedAndRead(output: unknown): Promise<unknown> {
  const texts = new Map<string, string>();
  const body: EventBody = {
    type: 'tool.finished',
    call_id: 'c1',
    name: 'bash',
    service: 'tools-shell',
    success: true,
    output,
    duration_ms: 1,
  };
  const small = withoutLargeValues(body, (ref, text) => texts.set(ref, text)) as typeof body;
  return withLargeValues(small.output, async ({ $ref }) => texts.get($ref) ?? 'lost');
}

/** As a model reads it. */
const asRead = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ minLength: 1, maxLength: 5 }).map((part) => part.repeat(LARGE_BYTES)),
);

describe('a value that was stored beside the log (RT-33)', () => {
  test('says the same when it comes back: a text, or a record of texts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          text,
          fc.dictionary(fc.string({ maxLength: 8 }), text, { maxKeys: 4, noNullPrototype: true }),
        ),
        async (output) => {
          expect(asRead(await storedAndRead(output))).toBe(asRead(output));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('comes back as JSON text where it was one large list of small things', async () => {
    const list = Array.from({ length: 2_000 }, (_, index) => index * 1_000);
    expect(await storedAndRead(list)).toBe(JSON.stringify(list));
  });

  test.each([null, undefined, 7, true, ['a', { b: 'c' }]])(
    'is left alone when it is small: %o',
    async (small) => {
      expect(await storedAndRead(small)).toEqual(small);
    },
  );
});
