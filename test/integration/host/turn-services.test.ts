/** The life of services in whole turns: fresh, parallel, apart from each other, and gone afterwards. */
import { describe, expect, it, vi } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import {
  finished,
  ofType,
  openHostRoom,
  scripted,
  serviceOn,
  toolResults,
} from '../../builders/host-turns.ts';
import { LINES } from '../../builders/links.ts';
import { isRunning } from '../../builders/processes.ts';
import { threadCount } from '../../builders/thread-load.ts';

describe.each(LINES)('a tool service in a %s', async (isolation) => {
  const tools = await serviceOn(isolation, 'faulty-tools.ts');

  it('is a fresh one in each turn: nothing of a turn’s memory reaches the next (RT-20)', async () => {
    const answers = [{ tool_calls: [{ name: 'count' }] }, { text: 'ok' }];
    const room = openHostRoom({ settings: scripted(answers, { services: { tools } }) });
    const session = await room.session();
    for (let turn = 1; turn <= 3; turn += 1) {
      const events = await room.turn(session, 'Count.');
      expect(ofType(events, 'tool.finished')).toMatchObject([{ success: true, output: 1 }]);
    }
  });

  it('runs the ten calls of one answer at once, and their results come in call order (RT-13)', async () => {
    const seats = Array.from({ length: 10 }, (_, seat) => seat);
    const tool_calls = seats.map((seat) => ({ name: 'meet', input: { count: seats.length, seat } }));
    const services = { meeting: await serviceOn(isolation, 'meeting.ts') };
    const room = openHostRoom({ settings: scripted([{ tool_calls }, { text: 'ok' }], { services }) });
    const session = await room.session();

    // No call answers before all ten have begun: one after another they would wait for ever.
    const events = await room.turn(session, 'Meet.');

    expect(finished(events).status).toBe('completed');
    expect(toolResults(session)).toEqual(seats.map(String));
    const steps = events.map(({ type }) => type);
    expect(steps.lastIndexOf('tool.started')).toBeLessThan(steps.indexOf('tool.finished'));
  });

  // Over HTTP the environment is whatever its server has.
  it.runIf(isolation !== 'http')('cannot read the key of a provider (RT-8)', async () => {
    const answers = [{ tool_calls: [{ name: 'environment' }] }, { text: 'ok' }];
    const environment = {
      PATH: process.env.PATH ?? '',
      SystemRoot: process.env.SystemRoot ?? '',
      ANTHROPIC_API_KEY: 'key-of-anthropic',
      OPENAI_API_KEY: 'key-of-openai',
    };
    const room = openHostRoom({ settings: scripted(answers, { services: { tools } }), environment });
    const session = await room.session();
    await room.turn(session, 'Look around.');
    const [seen] = toolResults(session);
    expect(JSON.parse(seen!)).toMatchObject({ PATH: environment.PATH });
    expect(seen).not.toMatch(/key-of-|_API_KEY/);
  });

  it('says things into the log of the turn while its only call runs', async () => {
    const answers = [{ tool_calls: [{ name: 'print' }] }, { text: 'ok' }];
    const room = openHostRoom({ settings: scripted(answers, { services: { tools } }) });
    const session = await room.session();
    await room.turn(session, 'Print.');
    const logged = async () =>
      ofType(await session.after(0), 'service.log').flatMap(({ service, message }) =>
        service === 'tools' ? message : [],
      );
    await vi.waitFor(async () => expect(await logged()).toContain('a line on stderr'));
  });
});

describe.each(LINES)('what a tool service in a %s asks of the host', async (isolation) => {
  const meddling = await serviceOn(isolation, 'meddling.ts');
  const ask = async (...requests: readonly [method: string, params: object][]) => {
    const tool_calls = requests.map(([method, params]) => ({ name: 'meddle', input: { method, params } }));
    const answers = [...tool_calls.map((call) => ({ tool_calls: [call] })), { text: 'ok' }];
    const room = openHostRoom({ settings: scripted(answers, { services: { meddling } }) });
    const session = await room.session();
    const events = await room.turn(session, 'Meddle.');
    return { events, told: toolResults(session), session };
  };

  it('is its share of the state, which lasts (RT-15)', async () => {
    const { told, session } = await ask(
      ['request.state_set', { key: 'colour', value: { r: 1 } }],
      ['request.state_get', { key: 'colour' }],
      ['request.state_get', { key: 'other' }],
      ['request.state_set', { value: 1 }],
      ['request.state_set', { key: 'meddling:own', value: 2 }],
    );
    expect(told[4]).toBe('{"ok":true}');
    expect(told.slice(0, 3)).toEqual(['{"ok":true}', '{"value":{"r":1}}', '{"value":null}']);
    expect(told[3]).toMatch(/key/);
    expect(session.getState('colour')).toEqual({ r: 1 });
  });

  it('is not what another service keeps for itself, such as what the approval hook remembers', async () => {
    const allowAll = { allowed: [{ action: 'allow' }], denied: [] };
    const { told, session } = await ask(
      ['request.state_set', { key: 'hook-approval:answers', value: allowAll }],
      ['request.state_get', { key: 'hook-approval:answers' }],
    );
    for (const answer of told) expect(answer).toMatch(/^denied: .*belongs to service "hook-approval"/);
    expect(session.getState('hook-approval:answers')).not.toEqual(allowAll);
  });

  it('is never what the gates of the loop stand before: tools, models, the conversation', async () => {
    const message = { role: 'user', content: 'do as I say' };
    const { told, events, session } = await ask(
      ['request.tool_execute', { name: 'bash', input: { command: 'exit 1' } }],
      ['request.provider_complete', { request: { messages: [message] } }],
      ['request.context_add_message', { message }],
      ['request.hook_emit', { event: 'tool:post', data: {} }],
      ['request.approval', { prompt: 'Sure?' }],
      ['request.nonsense', {}],
    );
    for (const answer of told.slice(0, 5))
      expect(answer).toMatch(/^denied: .*"meddling".*only the orchestrator/);
    expect(told[5]).toMatch(/^protocol: Unknown request/);
    expect(ofType(events, 'tool.started').map(({ name }) => name)).toEqual(Array(6).fill('meddle'));
    expect(JSON.stringify(session.transcript.filter(({ role }) => role === 'user'))).not.toContain(
      'as I say',
    );
  });
});

it('a command of the shell sees no key either (RT-8)', async () => {
  const show = `"${process.execPath}" -e "console.log(JSON.stringify(process.env))"`;
  const room = openHostRoom({
    settings: scripted([{ tool_calls: [{ name: 'bash', input: { command: show } }] }, { text: 'ok' }]),
    environment: { ...pathOnly(), EDITOR: 'vi', OPENAI_API_KEY: 'key-of-openai', GITHUB_TOKEN: 'a-token' },
  });
  const session = await room.session();
  await room.turn(session, 'Look around.');
  const [seen] = toolResults(session);
  expect(seen).toContain('EDITOR');
  expect(seen).not.toMatch(/key-of-openai|a-token/);
});

it('the environment of the host is the same before and after a turn', async () => {
  const before = { ...process.env };
  const tools = await serviceOn('thread', 'faulty-tools.ts');
  const answers = [{ tool_calls: [{ name: 'environment' }] }, { text: 'ok' }];
  const room = openHostRoom({ settings: scripted(answers, { services: { tools } }) });
  await room.turn(await room.session(), 'Look around.');
  expect({ ...process.env }).toEqual(before);
});

describe('when the host is disposed of', async () => {
  const services = {
    threads: await serviceOn('thread', 'meeting.ts'),
    processes: await serviceOn('process', 'faulty-tools.ts'),
  };
  const pidsOf = (events: readonly SessionEvent[]) =>
    ofType(events, 'service.started').flatMap(({ pid }) => pid ?? []);

  it('no process and no thread is left of its turns (RT-22)', async () => {
    const threadsBefore = threadCount();
    const answer = { tool_calls: [{ name: 'fork' }, { name: 'meet', input: { count: 1, seat: 1 } }] };
    const room = openHostRoom({ settings: scripted([answer, { text: 'ok' }], { services }) });
    const session = await room.session();
    const events = await room.turn(session, 'Go');
    const grandchild = Number(toolResults(session)[0]);
    expect(pidsOf(events)).toHaveLength(1);

    await room.host[Symbol.asyncDispose]();

    expect(threadCount()).toBe(threadsBefore);
    for (const pid of [...pidsOf(events), grandchild])
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  });

  it('a turn that runs is stopped first, and its services go with it (RT-22)', async () => {
    const threadsBefore = threadCount();
    const answer = { tool_calls: [{ name: 'never' }] };
    const room = openHostRoom({
      settings: scripted([answer], { services }),
      times: { cancelGraceMs: 100, processStopMs: 100, threadStopMs: 100 },
    });
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const running = room.turn(await room.session(), 'Go', {
      onEvent: ({ type }) => {
        if (type === 'tool.started') begin();
      },
    });
    await begun;
    await room.host[Symbol.asyncDispose]();
    const events = await running;
    expect(finished(events).status).toBe('interrupted');
    expect(threadCount()).toBe(threadsBefore);
    expect(pidsOf(events).filter(isRunning)).toEqual([]);
  });
});

function pathOnly(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', SystemRoot: process.env.SystemRoot ?? '' };
}
