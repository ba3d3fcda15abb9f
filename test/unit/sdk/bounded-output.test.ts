/** What a thread prints reaches its host in bearable pieces. */
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { boundOutput } from '../../../src/sdk/bounded-output.ts';

/** A reader that takes what it is given when it is told to. */
function slowOutput() {
  const taken: string[] = [];
  let go: (() => void) | undefined;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      go = done;
    },
  });
  boundOutput(stream);
  return { stream, taken, take: () => go?.() };
}

it('passes on what is printed, in order', () => {
  const { stream, taken, take } = slowOutput();
  stream.write('one');
  stream.write('two');
  take();
  expect(taken).toEqual(['one', 'two']);
});

it('leaves out what is printed while too much waits, says how much, and calls back (RT-30)', async () => {
  const { stream, taken, take } = slowOutput();
  const { promise: calledBack, resolve } = Promise.withResolvers<void>();
  stream.write('x'.repeat(200_000));
  for (let line = 0; line < 10; line += 1) stream.write('y'.repeat(1_000));
  expect(stream.write('z', () => resolve())).toBe(false);
  await calledBack;
  take();
  await expect.poll(() => stream.writableLength).toBe(0);
  stream.write('the end');
  take();
  await expect.poll(() => taken.slice(1)).toEqual(['\n(10001 characters were left out here)\n', 'the end']);
});
