/** Runs a command with a time limit, and leaves nothing of it behind: its whole process group is ended with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

const GRACE_MS = 5_000;

export interface BoundedRun {
  /** How it ended: with an exit code, by a signal, or because its time was over. */
  readonly outcome:
    | { readonly code: number }
    | { readonly signal: string }
    | { readonly timedOutAfterMs: number };
  readonly durationMs: number;
}

export interface BoundedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs: number;
  /** Gets all that the command prints, both streams in their order. */
  readonly logFile: string;
}

const running = new Set<ChildProcess>();

/** Runs a command to its end, without an input. Never throws for what the command does. */
export async function runBounded(
  command: string,
  args: readonly string[],
  { cwd, env, limitMs, logFile }: BoundedOptions,
): Promise<BoundedRun> {
  const startedAt = Date.now();
  const log = fs.openSync(logFile, 'w');
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', log, log],
    detached: process.platform !== 'win32',
  });
  fs.closeSync(log);
  running.add(child);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    void endGroup(child);
  }, limitMs);
  const [code, signal] = await ended(child);
  clearTimeout(limit);
  running.delete(child);
  killGroup(child, 'SIGKILL');
  const durationMs = Date.now() - startedAt;
  if (timedOut) return { outcome: { timedOutAfterMs: limitMs }, durationMs };
  return { outcome: code === null ? { signal: signal ?? 'unknown' } : { code }, durationMs };
}

/** Ends every command that is running; for the way out of this process. */
export function endAllBounded(): void {
  for (const child of running) killGroup(child, 'SIGKILL');
}

/** The exit code or signal; a command that cannot be started ends with code 127, as in a shell. */
async function ended(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  try {
    const [code, signal] = await once(child, 'exit');
    return [code, signal];
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return [127, null];
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  killGroup(child, 'SIGTERM');
  const grace = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  await once(child, 'exit');
  clearTimeout(grace);
}

/** Nothing happens when the group is gone already. */
function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
