/** P15, P16: the process of the host is killed in mid-turn: what is lost, how soon it is back, and what still runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { createSessionStore } from '../../src/session/store.ts';
import { descendantsOf } from '../builders/process-table.ts';
import type { ChildTurn } from '../integration/host/resume-child.ts';
import { type Measure, sample } from './measure.ts';

const TEST = join(import.meta.dirname, '..');
const SERVICES = join(TEST, 'fixtures', 'services');
const GRACE_MS = 5_000;

export async function killedHost(count: number): Promise<Measure[]> {
  const lost: number[] = [];
  const opened = await sample(count, 1, () => inHome((home) => reopen(home, lost)));
  const left = await sample(Math.ceil(count / 4), 0, () => inHome(leftRunning));
  return [
    {
      id: 'P15',
      what: 'session of a killed host, opened and its last page read',
      unit: 'ms',
      ours: opened,
      baseline: [500],
      goal: { atMost: 1 },
      note: `${lost.reduce((sum, each) => sum + each, 0)} entries lost that were known to be on disk`,
    },
    {
      id: 'P16',
      what: 'processes left 5 s after the host was killed in mid-turn',
      unit: '',
      ours: left,
      baseline: [1],
      goal: { atMost: 0 },
    },
  ];
}

async function reopen(home: string, lost: number[]): Promise<number> {
  const writer = start(join(TEST, 'integration', 'session', 'busy-writer.ts'), home, home, 'busy');
  let known = { seq: 0, messages: 0 };
  let reports = 0;
  for await (const line of createInterface(writer.stdout!)) {
    known = JSON.parse(line) as typeof known;
    reports += 1;
    if (reports === 20) break;
  }
  await kill(writer);
  const store = createSessionStore({ home });
  const began = performance.now();
  const session = await store.open('busy');
  await session.page({ limit: 200 });
  const took = performance.now() - began;
  lost.push(Math.max(0, known.seq - (await session.after(0)).length));
  lost.push(Math.max(0, known.messages - session.transcript.length));
  await store.close();
  return took;
}

async function leftRunning(home: string): Promise<number> {
  const node = (file: string) => ({ command: [process.execPath, join(SERVICES, file)] });
  const calls = [{ name: 'stay' }, { name: 'spin' }, { name: 'bash', input: { command: 'sleep 1000' } }];
  const services = {
    'scripted-provider': {
      entry: join(SERVICES, 'scripted-provider.ts'),
      config: { scripted: { answers: [{ tool_calls: [{ name: 'fork' }] }, { tool_calls: calls }] } },
    },
    faulty: node('faulty-tools.ts'),
    stubborn: node('stubborn.mjs'),
  };
  await writeFile(join(home, 'settings.yaml'), JSON.stringify({ services, approvals: { mode: 'allow' } }));
  const turn: ChildTurn = {
    home,
    folder: home,
    sessionId: 'killed',
    prompt: 'begin',
    run: { provider: 'scripted', interactive: false, trusted: true },
    environment: { PATH: process.env.PATH ?? '' },
  };
  const host = start(join(TEST, 'integration', 'host', 'resume-child.ts'), JSON.stringify(turn));
  host.stdout!.resume();
  const started = () => descendantsOf(host.pid!);
  while (!started().some(({ command }) => command.includes('sleep 1000'))) await wait(50);
  const pids = new Set(started().map(({ pid }) => pid));
  await kill(host);
  await wait(GRACE_MS);
  return [...pids].filter(isRunning).length;
}

function start(script: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function inHome<T>(use: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
  await mkdir(home, { recursive: true });
  try {
    return await use(home);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
