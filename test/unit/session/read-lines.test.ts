/** Reading lines of a file from both ends and from inside: nothing twice, nothing missed, nothing read in vain. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offsetOfSeq } from '../../../src/session/find-seq.ts';
import {
  type Line,
  lineNumberAt,
  linesBackwards,
  linesForwards,
  type ReadAt,
} from '../../../src/session/read-lines.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '𝄞', ' ', '\n'), maxLength: 200 });

describe('lines', () => {
  test('are the same from both ends, whatever the size of the pieces read', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (content, chunk) => {
        const { read, size } = inMemory(content);
        const expected = content.split('\n').filter((line) => line.trim() !== '');

        const forwards = await collect(linesForwards(read, 0, size, chunk));
        const backwards = await collect(linesBackwards(read, size, chunk));

        expect(forwards.map((line) => line.text)).toEqual(expected);
        expect(backwards.reverse()).toEqual(forwards);
      }),
    );
  });

  test('know where they are', async () => {
    const { read, size } = inMemory('ä\n\nbc\nd');

    const lines = await collect(linesForwards(read, 0, size));

    expect(lines).toEqual([
      { offset: 0, end: 3, text: 'ä' },
      { offset: 4, end: 7, text: 'bc' },
      { offset: 7, end: 8, text: 'd' },
    ]);
    expect(await Promise.all(lines.map((line) => lineNumberAt(read, line.offset)))).toEqual([1, 3, 4]);
  });
});

describe('the place of a seq', () => {
  const log = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      fill: fc.integer({ min: 0, max: 9_000 }),
      isGarbage: fc.boolean(),
    }),
    { maxLength: 60 },
  );

  test('is found in a log of any shape, garbage and gaps included', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.integer({ min: 0, max: 200 }), async (rows, wanted) => {
        let seq = 0;
        let content = '';
        let expected = -1;
        for (const { gap, fill, isGarbage } of rows) {
          seq += gap;
          const offset = Buffer.byteLength(content);
          if (!isGarbage && seq >= wanted && expected === -1) expected = offset;
          content += isGarbage
            ? `{"torn ${'x'.repeat(fill)}\n`
            : `${JSON.stringify({ seq, text: 'y'.repeat(fill) })}\n`;
        }
        const { read, size } = inMemory(content);

        expect(await offsetOfSeq(read, size, wanted)).toBe(expected === -1 ? size : expected);
      }),
      { numRuns: 200 },
    );
  });

  test('is found by halving: a log of 20 MB is not read through', async () => {
    const content = Array.from(
      { length: 100_000 },
      (_, index) => `${JSON.stringify({ seq: index + 1, text: 'x'.repeat(180) })}\n`,
    );
    const { read, size, bytesRead } = inMemory(content.join(''));

    const offset = await offsetOfSeq(read, size, 50_001);

    expect(offset).toBe(Buffer.byteLength(content.slice(0, 50_000).join('')));
    expect(bytesRead()).toBeLessThan(size / 100);
  });
});

function inMemory(content: string): { read: ReadAt; size: number; bytesRead: () => number } {
  const bytes = Buffer.from(content);
  let total = 0;
  const read: ReadAt = async (position, length) => {
    const part = bytes.subarray(position, position + length);
    total += part.length;
    return part;
  };
  return { read, size: bytes.length, bytesRead: () => total };
}

async function collect(chunks: AsyncGenerator<Line[]>): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const chunk of chunks) lines.push(...chunk);
  return lines;
}
