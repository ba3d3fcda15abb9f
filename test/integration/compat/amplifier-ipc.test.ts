/**
 * Services that behave as amplifier-ipc's do, with all their quirks, under our host (protocol.md §1-§6, DL-60,
 * RT-13, RT-42a): whole turns in which nothing that works is ours, and each quirk by itself.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  finished,
  type HostRoom,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { FIXTURES, openLink } from '../../builders/links.ts';
import { watch } from '../../builders/running-turn.ts';

const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0) ?? 'python3';
const command = (role: string) => [python, path.join(FIXTURES, 'amplifier_ipc', 'service.py'), role];
const service = (role: string, more: Partial<ServiceSettings> = {}): ServiceSettings => ({
  command: command(role),
  ...more,
});
const open = (role: string) =>
  openLink({
    name: role,
    isolation: 'process',
    command: command(role),
    env: { PATH: process.env.PATH ?? '', SystemRoot: process.env.SystemRoot ?? '' },
    config: {},
    origin: 'the test',
  });

/** The tools refuse to be configured, as they do not know the method. */
function openRoom(services: Record<string, ServiceSettings>, answerAs = 'text'): HostRoom {
  return openHostRoom({
    settings: {
      approvals: { mode: 'allow' },
      services: {
        ...services,
        tools: service('tools', { config: { shout: { volume: 11 } } }),
        provider: service('provider', { env: { ANSWER_AS: answerAs } }),
      },
    },
  });
}

const linesOf = (room: HostRoom, name: string) =>
  fs.readFileSync(path.join(room.folder, name), 'utf8').trim().split('\n');
const RUN = { provider: 'scripted-model' };
const REFUSED = 'Denied by hook: that word is forbidden';

describe('a turn of services that are all the reference’s', { timeout: 60_000 }, () => {
  it.each(['text', 'string', 'blocks'])(
    'with loop, context, tool and hook in one process runs, the answer as %s',
    async (answerAs) => {
      const room = openRoom({ foundation: service('foundation') }, answerAs);
      const session = await room.session();
      const events = await room.turn(session, 'Say it.', RUN);

      const answer = `LOUD | remembered this | ${REFUSED} | LOUDER | read_file takes file_path limit offset`;
      expect(finished(events)).toMatchObject({ status: 'completed', summary: { requests: 2 } });
      expect(ofType(events, 'assistant.message').at(-1)).toMatchObject({ text: answer });
      expect(session.transcript.map(({ role }) => role)).toEqual([
        'user',
        'assistant',
        'tool',
        'tool',
        'tool',
        'tool',
        'assistant',
      ]);
      expect(toolResults(session)).toEqual(['LOUD', 'remembered this', REFUSED, 'LOUDER']);
      expect(ofType(events, 'thinking.message')).toMatchObject([{ text: 'Hm.' }, { text: 'Hm.' }]);
    },
  );

  it('asks the gates of others for a loop that does not, and shows what the loop ran itself', async () => {
    const room = openRoom({ foundation: service('foundation') });
    const events = await room.turn(await room.session(), 'Say it.', RUN);

    const ran = ofType(events, 'tool.started').map((event) => [event.name, event.input.text, event.service]);
    expect(ran).toHaveLength(3);
    expect(ran).toEqual(
      expect.arrayContaining([
        ['shout', 'loud', 'tools'],
        ['shout', 'louder', 'tools'],
        ['remember', 'this', 'foundation'],
      ]),
    );
    expect(ofType(events, 'tool.finished').every(({ success }) => success)).toBe(true);
    expect(ofType(events, 'hook.decided')).toMatchObject([
      { action: 'DENY', hook: 'guard', service: 'tools', tool_name: 'shout' },
    ]);
    expect(ofType(events, 'hook.failed')).toEqual([]);
    // One emit for a service and an event, however many hooks it has for it.
    expect(linesOf(room, 'emits.log')).toEqual(Array(3).fill('tool:pre shout'));
  });

  it('tells its hooks of the session before the loop, which hears nothing, begins', async () => {
    const room = openRoom({ foundation: service('foundation') });
    const session = await room.session();
    const events = await room.turn(session, 'Say it.', RUN);
    expect(ofType(events, 'service.crashed')).toEqual([]);
    await expect.poll(() => linesOf(room, 'observed.log')).toEqual(['session:start', 'session:end']);
  });

  it('goes on in a second turn from what the first one kept', async () => {
    const room = openRoom({ foundation: service('foundation') });
    const session = await room.session();
    await room.turn(session, 'Say it.', RUN);
    const events = await room.turn(session, 'Again.', RUN);
    expect(finished(events).status).toBe('completed');
    expect(session.transcript.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      'Say it.',
      'Again.',
    ]);
  });

  it('with a loop that asks the host for everything runs, each handler once', async () => {
    const room = openRoom({ loop: service('loop'), context: service('context') });
    const session = await room.session();
    const events = await room.turn(session, 'Say it.', RUN);

    expect(finished(events).status).toBe('completed');
    const [loud, unknown, refused, louder] = toolResults(session);
    expect([loud, refused, louder]).toEqual(['LOUD', REFUSED, 'LOUDER']);
    expect(unknown).toContain('There is no tool "remember"');
    expect(ofType(events, 'tool.started').map(({ input }) => input.text)).toEqual(['loud', 'louder']);
    expect(linesOf(room, 'emits.log')).toEqual([
      'tool:pre shout',
      'tool:pre remember',
      'tool:pre shout',
      'tool:pre shout',
    ]);
  });

  it('stops at once although its loop hears no cancel', async () => {
    const room = openRoom({ foundation: service('foundation') });
    const session = await room.session();
    const running = watch(room.host.run(session, 'hang', { ...RUN, interactive: false, trusted: true }));
    await running.until('service.started', (event) => event.service === 'provider');
    room.host.cancel(session.id);
    expect(finished(await running.ended).status).toBe('cancelled');
  });
});

describe('a question about a call of a loop that does not ask', { timeout: 60_000 }, () => {
  it.each([
    ['Deny', []],
    ['Allow once', ['LOUD', 'LOUDER']],
  ])('answered with %s holds', async (choice, expected) => {
    const rules = [
      { event: 'tool:pre', tool: 'shout', result: { action: 'ASK_USER', approval_prompt: 'Shout?' } },
    ];
    const room = openRoom({
      foundation: service('foundation'),
      asking: { entry: path.join(FIXTURES, 'ruled-hooks.ts'), config: { ruled: { rules } } },
    });
    const session = await room.session();
    const events = await room.turn(session, 'Say it.', {
      ...RUN,
      interactive: true,
      onEvent: (event) => {
        if (event.type === 'approval.requested') room.host.answer(event.approval_id, { choice });
      },
    });
    expect(ofType(events, 'approval.requested')).toHaveLength(2);
    expect(toolResults(session).filter((result) => result.startsWith('LOUD'))).toEqual(expected);
    expect(ofType(events, 'tool.started').filter(({ name }) => name === 'shout')).toHaveLength(
      expected.length,
    );
  });
});

describe('a service that takes one request at a time', { timeout: 60_000 }, () => {
  it('has its time for each call from when it can begin it, and is not ended meanwhile (RT-13)', async () => {
    const calls = Array.from({ length: 8 }, () => ({ name: 'slow', input: { seconds: 0.5 } }));
    const room = openHostRoom({
      settings: scripted([{ tool_calls: calls }, { text: 'ok' }], {
        services: { tools: service('tools') },
        timeouts: { tool_ms: 3_000, hook_ms: 3_000 },
      }),
    });
    const session = await room.session();
    const events = await room.turn(session, 'Go.');
    expect(toolResults(session)).toEqual(Array(8).fill('done'));
    expect(ofType(events, 'hook.failed')).toEqual([]);
    expect(ofType(events, 'service.crashed')).toEqual([]);
  });

  it('is told of a line that would be too long, and lives', async () => {
    await using opened = open('tools');
    const long = opened.link.call('tool.execute', { name: 'shout', input: { text: 'x'.repeat(11 << 20) } });
    await expect(long).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('tool.execute'),
    });
    const next = await opened.link.call('tool.execute', { name: 'shout', input: { text: 'still here' } });
    expect(next).toMatchObject({ success: true, output: 'STILL HERE' });
  });

  it('may say what went wrong as a text', async () => {
    await using opened = open('tools');
    const result = await opened.link.call('tool.execute', { name: 'read_file', input: {} });
    expect(result).toMatchObject({ success: false, error: { message: 'a text for an error' } });
  });
});

describe('what a service says of itself', () => {
  it.each([
    ['foundation', { orchestrators: [{ name: 'streaming' }], content: { paths: ['context/a.md'] } }],
    ['loop', { orchestrators: [{ name: 'asking' }], content: { paths: ['context/a.md'] } }],
    ['context', { context_managers: [{ name: 'wrapping' }], content: { paths: [] } }],
    ['provider', { providers: [{ name: 'scripted-model' }], hooks: [] }],
    [
      'tools',
      {
        hooks: [
          { name: 'guard', events: ['tool:pre'] },
          { name: 'second', priority: 100 },
        ],
      },
    ],
  ])('is read in the form of the %s', async (role, capabilities) => {
    await using opened = open(role);
    expect((await opened.link.call('describe', {})).capabilities).toMatchObject(capabilities);
  });

  it('messages are read bare and wrapped', async () => {
    await using opened = open('context');
    const message = { role: 'user', content: 'Hello' };
    await opened.link.call('context.add_message', { message });
    expect(await opened.link.call('context.get_messages', {})).toEqual([message]);
  });
});
