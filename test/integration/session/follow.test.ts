/** Following a session that somebody else works in (DL-35). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { follow } from '../../../src/session/follow.ts';
import type { Session } from '../../../src/session/session.ts';
import { message, notice, turnFinished, turnStarted } from '../../builders/session-events.ts';
import { newSession } from '../../builders/session-home.ts';

describe('following a session', () => {
  test('gives what is there, then what comes, and ends with the turn', async () => {
    const session = await running();
    const events = follow(session, { signal: new AbortController().signal });

    expect(await types(events, 2)).toEqual(['session.started', 'turn.started']);
    session.append(message('one'));
    expect(await types(events, 1)).toEqual(['assistant.message']);
    session.append(turnFinished);
    expect(await types(events, 1)).toEqual(['turn.finished']);
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('waits for a line that is written in two pieces, and passes over one that is no event', async () => {
    const session = await running();
    const file = path.join(session.folder, 'events.jsonl');
    const events = follow(session, { signal: new AbortController().signal });
    await types(events, 2);
    const line = JSON.stringify({
      ...notice('größer'),
      seq: 3,
      at: 1,
      session_id: session.id,
      turn: 1,
      agent: 'root',
    });
    const bytes = Buffer.from(`not json\n${line}\n`);
    const middle = bytes.indexOf('ö') + 1;

    fs.appendFileSync(file, bytes.subarray(0, middle));
    const next = events.next();
    fs.appendFileSync(file, bytes.subarray(middle));

    expect((await next).value).toMatchObject({ type: 'notice', text: 'größer' });
    await events.return(undefined);
  });

  test('ends at once when no turn runs, and when it is told to', async () => {
    const { session } = await newSession();
    await session.flush();
    const idle = follow(session, { signal: new AbortController().signal });
    expect(await types(idle, 2)).toEqual(['session.started']);

    const stop = new AbortController();
    const stopped = follow(await running(), { signal: stop.signal });
    await types(stopped, 2);
    const next = stopped.next();
    stop.abort();
    expect(await next).toMatchObject({ done: true });
  });

  test('ends when whoever ran the turn is gone', async () => {
    const session = await running();
    const events = follow(session, { signal: new AbortController().signal });
    await types(events, 2);
    const next = events.next();
    // A turn that is not finished when its process ends.
    await session.close();

    expect(await next).toMatchObject({ done: true });
  });
});

async function running(): Promise<Session> {
  const { session } = await newSession();
  session.turn = 1;
  session.append(turnStarted);
  await session.flush();
  return session;
}

/** Of the next so many events, fewer when it ends before. */
async function types(events: AsyncGenerator<SessionEvent>, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const next = await events.next();
    if (next.done) break;
    found.push(next.value.type);
  }
  return found;
}
