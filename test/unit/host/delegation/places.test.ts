/** Who works and who waits (DL-24, AT-60). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Place, Places } from '../../../../src/host/delegation/places.ts';

const limits = { perSession: 2, inAll: 3 };

function open() {
  const places = new Places();
  const log: string[] = [];
  const take = (session: string, name: string, signal = new AbortController().signal) =>
    places
      .take(session, limits, signal, (waiting) => log.push(`${name} waits behind ${waiting}`))
      .then((place) => {
        log.push(`${name} works`);
        return place;
      });
  return { take, log };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('places', () => {
  test('are given in the order they are asked for, so many to a session', async () => {
    const { take, log } = open();
    const first = await take('s', 'a');
    await take('s', 'b');
    const waiting = ['c', 'd'].map((name) => take('s', name));
    await settled();
    first.release();
    await waiting[0];

    expect(log).toEqual(['a works', 'b works', 'c waits behind 0', 'd waits behind 1', 'c works']);
  });

  test('go past one whose session has enough, to one of another', async () => {
    const { take, log } = open();
    await take('s', 'a');
    await take('s', 'b');
    void take('s', 'c');
    await settled();
    await take('t', 'd');

    expect(log).toEqual(['a works', 'b works', 'c waits behind 0', 'd works']);
  });

  test('that are lent are free meanwhile, and taken back before others come in', async () => {
    const { take, log } = open();
    const parent = await take('s', 'parent');
    await take('s', 'b');
    await take('t', 'c');
    const takeBack = parent.lend();
    const child = await take('child', 'd');
    const back = takeBack().then(() => log.push('parent works again'));
    void take('u', 'e');
    await settled();
    child.release();
    await back;

    expect(log.slice(3)).toEqual(['d works', 'e waits behind 1', 'parent works again']);
  });

  test('one that is cancelled while it waits takes none', async () => {
    const { take } = open();
    const first = await take('s', 'a');
    await take('s', 'b');
    const stop = new AbortController();
    const waiting = take('s', 'c', stop.signal);
    const after = take('s', 'd');
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    first.release();

    await expect(after).resolves.toBeDefined();
  });

  test('are never more than the limits, and everybody gets one in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('s', 't', 'u'), { maxLength: 20 }), async (sessions) => {
        const { take } = open();
        const working = new Map<string, number>();
        let most = 0;
        let done = 0;
        const work = async (session: string, index: number) => {
          const place: Place = await take(session, `${index}`);
          working.set(session, (working.get(session) ?? 0) + 1);
          const all = [...working.values()];
          most = Math.max(
            most,
            all.reduce((sum, count) => sum + count, 0),
          );
          expect(working.get(session)).toBeLessThanOrEqual(limits.perSession);
          await settled();
          working.set(session, working.get(session)! - 1);
          place.release();
          done += 1;
        };
        await Promise.all(sessions.map(work));
        expect(most).toBeLessThanOrEqual(limits.inAll);
        expect(done).toBe(sessions.length);
      }),
      { numRuns: 50 },
    );
  });
});
