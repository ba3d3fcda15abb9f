/**
 * Services that cannot be used or that end, in whole turns: each is named with cause and remedy, nothing else
 * suffers, and the turn goes on (RT-30, RT-31, RT-32).
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import {
  finished,
  type HostRoomOptions,
  noticesOf,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  serviceOn,
  toolResults,
  wireService,
} from '../../builders/host-turns.ts';
import { LINES } from '../../builders/links.ts';

const node = process.execPath;
const program = (code: string): ServiceSettings => ({ command: [node, '-e', code] });

describe('a service that cannot be used is named with cause and remedy, and the turn goes on', () => {
  const manifest = { result: { tools: [{ name: 'x' }] } };
  const programs: [string, ServiceSettings, RegExp][] = [
    ['is a program that does not exist', { command: ['no-such-program'] }, /cannot start `no-such-program`/],
    [
      'is a program in a folder that does not exist',
      { command: [node, '--version'], cwd: 'nowhere' },
      /cannot start/,
    ],
    [
      'exits at once',
      program('console.error("cannot open the database"); process.exit(3)'),
      /exit code 3.*cannot open the database/,
    ],
    ['exits at once without a fault', program(''), /exit code 0/],
    ['prints garbage without end', program('setInterval(() => console.log("hello"))'), /100 lines in a row/],
    ['answers with text', wireService({ describe: { result: 'a service' } }), /something else than agreed/],
    [
      'answers with tools of a wrong shape',
      wireService({ describe: { result: { tools: 5 } } }),
      /capabilities\.tools: expected array/,
    ],
    [
      'answers with an error',
      wireService({ describe: { error: { code: -32603, message: 'no licence' } } }),
      /no licence/,
    ],
    ['dies in the middle of a line', wireService({ describe: { half: '{"id":0,"res' } }), /exit code 0/],
    [
      'refuses its configuration',
      {
        ...wireService({ describe: manifest, configure: { error: { code: -32602, message: 'x: no port' } } }),
        config: { x: { port: 'none' } },
      },
      /x: no port/,
    ],
  ];
  const modules: [string, string | undefined, RegExp][] = [
    ['does not exist', undefined, /Cannot find module .*module\.mjs/],
    ['has a syntax error', 'serve({', /SyntaxError/],
    ['throws when it is loaded', 'throw new Error("no config file");', /no config file/],
    ['rejects when it is loaded', 'await Promise.reject(new Error("no network"));', /no network/],
    ['imports what is not there', 'import "no-such-package";', /Cannot find package 'no-such-package'/],
    ['serves nothing', 'export const nothing = 1;', /exit code 0/],
  ];

  async function turnWith(
    services: Record<string, ServiceSettings>,
    options: HostRoomOptions & { files?: Record<string, string> } = {},
  ) {
    const room = openHostRoom({ ...options, settings: scripted([{ text: 'I am here.' }], { services }) });
    for (const [file, text] of Object.entries(options.files ?? {}))
      fs.writeFileSync(path.join(room.folder, file), text);
    return { room, events: await room.turn(await room.session(), 'Hello?') };
  }

  function expectNamed(events: readonly SessionEvent[], service: string, cause: RegExp): void {
    const origin = path.join('.amplifier', 'settings.yaml');
    const [notice, ...more] = noticesOf(events, service);
    expect(more).toEqual([]);
    expect(notice?.level).toBe('error');
    expect(notice?.text).toMatch(new RegExp(`^Service "${service}" \\(.*\\) could not be started: `));
    expect(notice?.text).toMatch(cause);
    expect(notice?.remedy).toMatch(new RegExp(`^Correct the service "${service}" in `));
    expect(notice?.remedy).toContain(origin);
    expect(finished(events).status).toBe('completed');
    expect(ofType(events, 'assistant.message')).toMatchObject([{ text: 'I am here.' }]);
  }

  it.each(programs)('a process that %s', async (_what, service, cause) => {
    expectNamed((await turnWith({ broken: service })).events, 'broken', cause);
  });

  it.each(modules)('a module that %s', async (_what, code, cause) => {
    const files: Record<string, string> = code === undefined ? {} : { 'module.mjs': code };
    const { events } = await turnWith({ broken: { entry: 'module.mjs' } }, { files });
    expectNamed(events, 'broken', cause);
  });

  it.each([
    ['is a folder', '.amplifier'],
    ['is no code', '.amplifier/settings.yaml'],
    ['lies outside and does not exist', '../outside/module.mjs'],
  ])('a module that %s', async (_what, entry) => {
    const { events } = await turnWith({ broken: { entry } });
    expectNamed(events, 'broken', /Cannot find module|SyntaxError/);
  });

  it('processes and modules that never answer "describe", all within one time limit', async () => {
    const services: Record<string, ServiceSettings> = {
      silent: wireService({ describe: 'silence' }),
      deaf: program('setInterval(() => undefined, 1_000)'),
      mute: program('process.stdout.end(); process.stdin.resume()'),
      idle: { entry: 'idle.mjs' },
    };
    const { events } = await turnWith(services, {
      files: { 'idle.mjs': 'setInterval(() => undefined, 1_000);' },
      times: { describeMs: 2_500, processStopMs: 100, threadStopMs: 100 },
    });
    for (const name of Object.keys(services))
      expectNamed(events, name, /did not answer describe within 2500 ms/);
  });

  it('is tried again by the next turn, which has what was corrected', async () => {
    const { room } = await turnWith({ broken: { entry: 'module.mjs' } });
    const services = { broken: await serviceOn('thread', 'faulty-tools.ts') };
    const answers = [{ tool_calls: [{ name: 'echo', input: { n: 1 } }] }, { text: 'ok' }];
    room.configure(scripted(answers, { services }));
    const session = await room.session();
    expect(noticesOf(await room.turn(session, 'Again'), 'broken')).toEqual([]);
    expect(toolResults(session)).toEqual(['{"n":1}']);
  });

  it('may be the provider: then the turn fails and says which there are', async () => {
    const room = openHostRoom({ settings: { services: { broken: { command: ['no-such-program'] } } } });
    const events = await room.turn(await room.session(), 'Hello?', { provider: 'broken' });
    expect(finished(events)).toMatchObject({
      status: 'failed',
      prompt: 'Hello?',
      error: {
        kind: 'config',
        message: expect.stringContaining('no provider "broken"'),
        remedy: expect.stringContaining('replay'),
      },
    });
  });
});

describe.each(LINES)('a service in a %s that ends during a tool call', async (isolation) => {
  const tools = await serviceOn(isolation, 'faulty-tools.ts');
  const settings = (...calls: string[]) =>
    scripted(
      [
        ...calls.map((name) => ({ tool_calls: [{ name, input: name === 'exit' ? { code: 5 } : {} }] })),
        { text: 'Still here.' },
      ],
      { services: { tools } },
    );

  it.each(['exit', 'throw_later'])(
    '(%s) fails that call only; the next one has a fresh service (RT-30, RT-31)',
    async (how) => {
      const room = openHostRoom({ settings: settings('count', 'count', how, 'count') });
      const session = await room.session();
      const events = await room.turn(session, 'Go');

      expect(finished(events).status).toBe('completed');
      expect(ofType(events, 'service.crashed')).toMatchObject([
        { service: 'tools', error: { kind: 'crashed', message: expect.stringContaining('"tools"') } },
      ]);
      const calls = ofType(events, 'tool.finished');
      expect(calls.map(({ success }) => success)).toEqual([true, true, false, true]);
      expect(calls[2]).toMatchObject({
        name: how,
        error: { kind: 'crashed', service: 'tools', remedy: expect.stringContaining('log') },
      });
      expect(toolResults(session)).toEqual([
        '1',
        '2',
        expect.stringMatching(/^Service "tools" stopped/),
        '1',
      ]);
      expect(startsOf(events, 'tools')).toBe(2);
    },
  );

  it('is started anew at most three times in a turn, then said to be unavailable (RT-31)', async () => {
    const room = openHostRoom({ settings: settings('exit', 'exit', 'exit', 'exit', 'exit', 'count') });
    const session = await room.session();
    const events = await room.turn(session, 'Go');

    expect(finished(events).status).toBe('completed');
    expect(startsOf(events, 'tools')).toBe(4);
    expect(ofType(events, 'service.crashed')).toHaveLength(4);
    const results = toolResults(session);
    for (const result of results.slice(0, 4)) expect(result).toContain('exit code 5');
    for (const result of results.slice(4)) expect(result).toContain('unavailable');

    room.configure(settings('count'));
    const next = await room.turn(session, 'Again');
    expect(ofType(next, 'tool.finished')).toMatchObject([{ success: true, output: 1 }]);
  });
});

describe('an orchestrator that fails', () => {
  const faults: [prompt: string, kind: string, message: RegExp][] = [
    ['exit', 'crashed', /"loop" stopped \(exit code 7\)/],
    ['throw later', 'crashed', /"loop" stopped/],
    ['throw', 'tool', /^the loop has a bug$/],
    ['answer a number', 'protocol', /expected string/],
  ];

  it.each(faults)(
    '(%s) ends the turn as failed, keeps what was shown, and leaves the session usable (RT-32)',
    async (prompt, kind, message) => {
      const loop = await serviceOn('thread', 'faulty-orchestrator.ts');
      const room = openHostRoom({ settings: { services: { loop } } });
      const session = await room.session();
      const events = await room.turn(session, prompt);
      expect(finished(events)).toMatchObject({
        status: 'failed',
        prompt,
        error: { kind, service: 'loop', message: expect.stringMatching(message) },
      });
      // What was shown stays, marked as cut off.
      expect(ofType(events, 'assistant.message')).toMatchObject([{ text: 'I begin', interrupted: true }]);
      expect(session.head.phase).toBe('failed');
      expect(room.host.isRunning(session.id)).toBe(false);

      room.configure(scripted([{ text: 'Here again.' }]));
      expect(finished(await room.turn(session, 'Hello?')).status).toBe('completed');
      expect(session.head.phase).toBe('idle');
    },
  );
});

function startsOf(events: readonly SessionEvent[], service: string): number {
  return ofType(events, 'service.started').filter((event) => event.service === service).length;
}
