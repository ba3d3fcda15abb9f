/** Gates, budgets and limits of depth hold for every tool call, whatever the tool is and whoever calls it (AT-66). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { type Cast, delegate, openDelegationRoom, type Play } from '../../builders/delegation.ts';
import { finished, fixtureService, ofType, toolResults } from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

interface Kind {
  readonly call: Call;
  /** Delegations from the root to whoever makes the call. */
  readonly way?: readonly Call[];
  readonly services?: Settings['services'];
}

const note: Call = { name: 'note', arguments: { text: 'it ran' } };
const contract = { usage: 'is it good?', output: { format: 'text' }, agents: 'all' };
const CAST: Cast = {
  root: {},
  scout: { agents: 'all' },
  miner: { agents: 'all' },
  judge: { ...contract, toolName: 'judge_it' },
  jury: { ...contract, toolName: 'ask_jury' },
};

const foreignLoop: Settings['services'] = {
  'foreign-loop': { command: [process.execPath, path.join(FIXTURES, 'foreign-loop.mjs')] },
};

const KINDS: Readonly<Record<string, Kind>> = {
  'an ordinary tool in a thread': { call: note },
  'a tool in a process': {
    call: note,
    services: { 'held-tools': fixtureService('process', 'held-tools.ts') },
  },
  'the tool delegate': { call: delegate('scout', 'work') },
  'an agent as a tool': { call: { name: 'judge_it', arguments: { prompt: 'work' } } },
  'a tool called by a child at depth 2': {
    call: note,
    way: [delegate('scout', 'dig one'), delegate('miner', 'dig two')],
  },
  'a tool called by a foreign loop': { call: note, services: foreignLoop },
  'the tool delegate called by a foreign loop': {
    call: delegate('scout', 'work'),
    services: foreignLoop,
  },
};

interface Outcome {
  readonly own: readonly SessionEvent[];
  readonly events: readonly SessionEvent[];
  /** How often the call was begun. */
  readonly begun: number;
  /** Whether it did what it is for. */
  readonly hadEffect: boolean;
}

/** Makes the call, by an answer that takes 1 000 tokens, in turns with different settings of one room. */
function openRoom({ call, way = [], services }: Kind) {
  const prompts = ['go', ...way.map(({ arguments: given }) => String(given.instruction))];
  const usage = { input_tokens: 900, output_tokens: 100 };
  // All others take next to nothing, so that it is this answer that uses the budget up.
  const little = { input_tokens: 1, output_tokens: 1 };
  // Before the prompts, as a child is asked for it by another.
  const play: Record<string, Play[string]> = { work: [{ text: 'Worked.' }] };
  for (const [index, prompt] of prompts.entries()) {
    const next = way[index];
    play[prompt] = [
      next ? { tool_calls: [next], usage: little } : { tool_calls: [call], usage },
      { text: 'Done.', usage: little },
    ];
  }
  const room = openDelegationRoom(CAST, play);
  const notes = path.join(room.folder, 'notes.txt');
  return async (settings: Settings): Promise<Outcome> => {
    room.configure({ ...settings, services: { ...settings.services, ...services } });
    fs.rmSync(notes, { force: true });
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const begun = ofType(events, 'tool.started').filter(
      ({ name, input }) => name === call.name && JSON.stringify(input) === JSON.stringify(call.arguments),
    );
    const worked = ofType(events, 'assistant.message').some(({ text }) => text === 'Worked.');
    return {
      events,
      own: events.filter(({ session_id }) => session_id === session.id),
      begun: begun.length,
      hadEffect: worked || fs.existsSync(notes),
    };
  };
}

const hooks = (rules: readonly object[]) => ({
  'ruled-hooks': { ...fixtureService('thread', 'ruled-hooks.ts'), config: { ruled: { rules } } },
});

test.each(Object.entries(KINDS))(
  '%s runs, and is stopped by a gate that denies it and by a budget that is used up (AT-63, AT-66)',
  async (_name, kind) => {
    const turn = openRoom(kind);
    const { name } = kind.call;
    const free = await turn({});
    const gated = await turn({
      services: hooks([{ event: 'tool:pre', tool: name, result: { action: 'DENY', reason: 'not this' } }]),
    });
    const spent = await turn({ delegation: { budget: { tokens: 1_000 } } });

    expect(free).toMatchObject({ begun: 1, hadEffect: true });
    expect(finished(free.own)).toMatchObject({ status: 'completed' });

    expect(gated).toMatchObject({ begun: 0, hadEffect: false });
    expect(ofType(gated.events, 'hook.decided')).toMatchObject([
      { hook_event: 'tool:pre', action: 'DENY', tool_name: name, reason: 'not this' },
    ]);
    expect(finished(gated.own)).toMatchObject({ status: 'completed' });

    expect(spent).toMatchObject({ begun: 0, hadEffect: false });
    // It was the call itself that was refused, not one on the way to it.
    expect(ofType(spent.events, 'delegation.started')).toHaveLength(kind.way?.length ?? 0);
    expect(finished(spent.own)).toMatchObject({ status: 'limit', exit: 'EXIT-BUDGET-EXCEEDED' });
    // Whoever met it says so, once.
    const notices = ofType(spent.events, 'notice').filter(({ source }) => source === 'budget');
    expect(new Set(notices.map(({ session_id }) => session_id)).size).toBe(notices.length);
    expect(notices[0]?.text).toMatch(/The budget of .* \(1000 tokens\) is used up\./);
  },
);

const again = (name: string) => ({ name, arguments: { prompt: 'again' } });

describe('how deep and in which circle work is given away (AT-61, AT-62, AT-66)', () => {
  test.each<[string, Kind, number, RegExp]>([
    ['delegate', KINDS['the tool delegate']!, 0, /root → scout would be at depth 1; the limit is 0/],
    [
      'an agent as a tool',
      KINDS['an agent as a tool']!,
      0,
      /root → judge would be at depth 1; the limit is 0/,
    ],
    [
      'a child at depth 2',
      { call: delegate('judge', 'work'), way: KINDS['a tool called by a child at depth 2']!.way! },
      2,
      /root → scout → miner → judge would be at depth 3; the limit is 2/,
    ],
    [
      'a foreign loop',
      KINDS['the tool delegate called by a foreign loop']!,
      0,
      /root → scout would be at depth 1; the limit is 0/,
    ],
    [
      'delegate in a circle',
      { call: delegate('scout', 'work'), way: KINDS['a tool called by a child at depth 2']!.way! },
      3,
      /root → scout → miner → scout would go in a circle/,
    ],
  ])('is limited for %s', async (_name, kind, maxDepth, message) => {
    const { own, events, hadEffect } = await openRoom(kind)({ delegation: { max_depth: maxDepth } });
    const refused = ofType(events, 'tool.finished').filter(({ success }) => !success);
    expect(refused).toMatchObject([{ error: { message: expect.stringMatching(message) } }]);
    expect(ofType(events, 'delegation.started')).toHaveLength(kind.way?.length ?? 0);
    expect(hadEffect).toBe(false);
    expect(finished(own)).toMatchObject({ status: 'completed' });
  });

  test('is limited for agents as tools in a circle', async () => {
    const room = openDelegationRoom(CAST, {
      go: [{ tool_calls: [{ name: 'judge_it', arguments: { prompt: 'first' } }] }, { text: 'Done.' }],
      first: [{ tool_calls: [again('ask_jury')] }, { text: 'Judged.' }],
      again: [{ tool_calls: [again('judge_it')] }, { text: 'Said.' }],
    });
    const session = await room.root();
    const events = await room.turn(session, 'go');
    const jury = ofType(events, 'delegation.started').find(({ child_agent }) => child_agent === 'jury');
    // A child has what its parent may use, and nobody may use themselves.
    const told = toolResults({
      transcript: await (await room.host.sessions.look(jury!.child_session_id)).transcript(),
    });
    expect(told).toEqual([expect.stringContaining('Agent "jury" may not use "judge_it".')]);
    expect(ofType(events, 'delegation.started').map(({ child_agent }) => child_agent)).toEqual([
      'judge',
      'jury',
    ]);
  });
});
