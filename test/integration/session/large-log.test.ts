/** A session of 100 000 events opens like a small one: what is not shown is not read. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SessionEvent } from '../../../src/protocol/events.ts';
import { SessionHead } from '../../../src/protocol/session-head.ts';
import type { Session } from '../../../src/session/session.ts';
import { notice, turnFinished, turnStarted } from '../../builders/session-events.ts';
import { newSession, reopened, storeIn } from '../../builders/session-home.ts';

const EVENTS = 100_000;

describe('a session of 100 000 events', () => {
  test('opens, shows its last page and one in the middle, reading a hundredth of the log and parsing little', async () => {
    const { home, session, size } = await largeSession();
    const bytesRead = await countBytesRead();
    const parse = vi.spyOn(SessionEvent, 'safeParse');
    onTestFinished(() => parse.mockRestore());

    const again = await reopened(session, home);
    const last = await again.page({ limit: 200 });
    const middle = await again.page({ limit: 200, beforeSeq: EVENTS / 2 });

    expect(last.events.at(-1)?.seq).toBe(EVENTS);
    expect(last).toMatchObject({ hasOlder: true });
    expect(middle.events.map((event) => event.seq)).toEqual(
      Array.from({ length: 200 }, (_, index) => EVENTS / 2 - 200 + index),
    );
    expect(bytesRead()).toBeLessThan(size / 50);
    expect(parse.mock.calls.length).toBeLessThan(2_000);
  });

  test('costs no more for an append than an empty one: nothing is read, and only the line is written', async () => {
    const { session } = await largeSession();
    const bytesRead = await countBytesRead();
    const file = path.join(session.folder, 'events.jsonl');
    const before = fs.statSync(file).size;

    const event = session.append(notice('one more'));
    await session.flush();

    expect(event.seq).toBe(EVENTS + 1);
    expect(fs.statSync(file).size - before).toBe(Buffer.byteLength(`${JSON.stringify(event)}\n`));
    expect(bytesRead()).toBe(0);
  });

  test('is followed by reading a hundredth of it, and each event after that by reading its line (DL-35)', async () => {
    const { home, session, size } = await largeSession({ isRunning: true });
    await expect.poll(() => headOnDisk(session).last_seq, { timeout: 10_000 }).toBe(EVENTS);
    const bytesRead = await countBytesRead();

    using followed = await storeIn(home).follow(session.id, (problem) => expect.unreachable(problem));
    expect((await followed.page({ limit: 200 })).events.at(-1)?.seq).toBe(EVENTS);
    expect(bytesRead()).toBeLessThan(size / 50);

    const atFirst = bytesRead();
    const seqs: number[] = [];
    followed.subscribe(({ seq }) => seqs.push(seq));
    for (let count = 1; count <= 10; count++) {
      session.append(notice('one more'));
      await expect.poll(() => seqs.length).toBe(count);
    }
    expect(seqs).toEqual(Array.from({ length: 10 }, (_, index) => EVENTS + 1 + index));
    expect(bytesRead() - atFirst).toBeLessThan(10_000);
  });

  test('gives all of it to whoever asks for all of it', async () => {
    const { home, session } = await largeSession();
    await session.close();
    const again = await storeIn(home).open(session.id);

    const events = await again.after(0);

    expect(events.length).toBe(EVENTS);
    expect(events.every((event, index) => event.seq === index + 1)).toBe(true);
    expect(again.problems).toEqual([]);
  });
});

function headOnDisk({ folder }: Session): SessionHead {
  return SessionHead.parse(JSON.parse(fs.readFileSync(path.join(folder, 'metadata.json'), 'utf8')));
}

async function largeSession({ isRunning = false } = {}) {
  const { home, session } = await newSession();
  session.turn = 1;
  session.append(turnStarted);
  for (let seq = 3; seq < EVENTS; seq++) session.append(notice(`event ${seq}, and something about it`));
  session.append(isRunning ? notice('it goes on') : turnFinished);
  await session.flush();
  return { home, session, size: fs.statSync(path.join(session.folder, 'events.jsonl')).size };
}

/** Counts what is read from files from now on, by whatever handle. */
async function countBytesRead(): Promise<() => number> {
  const handle = await fs.promises.open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle) as {
    read: (...args: unknown[]) => Promise<{ bytesRead: number }>;
  };
  await handle.close();
  const { read } = prototype;
  let total = 0;
  const spy = vi.spyOn(prototype, 'read').mockImplementation(async function (this: unknown, ...args) {
    const result = await read.apply(this, args);
    total += result.bytesRead;
    return result;
  });
  onTestFinished(() => spy.mockRestore());
  return () => total;
}
