/** Agents that give work to other agents: children as sessions of their own (DL-20…27, AT-70, AT-80). */
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { Session } from '../../../src/session/session.ts';
import { delegate, openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType, toolResults } from '../../builders/host-turns.ts';

const own = (session: Session, events: readonly SessionEvent[]) =>
  events.filter(({ session_id }) => session_id === session.id);
const results = (session: Session) => toolResults(session).map((text) => JSON.parse(text));

describe('the tool delegate', () => {
  test('runs the agent in a child session and answers with its result (DL-20, DL-22, DL-23)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        'look around': [{ text: 'I ask.', tool_calls: [delegate('scout', 'find it')] }, { text: 'Found.' }],
        'find it': [{ tool_calls: [{ name: 'note', arguments: { text: 'seen' } }] }, { text: 'It is here.' }],
      },
    );
    const session = await room.root();
    const events = await room.turn(session, 'look around');
    const ofRoot = own(session, events);

    expect(finished(ofRoot)).toMatchObject({ status: 'completed' });
    const [started] = ofType(ofRoot, 'delegation.started');
    expect(started).toMatchObject({ child_agent: 'scout', instruction: 'find it', depth: 1, resumed: false });
    const childId = started!.child_session_id;
    expect(childId).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}_scout$/);
    expect(results(session)).toEqual([
      { response: 'It is here.', session_id: childId, agent: 'scout', turn_count: 1, status: 'completed' },
    ]);
    const child = await room.host.sessions.open(childId);
    expect(child.head).toMatchObject({ parent_id: session.id, agent: 'scout', phase: 'idle' });
    expect(child.transcript.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(ofType(ofRoot, 'delegation.finished')).toMatchObject([
      { child_session_id: childId, status: 'completed' },
    ]);
  });

  test('tells the reader of the root what a child does, before the child is done (RT-17)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        'look around': [{ tool_calls: [delegate('scout', 'find it')] }, { text: 'Found.' }],
        'find it': [{ text: 'It is here.' }],
      },
    );
    const session = await room.root();
    const events = await room.turn(session, 'look around');
    const said = events.findIndex(({ type, agent }) => type === 'assistant.message' && agent === 'scout');

    expect(said).toBeGreaterThan(events.findIndex(({ type }) => type === 'delegation.started'));
    expect(said).toBeLessThan(events.findIndex(({ type }) => type === 'delegation.finished'));
  });

  test('gives the same task’s earlier answer of an agent with a cache, and asks anew for another (AT-8)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: { cache: '1h' } },
      {
        'look around': [
          { tool_calls: [delegate('scout', 'find it')] },
          { tool_calls: [delegate('scout', 'find it'), delegate('scout', 'find it there')] },
          { text: 'Found.' },
        ],
        'find it': [{ text: 'It is here.' }],
      },
    );
    const session = await room.root();
    const ofRoot = own(session, await room.turn(session, 'look around'));

    expect(ofType(ofRoot, 'delegation.started').map(({ instruction }) => instruction)).toEqual([
      'find it',
      'find it there',
    ]);
    const [first, second, third] = results(session);
    expect(first).toMatchObject({ response: 'It is here.', status: 'completed' });
    expect(second).toEqual(first);
    expect(third.session_id).not.toBe(first.session_id);
    expect(ofType(ofRoot, 'notice').filter(({ source }) => source === 'scout')).toMatchObject([
      { level: 'info', text: expect.stringContaining('the same task') },
    ]);
  });

  test('goes on with a child by its session_id, in the same conversation (DL-20, DL-31)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        first: [{ tool_calls: [delegate('scout', 'remember seven')] }, { text: 'Done.' }],
        'remember seven': [{ text: 'Seven.' }],
        'which number': [{ text: 'It was seven.' }],
      },
    );
    const session = await room.root();
    await room.turn(session, 'first');
    const [{ session_id: childId }] = results(session);
    room.play({
      second: [
        {
          tool_calls: [{ name: 'delegate', arguments: { session_id: childId, instruction: 'which number' } }],
        },
        { text: 'Done.' },
      ],
      'which number': [{ text: 'It was seven.' }],
    });
    const events = await room.turn(session, 'second');

    expect(results(session)[1]).toMatchObject({
      response: 'It was seven.',
      session_id: childId,
      turn_count: 2,
    });
    expect(ofType(own(session, events), 'delegation.started')).toMatchObject([{ resumed: true }]);
    const child = await room.host.sessions.open(childId);
    expect(child.transcript.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  test('gives the child as much of the conversation as is asked for (DL-20)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        'the colour is green': [{ text: 'Noted: green.' }],
        'ask the scout': [
          { tool_calls: [delegate('scout', 'name it', { context_depth: 'recent', context_turns: 2 })] },
          { text: 'Done.' },
        ],
        'name it': [{ text: 'Green.' }],
      },
    );
    const session = await room.root();
    await room.turn(session, 'the colour is green');
    const events = await room.turn(session, 'ask the scout');

    expect(ofType(events, 'delegation.started')[0]!.instruction).toBe(
      [
        '[PARENT CONVERSATION CONTEXT]',
        'assistant: Noted: green.',
        'user: ask the scout',
        '[END PARENT CONTEXT]',
        '',
        '[YOUR TASK]',
        'name it',
      ].join('\n'),
    );
  });

  test('counts what a child takes for the agent that took it (AT-80)', async () => {
    const usage = { input_tokens: 100, output_tokens: 10 };
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [
          { tool_calls: [delegate('scout', 'dig')], usage },
          { text: 'Done.', usage },
        ],
        dig: [{ text: 'Dug.', usage: { input_tokens: 7, output_tokens: 3 } }],
      },
    );
    const session = await room.root();
    const { summary } = finished(own(session, await room.turn(session, 'go')));

    expect(summary).toMatchObject({ requests: 3, input_tokens: 207, output_tokens: 23 });
    expect(summary.agents).toMatchObject([
      { agent: 'root', requests: 2, input_tokens: 200, output_tokens: 20 },
      { agent: 'scout', requests: 1, input_tokens: 7, output_tokens: 3 },
    ]);
    expect(session.head).toMatchObject({ input_tokens: 207, output_tokens: 23 });
  });
});

describe('a delegation is refused as a tool error that says why', () => {
  test.each([
    ['an agent that does not exist', 'nobody', {}, /There is no agent "nobody".*may delegate to: scout/],
    ['one that may not be asked', 'scout', { agents: ['other'] }, /"root" may not delegate to "scout"/],
    [
      'nobody may be asked',
      'scout',
      { agents: 'none' },
      /may not delegate to "scout".*may delegate to: none/,
    ],
  ])('%s (DL-2, AT-70)', async (_, asked, root, expected) => {
    const room = openDelegationRoom(
      { root: { agents: ['scout'], ...root }, scout: {} },
      { go: [{ tool_calls: [delegate(asked, 'dig')] }, { text: 'Not done.' }] },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');

    expect(finished(own(session, events)).status).toBe('completed');
    expect(toolResults(session)[0]).toMatch(expected);
    expect(ofType(events, 'delegation.started')).toEqual([]);
  });

  test('a circle, with the chain (DL-25, AT-61)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: { agents: 'all' }, miner: { agents: 'all' } },
      {
        go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'Done.' }],
        dig: [{ tool_calls: [delegate('miner', 'mine')] }, { text: 'Dug.' }],
        mine: [{ tool_calls: [delegate('scout', 'dig again')] }, { text: 'Refused.' }],
      },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const miner = ofType(events, 'delegation.started').find(({ child_agent }) => child_agent === 'miner')!;

    expect(toolResults(await room.host.sessions.open(miner.child_session_id))[0]).toMatch(
      /root → scout → miner → scout would go in a circle/,
    );
    expect(finished(own(session, events)).status).toBe('completed');
  });

  test('too deep, with the limit (DL-25, AT-62)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: { agents: 'all' } },
      {
        go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'Done.' }],
        dig: [{ tool_calls: [delegate('self', 'dig')] }, { text: 'Refused.' }],
      },
      { delegation: { max_depth: 1 } },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const [started] = ofType(events, 'delegation.started');

    expect(ofType(events, 'delegation.started')).toHaveLength(1);
    expect(toolResults(await room.host.sessions.open(started!.child_session_id))[0]).toMatch(
      /root → scout → scout would be at depth 2; the limit is 1/,
    );
  });

  test('a session that is not a child of this one (DL-20, DL-32)', async () => {
    const room = openDelegationRoom({ root: {} }, { go: [{ text: 'Done.' }] });
    const other = await room.root();
    const session = await room.root();
    const resume = (id: string) => ({
      name: 'delegate',
      arguments: { session_id: id, instruction: 'go on' },
    });
    room.play({
      go: [
        {
          tool_calls: [
            resume(other.id),
            resume('../../etc'),
            resume(`${'0'.repeat(16)}-${'0'.repeat(16)}_x`),
          ],
        },
        { text: 'Done.' },
      ],
    });
    await room.turn(session, 'go');
    const [foreign, escaping, unknown] = toolResults(session);

    expect(foreign).toMatch(/is not a child of this session/);
    expect(escaping).toMatch(/\.\.\/\.\.\/etc/);
    expect(unknown).toMatch(/Sub-session '0{16}-0{16}_x' not found/);
  });
});

describe('what goes wrong in a child', () => {
  test.each([
    ['auth', /Agent "scout" failed \(auth\)/],
    ['network', /Agent "scout" failed \(network\)/],
    ['model', /Agent "scout" failed \(model\)/],
  ])(
    'a failure of kind %s is a tool error of its class; the parent goes on (AT-70, AT-71)',
    async (kind, text) => {
      const room = openDelegationRoom(
        { root: {}, scout: { maxRetries: 1 } },
        {
          go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'I do it myself.' }],
          dig: [{ error: { kind, message: 'The key is refused.' } }],
        },
      );
      const session = await room.root();
      const events = own(session, await room.turn(session, 'go'));

      expect(toolResults(session)[0]).toMatch(text);
      expect(finished(events).status).toBe('completed');
      expect(ofType(events, 'delegation.finished')).toMatchObject([{ status: 'failed', error: { kind } }]);
    },
  );

  test('stopping the parent stops every child, those that wait too (DL-26, AT-64)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [
          { tool_calls: ['a', 'b', 'c'].map((name) => delegate('scout', `hold ${name}`)) },
          { text: 'Done.' },
        ],
        ...Object.fromEntries(
          ['a', 'b', 'c'].map((name) => [
            `hold ${name}`,
            [{ tool_calls: [{ name: 'hold', arguments: { text: name } }] }, { text: 'Held.' }],
          ]),
        ),
      },
      { delegation: { max_parallel: 2 } },
    );
    const session = await room.root();
    let held = 0;
    const events = await room.turn(session, 'go', {
      onEvent: (event) => {
        const isSecond = event.type === 'tool.started' && event.name === 'hold';
        if (isSecond && ++held === 2) room.host.cancel(session.id);
      },
    });

    expect(finished(own(session, events)).status).toBe('cancelled');
    expect(ofType(events, 'delegation.finished').map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    expect(ofType(events, 'delegation.started')).toHaveLength(2);
    expect(ofType(events, 'delegation.queued')).toHaveLength(1);
  });

  test('stopping a child gives its parent a cancelled result and nothing more (DL-26)', async () => {
    const room = openDelegationRoom(
      { root: {}, scout: {} },
      {
        go: [{ tool_calls: [delegate('scout', 'dig')] }, { text: 'Then not.' }],
        dig: [{ tool_calls: [{ name: 'hold', arguments: { text: 'x' } }] }, { text: 'Held.' }],
      },
    );
    const session = await room.root();
    const events = await room.turn(session, 'go', {
      onEvent: (event) => {
        if (event.type === 'tool.started' && event.name === 'hold') room.host.cancel(event.session_id);
      },
    });

    expect(finished(own(session, events)).status).toBe('completed');
    expect(toolResults(session)[0]).toMatch(/The work of agent "scout" was cancelled/);
  });
});

describe('the tools of a child (DL-21)', () => {
  const toolsOf = async (agent: Record<string, unknown>, call = {}, settings = {}) => {
    const room = openDelegationRoom(
      { root: {}, scout: agent },
      {
        go: [{ tool_calls: [delegate('scout', 'dig', call)] }, { text: 'Done.' }],
        dig: [
          {
            tool_calls: [
              { name: 'note', arguments: { text: 'x' } },
              { name: 'read_file', arguments: { file_path: '.amplifier/settings.yaml' } },
              delegate('root', 'back'),
            ],
          },
          { text: 'Done.' },
        ],
      },
      settings,
    );
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const [started] = ofType(events, 'delegation.started');
    const child = await room.host.sessions.open(started!.child_session_id);
    return toolResults(child).map((text) => !/may not use/.test(text));
  };

  test.each([
    ['all of its parent, but none that delegates', {}, {}, {}, [true, true, false]],
    ['those it declares', { tools: ['note'] }, {}, {}, [true, false, false]],
    ['less what the call excludes', {}, { exclude_tools: ['note'] }, {}, [false, true, false]],
    ['only what the call lets it inherit', {}, { inherit_tools: ['note'] }, {}, [true, false, false]],
    [
      'less what the spawn policy excludes',
      {},
      {},
      { spawn: { exclude_tools: ['read_file'] } },
      [true, false, false],
    ],
    ['exactly those of the spawn policy', {}, {}, { spawn: { tools: ['read_file'] } }, [false, true, false]],
    ['those that delegate, when its definition lets it', { agents: 'all' }, {}, {}, [true, true, true]],
  ])('%s', async (_, agent, call, settings, expected) => {
    expect(await toolsOf(agent, call, settings)).toEqual(expected);
  });
});
