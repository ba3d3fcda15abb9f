/** Forks: a session that goes on differently from a turn of another one (DL-34). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../src/session/session.ts';
import { type DelegationRoom, delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, toolResults } from '../../builders/host-turns.ts';
import { toolFinished, turnFinished, turnStarted } from '../../builders/session-events.ts';
import { newSession } from '../../builders/session-home.ts';

const results = (session: Session) => toolResults(session).map((text) => JSON.parse(text));

describe('a fork', () => {
  test('has the conversation up to the turn, says where it is from, and goes on by itself', async () => {
    const { room, session } = await twoTurns();

    const fork = await room.host.sessions.fork(session.id.slice(0, 12), { turn: 1 });

    expect(fork.id).not.toContain('_');
    expect(fork.head).toMatchObject({
      title: 'Fork of first',
      turn_count: 1,
      phase: 'idle',
      agent: 'root',
      forked_from: { session_id: session.id, turn: 1 },
    });
    expect(fork.transcript).toHaveLength(4);
    const events = await fork.after(0);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.every(({ session_id }) => session_id === fork.id)).toBe(true);
    expect(events.at(-2)).toMatchObject({
      type: 'session.forked',
      from_session_id: session.id,
      from_turn: 1,
    });

    room.play({ 'instead of second': [{ text: 'Otherwise.' }] });
    const own = (await room.turn(fork, 'instead of second')).filter((event) => event.session_id === fork.id);
    expect(finished(own)).toMatchObject({ status: 'completed', turn: 2 });
    expect(JSON.stringify(fork.transcript)).toContain('Otherwise.');
    expect(session.transcript).toHaveLength(8);
    expect(JSON.stringify(await session.after(0))).not.toContain('instead of second');
  });

  test('has copies of the children as they were then, and resumes those, not the old ones', async () => {
    const { room, session, childId } = await twoTurns();
    const old = await room.host.sessions.open(childId);

    const fork = await room.host.sessions.fork(session.id, { turn: 1 });

    const [{ session_id: newId }] = results(fork);
    expect(newId).not.toBe(childId);
    expect(newId).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}_scout$/);
    const child = await room.host.sessions.open(newId);
    expect(child.head).toMatchObject({ parent_id: fork.id, agent: 'scout', turn_count: 1 });
    expect(child.extra).toEqual(old.extra);
    expect([old.head.turn_count, old.transcript.length]).toEqual([2, 4]);

    room.play({
      again: [
        { tool_calls: [{ name: 'delegate', arguments: { session_id: newId, instruction: 'and now' } }] },
        { text: 'Done.' },
      ],
      'and now': [{ text: 'Now eight.' }],
    });
    await room.turn(fork, 'again');
    expect(results(fork).at(-1)).toMatchObject({ response: 'Now eight.', session_id: newId, turn_count: 2 });
    expect(old.head.turn_count).toBe(2);
  });

  test('keeps large values, and the state only of the newest turn', async () => {
    const { store, session } = await newSession();
    await session.setState('mode', 'plan');
    session.turn = 1;
    session.append({ ...turnStarted, messages: 0 } as typeof turnStarted);
    session.append(toolFinished('c1', 'x'.repeat(20_000)));
    session.append(turnFinished);
    session.turn = 2;
    session.append({ ...turnStarted, messages: 0 } as typeof turnStarted);
    session.append(turnFinished);

    const first = await store.fork(session.id, { turn: 1 });
    const last = await store.fork(session.id);

    const large = (await first.after(0)).find((event) => event.type === 'tool.finished');
    const output = large?.type === 'tool.finished' ? (large.output as { $ref: string }) : undefined;
    await store.delete(session.id);
    expect(await first.blob(output!.$ref)).toBe('x'.repeat(20_000));
    expect([first.getState('mode'), last.getState('mode')]).toEqual([undefined, 'plan']);
  });

  test('of a turn that does not exist leaves nothing behind', async () => {
    const { home, store, session } = await newSession();

    await expect(store.fork(session.id, { turn: 3 })).rejects.toThrow(/has no turn yet that has ended/);

    expect(fs.globSync(path.join('projects', '*', 'sessions', '*'), { cwd: home })).toHaveLength(1);
  });
});

/** A root that asks a scout in its first turn and the same one again in its second. */
async function twoTurns(): Promise<{ room: DelegationRoom; session: Session; childId: string }> {
  const room = openDelegationRoom(
    { root: {}, scout: {} },
    {
      first: [{ tool_calls: [delegate('scout', 'remember seven')] }, { text: 'Done.' }],
      'remember seven': [{ text: 'Seven.' }],
    },
  );
  const session = await room.root();
  await room.turn(session, 'first');
  const [{ session_id: childId }] = results(session);
  room.play({
    second: [
      { tool_calls: [{ name: 'delegate', arguments: { session_id: childId, instruction: 'which number' } }] },
      { text: 'Done.' },
    ],
    'which number': [{ text: 'It was seven.' }],
  });
  await room.turn(session, 'second');
  await session.flush();
  return { room, session, childId };
}
