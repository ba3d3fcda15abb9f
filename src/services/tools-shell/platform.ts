/**
 * How POSIX and Windows differ in running a command: which shell, how it gets a group of its own, how all of
 * the group is ended. Nothing else of this service knows.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { platform } from 'node:process';
import type { Readable } from 'node:stream';
import type { Environment } from '../../sdk/context.ts';
import { Watchdog } from './watchdog.ts';

export interface ShellCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** For cmd.exe, which has quoting rules of its own. */
  readonly verbatim?: true;
}

export interface ShellChoice {
  readonly platform: NodeJS.Platform;
  readonly environment: Environment;
  readonly exists: (file: string) => boolean;
}

/** bash where there is one, else sh; on Windows PowerShell, else cmd.exe. */
export function shellCommand(command: string, { platform, environment, exists }: ShellChoice): ShellCommand {
  if (platform !== 'win32') {
    const folders = (environment.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':');
    const bash = folders.map((folder) => path.posix.join(folder, 'bash')).find(exists);
    return { file: bash ?? '/bin/sh', args: ['-c', command] };
  }
  const system = path.win32.join(environment.SystemRoot ?? 'C:\\Windows', 'System32');
  const powershell = path.win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  if (exists(powershell)) {
    const script = `$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
${command}`;
    // Encoded, so that no quoting is between the model's text and the shell.
    const encoded = Buffer.from(script, 'utf16le').toString('base64');
    return { file: powershell, args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded] };
  }
  const cmd = environment.ComSpec ?? path.win32.join(system, 'cmd.exe');
  return { file: cmd, args: ['/d', '/s', '/c', `"${command}"`], verbatim: true };
}

/** Starts a command with stdin closed, in a group of its own. What can't be started emits `error`. */
export function startShell(
  command: string,
  cwd: string,
  environment: Environment,
): ChildProcessByStdio<null, Readable, Readable> {
  const shell = shellCommand(command, { platform, environment, exists: fs.existsSync });
  return spawn(shell.file, [...shell.args], {
    cwd,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    windowsVerbatimArguments: shell.verbatim ?? false,
    // Windows has no process groups; `detached` would open a console window there.
    detached: platform !== 'win32',
  });
}

/** Asks a group to end, or ends it. One that is gone already is no error. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (platform === 'win32') {
    const force = signal === 'SIGKILL' ? ['/F'] : [];
    const taskkill = spawn('taskkill', ['/PID', String(pid), '/T', ...force], {
      stdio: 'ignore',
      windowsHide: true,
    });
    // Without taskkill only the shell itself can be ended.
    taskkill.on('error', () => signalProcess(pid, signal));
    return;
  }
  signalProcess(-pid, signal);
}

/**
 * The same for what a command left behind when its shell is gone already. Nothing on Windows, where it can't
 * be found any more and the number may be another program's by now.
 */
export function signalLeftovers(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (platform !== 'win32') signalProcess(-pid, signal);
}

/**
 * Ends the groups it is told of when this very process dies without a word (kill -9). On Windows there is
 * none: the system ends our direct children with us, and the host's `taskkill /T` those below.
 */
export function startWatchdog(): Watchdog | undefined {
  return platform === 'win32' ? undefined : new Watchdog();
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group of which only zombies are left.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
