/** What a service prints is passed on by lines, and kept only in its last part. */
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { LogTail, lastWords } from '../../../src/host/links/log-tail.ts';

function logged(...pieces: string[]): { lines: string[]; text: string } {
  const lines: string[] = [];
  const log = new LogTail((line) => lines.push(line));
  for (const piece of pieces) log.push(piece);
  return { lines, text: log.toString() };
}

it('gives whole lines, whatever the pieces, and leaves out blank ones', () => {
  expect(logged('one\ntw', 'o\n\n  \nthr').lines).toEqual(['one', 'two']);
});

it('keeps the last 64 KB of a flood (RT-30)', () => {
  const { text, lines } = logged(
    ...Array.from({ length: 3_000 }, (_, index) => `line ${index} ${'x'.repeat(90)}\n`),
  );
  expect(text.length).toBe(64 * 1024);
  expect(text).toContain('line 2999');
  expect(lines).toHaveLength(3_000);
});

it('gives a line without end in pieces, so that it does not grow for ever', () => {
  const { lines } = logged(...Array.from({ length: 10 }, () => 'y'.repeat(5_000)));
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(8 * 1024);
});

it('drains a stream, its characters whole', async () => {
  const lines: string[] = [];
  const stream = new PassThrough();
  new LogTail((line) => lines.push(line)).follow(stream);
  for (const byte of Buffer.from('grüße\n')) stream.write(Buffer.from([byte]));
  stream.end();
  await finished(stream);
  expect(lines).toEqual(['grüße']);
});

describe('the last words of a service', () => {
  it.each([
    ['nothing', '', ''],
    ['its last line', 'starting\nport is taken\n', ' It said: port is taken'],
    [
      'the error above a stack of Node',
      "Error: Cannot find module 'x'\n    at resolve (node:internal/x:1:2)\n    at load (y:3)\n\nNode.js v24.1.0\n",
      " It said: Error: Cannot find module 'x'",
    ],
    [
      'the error below a stack of Python',
      'Traceback (most recent call last):\n  File "s.py", line 1, in <module>\nModuleNotFoundError: No module named \'x\'\n',
      " It said: ModuleNotFoundError: No module named 'x'",
    ],
  ])('are %s', (_what, log, words) => {
    expect(lastWords(log)).toBe(words);
  });

  it('are not longer than a message may be', () => {
    expect(lastWords(`error ${'x'.repeat(1_000)}`).length).toBeLessThan(320);
  });
});
