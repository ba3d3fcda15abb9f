/** How much may be delegated: at once, in tokens, in time (AT-60, AT-63, AT-67, AT-72, DL-24). */
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType, toolResults } from '../../builders/host-turns.ts';

/** The most children that worked at the same time. */
function mostAtOnce(events: readonly SessionEvent[]): number {
  let [now, most] = [0, 0];
  for (const { type } of events) {
    if (type === 'delegation.started') now += 1;
    if (type === 'delegation.finished') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

function startedIn(events: readonly SessionEvent[]): string[] {
  return ofType(events, 'delegation.started').map(({ instruction }) => instruction);
}

const names = ['a', 'b', 'c', 'd', 'e'];
const workers = Object.fromEntries(names.map((name) => [`work ${name}`, [{ text: `Did ${name}.` }]]));

describe('children that work at once', () => {
  test('are as many as the setting says; the rest waits its turn and none fails (DL-24, AT-60)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [{ tool_calls: names.map((name) => delegate('scout', `work ${name}`)) }, { text: 'Done.' }],
        ...workers,
      },
      { delegation: { max_parallel: 2 } },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');

    expect(mostAtOnce(events)).toBe(2);
    expect(startedIn(events).toSorted()).toEqual(names.map((name) => `work ${name}`));
    expect(ofType(events, 'delegation.queued').map(({ waiting }) => waiting)).toEqual([0, 1, 2]);
    expect(toolResults(session).map((text) => JSON.parse(text).response)).toEqual(
      names.map((name) => `Did ${name}.`),
    );
  });

  test('begin in the order in which they were asked for (DL-24, AT-60)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [{ tool_calls: names.map((name) => delegate('scout', `work ${name}`)) }, { text: 'Done.' }],
        ...workers,
      },
      { delegation: { max_parallel: 1 } },
    );
    const events = await room.turn(await room.root(), 'go');

    expect(startedIn(events)).toEqual(names.map((name) => `work ${name}`));
    expect(mostAtOnce(events)).toBe(1);
  });

  test('lend their places to their own children: a deep tree does not stand still (AT-65)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: { agents: 'all' }, miner: {} },
      {
        go: [{ tool_calls: [delegate('scout', 'dig one'), delegate('scout', 'dig two')] }, { text: 'Done.' }],
        'dig one': [{ tool_calls: [delegate('miner', 'work a')] }, { text: 'Dug one.' }],
        'dig two': [{ tool_calls: [delegate('miner', 'work b')] }, { text: 'Dug two.' }],
        ...workers,
      },
      { delegation: { max_total: 1 } },
    );
    const session = await room.root();
    await room.turn(session, 'go');

    expect(toolResults(session).map((text) => JSON.parse(text).response)).toEqual(['Dug one.', 'Dug two.']);
  });
});

describe('a budget', () => {
  const usage = { input_tokens: 900, output_tokens: 100 };

  test('of a child ends it with what it has, and says so (AT-63, AT-72)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'Half is enough.' }],
        dig: [
          { text: 'Half of it.', tool_calls: [{ name: 'note', arguments: { text: 'x' } }], usage },
          { text: 'All of it.', usage },
        ],
      },
      { delegation: { child_budget: { tokens: 1_050 } } },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const own = events.filter(({ session_id }) => session_id === session.id);

    expect(JSON.parse(toolResults(session)[0]!)).toMatchObject({ response: 'Half of it.', status: 'limit' });
    expect(finished(own)).toMatchObject({ status: 'completed' });
    expect(ofType(events, 'notice').map(({ text }) => text)).toContain(
      'The budget of agent "scout" (1050 tokens) is used up.',
    );
  });

  test('of the whole tree counts what all of them take (AT-63, AT-67)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [
          { tool_calls: [delegate('scout', 'dig one')], usage },
          { tool_calls: [delegate('scout', 'dig two')], usage },
          { text: 'Never said.', usage },
        ],
        'dig one': [{ text: 'One.', usage }],
        'dig two': [{ text: 'Two.', usage }],
      },
      { delegation: { budget: { tokens: 3_500 } } },
    );
    const session = await room.root();
    const own = (await room.turn(session, 'go')).filter(({ session_id }) => session_id === session.id);

    expect(finished(own).status).toBe('limit');
    expect(finished(own).summary.input_tokens + finished(own).summary.output_tokens).toBeLessThanOrEqual(
      4_000,
    );
    expect(JSON.stringify(session.transcript)).not.toContain('Never said.');
  });

  test('in time ends a child that would go on (AT-63, AT-72)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'Then without.' }],
        dig: [
          { text: 'I begin.', tool_calls: [{ name: 'hold', arguments: { text: 'x' } }] },
          { text: 'Held.' },
        ],
      },
      { delegation: { child_budget: { minutes: 0.05 } } },
    );
    const session = await room.root();
    await room.turn(session, 'go');

    expect(JSON.parse(toolResults(session)[0]!)).toMatchObject({ status: 'limit' });
    expect(session.transcript.at(-1)?.role).toBe('assistant');
  });
});
