/** Work a person gives to an agent: a turn of the session that is one delegation (DL-28). */
import { describe, expect, test } from 'vitest';
import { messageText } from '../../../src/protocol/data.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { Session } from '../../../src/session/session.ts';
import { openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType, openHost } from '../../builders/host-turns.ts';

type Room = ReturnType<typeof openDelegationRoom>;

async function give(
  { host }: Pick<Room, 'host'>,
  session: Session,
  agent: string,
  instruction: string,
  onEvent: (event: SessionEvent) => void = () => undefined,
): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  const run = { agent: 'root', interactive: false, trusted: true };
  for await (const event of host.delegate(session, { agent, instruction }, run)) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

const own = (session: Session, events: readonly SessionEvent[]) =>
  events.filter(({ session_id }) => session_id === session.id);
const texts = ({ transcript }: Session) =>
  transcript.map((message) => `${message.role}: ${messageText(message)}`);

describe('a person gives work to an agent (DL-28)', () => {
  test('it runs as a child, without a model call of the session’s own agent', async () => {
    const usage = { input_tokens: 7, output_tokens: 3 };
    const room = openDelegationRoom({ root: {}, scout: {} }, { 'find it': [{ text: 'It is here.', usage }] });
    const session = await room.root();
    const events = own(session, await give(room, session, 'scout', 'find it'));

    const types = events.map(({ type }) => type);
    // Observing hooks are told of it; what that takes is theirs.
    expect(types.filter((type) => !/^(service|hook)\./.test(type))).toEqual([
      'turn.started',
      'prompt',
      'delegation.started',
      'delegation.finished',
      'turn.finished',
    ]);
    expect(ofType(events, 'prompt')).toMatchObject([{ text: 'find it', delegate_to: 'scout' }]);
    expect(finished(events)).toMatchObject({
      status: 'completed',
      summary: { requests: 1, input_tokens: 7, agents: [{ agent: 'scout' }] },
    });
    const childId = ofType(events, 'delegation.started')[0]!.child_session_id;
    const child = await room.host.sessions.open(childId);
    expect(child.head).toMatchObject({ parent_id: session.id, agent: 'scout' });
    expect(session.head).toMatchObject({ title: 'find it', agent: 'root', phase: 'idle', turn_count: 1 });
  });

  test('the next turn of the session knows what was given away and what came back', async () => {
    const room = openDelegationRoom({ root: {}, scout: {} }, { 'find it': [{ text: 'It is here.' }] });
    const session = await room.root();
    const events = await give(room, session, 'scout', 'find it');
    const { child_session_id: id } = ofType(events, 'delegation.started')[0]!;
    room.play({ 'what now': [{ text: 'We have it.' }] });
    await room.turn(session, 'what now');

    expect(texts(session)).toEqual([
      'user: Delegate to the agent "scout": find it',
      `assistant: The agent "scout" (session_id ${id}) answered:\n\nIt is here.`,
      'user: what now',
      'assistant: We have it.',
    ]);
  });

  test('any agent may be chosen: the rules on who may ask whom are for agents', async () => {
    const room = openDelegationRoom({ root: { agents: 'none' }, scout: {} }, { dig: [{ text: 'Dug.' }] });
    const session = await room.root();

    expect(finished(own(session, await give(room, session, 'scout', 'dig'))).status).toBe('completed');
    expect(finished(own(session, await give(room, session, 'root', 'dig'))).status).toBe('completed');
  });

  test('an unknown agent fails the turn, with the choice there is and the instruction given back', async () => {
    const room = openDelegationRoom({ root: {}, scout: {} }, {});
    const session = await room.root();
    const { status, error, prompt } = finished(await give(room, session, 'nobody', 'find it'));

    expect({ status, prompt }).toEqual({ status: 'failed', prompt: 'find it' });
    expect(error).toMatchObject({ kind: 'config', message: 'There is no agent "nobody".' });
    expect(error?.remedy).toMatch(/scout/);
    expect(session.transcript).toEqual([]);
  });

  test('a failure of the child is the turn’s, and the session’s own agent is told of it', async () => {
    const error = { kind: 'auth', message: 'The key was refused.' };
    const room = openDelegationRoom({ root: {}, scout: {} }, { 'find it': [{ error }] });
    const session = await room.root();
    const end = finished(own(session, await give(room, session, 'scout', 'find it')));

    expect(end).toMatchObject({ status: 'failed', error: { kind: 'auth' }, prompt: 'find it' });
    expect(texts(session)[1]).toMatch(/ended as "failed" \(.*key was refused/);
  });

  test('stopping the session stops the child; a second turn meanwhile is refused', async () => {
    const hold = { tool_calls: [{ name: 'hold', arguments: { text: 'held' } }] };
    const room = openDelegationRoom({ root: {}, scout: {} }, { wait: [hold, { text: 'Never said.' }] });
    const session = await room.root();
    const refusals: string[] = [];
    const events = await give(room, session, 'scout', 'wait', (event) => {
      if (event.type !== 'tool.started') return;
      const again = { agent: 'scout', instruction: 'more' };
      const run = { agent: 'root', interactive: false, trusted: true };
      try {
        room.host.delegate(session, again, run);
      } catch (thrown) {
        refusals.push(String(thrown));
      }
      room.host.cancel(session.id);
    });

    expect(refusals).toEqual([expect.stringMatching(/already running/)]);
    const ofRoot = own(session, events);
    expect(ofType(ofRoot, 'delegation.finished')).toMatchObject([{ status: 'cancelled' }]);
    expect(finished(ofRoot).status).toBe('cancelled');
    expect(session.head.phase).toBe('idle');
  });

  test('after an interruption the same child goes on (RT-33)', async () => {
    const hold = { tool_calls: [{ name: 'hold', arguments: { text: 'held' } }] };
    const room = openDelegationRoom({ root: {}, scout: {} }, { wait: [hold, { text: 'Done at last.' }] });
    const session = await room.root();
    let closing: PromiseLike<void> | undefined;
    const before = await give(room, session, 'scout', 'wait', (event) => {
      if (event.type === 'tool.started') closing ??= room.host[Symbol.asyncDispose]();
    });
    await closing;
    expect(finished(own(session, before)).status).toBe('interrupted');

    await using host = openHost(room);
    const again = await host.sessions.open(session.id);
    const events: SessionEvent[] = [];
    const run = { agent: 'root', interactive: false, trusted: true };
    for await (const event of host.resume(again, run)) events.push(event);

    const [first] = ofType(before, 'delegation.started');
    expect(ofType(own(session, events), 'delegation.started')).toMatchObject([
      { child_session_id: first!.child_session_id, resumed: true },
    ]);
    expect(finished(own(session, events)).status).toBe('completed');
    expect(texts(again)).toEqual([
      'user: Delegate to the agent "scout": wait',
      expect.stringMatching(/answered:\n\nDone at last\./),
    ]);
  });
});
