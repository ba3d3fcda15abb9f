/** Whether the process that left a mark still lives. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isAlive, ownMark } from '../../../src/session/process-life.ts';

describe('a process', () => {
  test('that left its mark is alive', async () => {
    expect(await isAlive(await ownMark(Date.now()))).toBe(true);
  });

  test('is alive by its id alone where the system says nothing of its beginning', async () => {
    expect(await isAlive({ pid: process.pid, seen_at: Date.now() })).toBe(true);
  });

  test('that began after the mark was made is another one with the same id', async () => {
    const canAsk = process.platform === 'win32' || existsSync('/bin/ps');

    expect(await isAlive({ pid: process.pid, seen_at: 0 })).toBe(!canAsk);
  });

  test('with an id that nobody has is not alive', async () => {
    expect(await isAlive({ pid: 2 ** 30, seen_at: Date.now() })).toBe(false);
  });
});
