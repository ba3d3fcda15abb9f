/** A thread's messages are taken in slices, and no more of them wait than a service that waits for us can send (RT-34). */
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../../src/host/links/inbox.ts';

function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('an inbox', () => {
  it('takes a message at once while there is time', () => {
    const taken: unknown[] = [];
    const inbox = new Inbox(
      (message) => taken.push(message),
      () => undefined,
    );
    inbox.push('a');
    inbox.push('b');
    expect(taken).toEqual(['a', 'b']);
  });

  it('lets others run between slices, and keeps the order', async () => {
    const taken: number[] = [];
    const inbox = new Inbox(
      (message) => {
        work(4);
        taken.push(message as number);
      },
      () => undefined,
    );
    for (let n = 0; n < 20; n += 1) inbox.push(n);
    expect(taken.length).toBeLessThan(20);
    let turns = 0;
    while (taken.length < 20) {
      turns += 1;
      await new Promise(setImmediate);
    }
    expect(turns).toBeGreaterThan(2);
    expect(taken).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('takes what was said before the end, and nothing after it', () => {
    const taken: unknown[] = [];
    const inbox = new Inbox(
      (message) => {
        work(11);
        taken.push(message);
      },
      () => undefined,
    );
    for (const message of ['a', 'b', 'c']) inbox.push(message);
    inbox.end();
    inbox.push('d');
    expect(taken).toEqual(['a', 'b', 'c']);
  });

  it('says once that it is flooded, and lets go of everything', () => {
    const reasons: string[] = [];
    const taken: unknown[] = [];
    const inbox = new Inbox(
      (message) => {
        if (taken.length === 0) work(11);
        taken.push(message);
      },
      (reason) => reasons.push(reason),
    );
    for (let n = 0; n < 20_000; n += 1) inbox.push(n);
    inbox.end();
    expect(reasons).toEqual(['more than 5000 messages at once']);
    expect(taken).toEqual([0]);
  });
});
