/** Starts code-server on a free loopback port and ends all of it again, on every way out. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Editor } from './install.ts';
import type { Profile } from './profile.ts';

const START_LIMIT_MS = 60_000;
const INSTALL_LIMIT_MS = 120_000;
const LOG_TAIL_CHARACTERS = 4_000;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Server extends AsyncDisposable {
  /** Where a browser finds the workbench, with a slash at the end. */
  readonly url: string;
  /** Host and port, as remote addresses in the workbench name it. */
  readonly authority: string;
  readonly logFile: string;
  /** Settles when the server has ended, by itself or by being disposed of. */
  readonly ended: Promise<void>;
}

export interface ServerOptions {
  /** All that the editor and its extension host see of the environment, besides the profile's folders. */
  readonly env: Environment;
  /** Honours `extensionTestsPath` in the URL; it also hides toasts and modal editors, so not for UI tests. */
  readonly forInHostTests?: boolean;
}

/**
 * Starts the editor with a profile.
 * @throws Error with the end of the server's log when it does not come up within a minute
 */
export async function startServer(editor: Editor, profile: Profile, options: ServerOptions): Promise<Server> {
  const args = [
    ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
    ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(options.forInHostTests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const run = runEditor(editor, profile, args, options.env, 'server.log');
  const authority = await run.said(/HTTP server listening on http:\/\/(127\.0\.0\.1:\d+)/, START_LIMIT_MS);
  return {
    url: `http://${authority}/`,
    authority,
    logFile: run.logFile,
    ended: run.ended,
    [Symbol.asyncDispose]: run.end,
  };
}

/**
 * Installs a packed extension into the profile.
 * @throws Error with what code-server said
 */
export async function installExtension(
  editor: Editor,
  profile: Profile,
  vsix: string,
  env: Environment,
): Promise<void> {
  const run = runEditor(editor, profile, ['--install-extension', vsix, '--force'], env, 'install.log');
  await run.said(/(was successfully installed)/, INSTALL_LIMIT_MS);
  await run.ended;
}

interface Run {
  readonly logFile: string;
  readonly ended: Promise<void>;
  end(): Promise<void>;
  /**
   * The first group of `pattern` once it appears in what the program prints.
   * @throws Error with the log when the program ends before, or the time is over; the program is then ended
   */
  said(pattern: RegExp, limitMs: number): Promise<string>;
}

function runEditor(
  editor: Editor,
  profile: Profile,
  args: readonly string[],
  env: Environment,
  logName: string,
): Run {
  const folders = ['--user-data-dir', profile.userData, '--extensions-dir', profile.extensions];
  const config = ['--config', path.join(profile.folder, 'config.yaml')];
  const leash = path.join(import.meta.dirname, 'leash.ts');
  const child = spawn(editor.node, [leash, editor.node, editor.entry, ...folders, ...config, ...args], {
    cwd: profile.folder,
    env: { ...env, TMPDIR: profile.temp },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A Ctrl-C is for whoever started us; the pipe that closes with them ends the editor too.
    detached: true,
  });
  const logFile = path.join(profile.folder, logName);
  const log = fs.createWriteStream(logFile);
  for (const output of [child.stdout, child.stderr]) output.pipe(log, { end: false });
  const ended = once(child, 'close').then(() => void log.end());
  const end = async () => {
    child.stdin.end();
    await ended;
  };
  return { logFile, ended, end, said: (pattern, limitMs) => waitForOutput(child, pattern, limitMs, end) };
}

async function waitForOutput(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  pattern: RegExp,
  limitMs: number,
  end: () => Promise<void>,
): Promise<string> {
  let printed = '';
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const read = (chunk: Buffer) => {
    printed += chunk.toString();
    const found = pattern.exec(printed)?.[1];
    if (found) resolve(found);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('close', () => resolve(undefined));
  const limit = setTimeout(() => resolve(undefined), limitMs);
  const found = await promise;
  clearTimeout(limit);
  child.stdout.off('data', read);
  child.stderr.off('data', read);
  if (found) return found;
  const isRunning = child.exitCode === null;
  await end();
  const tail = printed.slice(-LOG_TAIL_CHARACTERS);
  throw new Error(`code-server ${isRunning ? 'did not get there in time' : 'ended'}. It printed:\n${tail}`);
}
