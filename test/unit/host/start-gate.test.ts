/** Who may boot when (RT-21). */
import { expect, it } from 'vitest';
import type { Exit, Link } from '../../../src/host/links/link.ts';
import { StartGate } from '../../../src/host/start-gate.ts';

const NEVER = 1_000_000;

function openGate(longestBootMs = NEVER) {
  const gate = new StartGate({ atOnce: 2, longestBootMs });
  const started: string[] = [];
  const boots = new Map<string, { up: () => void; fail: () => void; end: () => void }>();
  return {
    gate,
    started,
    boots: (name: string) => boots.get(name)!,
    start: (name: string, signal = new AbortController().signal) =>
      gate.start(() => {
        started.push(name);
        const answer = Promise.withResolvers<never>();
        const exit = Promise.withResolvers<Exit>();
        boots.set(name, {
          up: () => answer.resolve({} as never),
          fail: () => answer.reject(new Error('It answered with an error.')),
          end: () => exit.resolve({ crashed: true, how: 'exit code 1' }),
        });
        return { name, call: () => answer.promise, exited: exit.promise } satisfies Pick<
          Link,
          'call' | 'exited'
        > & { name: string };
      }, signal),
  };
}

/** All that can happen without anybody booting further. */
async function settled(gate: StartGate) {
  for (let turn = 0; turn < 5; turn += 1) await gate.pause();
}

it('lets so many boot at once, and the others in the order in which they asked', async () => {
  const { gate, started, boots, start } = openGate();
  for (const name of ['a', 'b', 'c', 'd', 'e']) void start(name);
  await settled(gate);
  expect(started).toEqual(['a', 'b']);
  boots('b').up();
  await settled(gate);
  expect(started).toEqual(['a', 'b', 'c']);
  // One that fails or ends makes room too.
  boots('c').fail();
  boots('a').end();
  await settled(gate);
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('gives what was started at once, not when it is up', async () => {
  const { start } = openGate();
  expect(await start('a')).toMatchObject({ name: 'a' });
});

it('does not wait for ever for one that is neither up nor gone', async () => {
  const { started, start } = openGate(1);
  const all = ['a', 'b', 'c'].map((name) => start(name));
  await Promise.all(all);
  expect(started).toEqual(['a', 'b', 'c']);
});

it('leaves out whoever does not want to start any more', async () => {
  const { gate, started, boots, start } = openGate();
  const leaving = new AbortController();
  void start('a');
  void start('b');
  const left = start('c', leaving.signal);
  void start('d');
  await settled(gate);
  leaving.abort();
  expect(await left).toBeUndefined();
  boots('a').up();
  await settled(gate);
  expect(started).toEqual(['a', 'b', 'd']);
  expect(await start('e', leaving.signal)).toBeUndefined();
  boots('b').up();
  boots('d').up();
  // Its place is free again.
  expect(await start('f')).toMatchObject({ name: 'f' });
});

it('goes on when one cannot be started at all', async () => {
  const { gate, start } = openGate();
  const failing = () =>
    gate.start(() => {
      throw new Error('no memory');
    }, new AbortController().signal);
  for (let index = 0; index < 3; index += 1) await expect(failing()).rejects.toThrow('no memory');
  expect(await start('a')).toMatchObject({ name: 'a' });
});

it('is calm when nobody boots or waits', async () => {
  const { gate, boots, start } = openGate();
  await gate.calm();
  for (const name of ['a', 'b', 'c']) void start(name);
  let isCalm = false;
  const calm = gate.calm().then(() => {
    isCalm = true;
  });
  await settled(gate);
  boots('a').up();
  boots('b').up();
  await settled(gate);
  expect(isCalm).toBe(false);
  boots('c').up();
  await calm;
});
