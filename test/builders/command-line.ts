/** `patchbay` as a person or a script runs it: a process of its own, with a home and a folder of its own. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import { SessionEvent } from '../../src/protocol/events.ts';
import { FIXTURES } from './links.ts';

const repository = path.resolve(import.meta.dirname, '..', '..');
const CLI = path.join(repository, 'dist', 'cli.js');
const SCRIPTS = path.join(FIXTURES, '..', 'scripts');

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly pid: number;
  /** Resolves with the match, also of what was printed before. Rejects when it ends without it. */
  until(pattern: RegExp, where?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  type(text: string): void;
  endInput(): void;
  /** As a reader of its output that goes away. */
  closeOutput(): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface CommandRoom {
  readonly home: string;
  /** The workspace; commands run in it. */
  readonly folder: string;
  /** Its input stays open. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Command;
  /** To its end, with this input. */
  run(args: readonly string[], input?: string): Promise<Ended>;
}

/** @param settings written to the folder's settings.yaml; the scripted demonstration of a file of test/fixtures/scripts answers. */
export function openCommandRoom(settings: Settings = {}, script = 'write-and-run.yaml'): CommandRoom {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-cli-')));
  const [home, folder] = [path.join(root, 'home'), path.join(root, 'workspace')];
  fs.mkdirSync(home);
  fs.mkdirSync(path.join(folder, '.amplifier'), { recursive: true });
  const replay = { replay: { script: path.join(SCRIPTS, script) } };
  const whole = { ...settings, providers: { ...replay, ...settings.providers } };
  fs.writeFileSync(path.join(folder, '.amplifier', 'settings.yaml'), stringify(whole));
  const running = new Set<ChildProcessWithoutNullStreams>();
  onTestFinished(() => {
    for (const child of running) child.kill('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const start: CommandRoom['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { ...environment(), AMPLIFIER_HOME: home, HOME: root, USERPROFILE: root, ...env },
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    return commandOf(child);
  };
  return {
    home,
    folder,
    start,
    run(args, input = '') {
      const command = start(args);
      command.type(input);
      command.endInput();
      return command.ended;
    },
  };
}

/** The events of a `--json` output. @throws Error for a line that is none. */
export function eventsOf(stdout: string): SessionEvent[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error('The last line has no end.');
  return lines.map((line) => SessionEvent.parse(JSON.parse(line)));
}

function commandOf(child: ChildProcessWithoutNullStreams): Command {
  const output = { stdout: '', stderr: '' };
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  for (const where of ['stdout', 'stderr'] as const) {
    child[where].setEncoding('utf8').on('data', (text: string) => {
      output[where] += text;
    });
  }
  child.once('close', (code) => resolve({ code, ...output }));
  // One that ends early does not read its input any more.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    pid: child.pid!,
    ended,
    until: (pattern, where = 'stderr') =>
      new Promise((found, fail) => {
        const look = () => {
          const match = pattern.exec(output[where]);
          if (match) found(match);
          return match !== null;
        };
        if (look()) return;
        child[where].on('data', look);
        child.once('close', () => {
          if (!look()) fail(new Error(`It ended without ${pattern}: ${output.stdout}${output.stderr}`));
        });
      }),
    type: (text) => child.stdin.write(text),
    endInput: () => child.stdin.end(),
    closeOutput: () => child.stdout.destroy(),
    kill: (signal) => child.kill(signal),
  };
}

function environment(): Record<string, string> {
  const { PATH = '', SystemRoot = '', ComSpec = '' } = process.env;
  return { PATH, SystemRoot, ComSpec };
}
