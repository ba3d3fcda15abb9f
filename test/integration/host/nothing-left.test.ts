/** After a turn, after the host and after a host that was killed nothing is left running (RT-22, P16). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import {
  finished,
  fixtureService,
  type HostRoom,
  type HostRoomOptions,
  openHostRoom,
  scripted,
} from '../../builders/host-turns.ts';
import { FIXTURES } from '../../builders/links.ts';
import { descendantsOf } from '../../builders/process-table.ts';
import { isRunning } from '../../builders/processes.ts';
import { watch } from '../../builders/running-turn.ts';
import type { ChildTurn } from './resume-child.ts';

/** What a person would find with a task manager (P16). */
const SOON = { timeout: 5_000 };
const RUN = { provider: 'scripted', interactive: false, trusted: true };

const stubborn = { command: [process.execPath, path.join(FIXTURES, 'stubborn.mjs')] };
const services = {
  'held-tools': fixtureService('thread', 'held-tools.ts'),
  // Two names of one program: one that hangs in a loop, one that has started a child.
  faulty: fixtureService('process', 'faulty-tools.ts'),
  python: { command: ['python3', path.resolve(FIXTURES, '../../../docs/examples/python/text_service.py')] },
  stubborn,
};
const reverse = { name: 'reverse_text', input: { text: 'abc' } };
const sleep = { name: 'bash', input: { command: 'echo started; sleep 1000' } };
const hold = { name: 'hold', input: { text: 'a' } };
const background = { name: 'bash', input: { command: 'sleep 1000', run_in_background: true } };

/** All kinds of services with something that runs in each: a loop without end, a held thread, a shell command, … */
const busy = scripted(
  [
    { tool_calls: [reverse, background, { name: 'fork' }] },
    { tool_calls: [hold, sleep, { name: 'stay' }, { name: 'spin' }] },
  ],
  { services },
);
const isBusy = (commands: readonly string[]) =>
  ['text_service.py', 'faulty-tools.ts', 'stubborn.mjs', 'tools-shell', 'sleep 1000', 'setInterval'].every(
    (part) => commands.some((command) => command.includes(part)),
  );
const commandsOf = (pid: number) => descendantsOf(pid).map(({ command }) => command);

function startHost(room: HostRoom): ChildProcess {
  const turn: ChildTurn = {
    home: room.home,
    folder: room.folder,
    sessionId: 'killed',
    prompt: 'begin',
    run: RUN,
    environment: { PATH: process.env.PATH ?? '' },
  };
  const script = path.join(import.meta.dirname, 'resume-child.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(turn)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function* eventsFrom(child: ChildProcess): AsyncIterable<SessionEvent> {
  for await (const line of createInterface(child.stdout!)) yield JSON.parse(line) as SessionEvent;
}

describe.runIf(process.platform !== 'win32')('nothing is left running', () => {
  const open = (options: HostRoomOptions) => {
    const before = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
    const room = openHostRoom({ times: { processStopMs: 200, processKillMs: 500 }, ...options });
    return { room, ours: () => descendantsOf(process.pid).filter(({ pid }) => !before.has(pid)) };
  };

  test('when the host is killed in mid-turn, whatever its services were doing', async () => {
    const room = openHostRoom({ settings: busy });
    const child = startHost(room);
    const turn = watch(eventsFrom(child));
    await turn.until('tool.progress', ({ text }) => text.includes('started'));
    await expect.poll(() => isBusy(commandsOf(child.pid!)), { timeout: 20_000 }).toBe(true);
    const descendants = descendantsOf(child.pid!);

    child.kill('SIGKILL');
    await once(child, 'exit');

    await expect.poll(() => descendants.filter(({ pid }) => isRunning(pid)), SOON).toEqual([]);
  });

  test('at the end of a turn, but for the shell that watches', async () => {
    const settings = scripted([{ tool_calls: [reverse, background, { name: 'fork' }] }, { text: 'Done.' }], {
      services,
    });
    const { room, ours } = open({ settings });
    const events = await room.turn(await room.session(), 'begin');
    expect(finished(events).status).toBe('completed');
    const services_ = () => ours().filter(({ command }) => !command.startsWith('/bin/sh'));
    await expect.poll(services_, SOON).toEqual([]);
    await room.host[Symbol.asyncDispose]();
    await expect.poll(ours, SOON).toEqual([]);
  });

  test('when the host is closed in mid-turn, with services that look neither at stdin nor at SIGTERM', async () => {
    const { room, ours } = open({ settings: busy });
    const session = await room.session();
    const turn = watch(room.host.run(session, 'begin', RUN));
    await turn.until('tool.progress', ({ text }) => text.includes('started'));
    await expect.poll(() => isBusy(commandsOf(process.pid)), { timeout: 20_000 }).toBe(true);

    await room.host[Symbol.asyncDispose]();

    // Not soon: when it says that it is closed.
    expect(ours().filter(({ command }) => !command.startsWith('/bin/sh'))).toEqual([]);
    await expect.poll(ours, SOON).toEqual([]);
    expect(fs.existsSync(path.join(room.folder, 'a.held'))).toBe(true);
  });
});
