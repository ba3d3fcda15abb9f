/** Finds ripgrep and runs it: output read no faster than it is used, ended on cancel, time-out or when enough. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Environment } from '../../sdk/context.ts';
import { PatchbayError } from '../../sdk/index.ts';

export interface RipgrepRun {
  readonly rgPath: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface RipgrepEnd {
  /** `enough`: the consumer wanted no more. */
  readonly how: 'finished' | 'enough' | 'timeout';
  /** 0 found, 1 found nothing, 2 an error; null when it was ended. */
  readonly exitCode: number | null;
  /** Its first part. */
  readonly stderr: string;
}

const MAX_STDERR_CHARS = 8_000;

/** @throws PatchbayError `config` when there is no ripgrep for this machine. */
export async function findRipgrep(configured: string | undefined): Promise<string> {
  if (configured !== undefined) return configured;
  try {
    return (await import('@vscode/ripgrep')).rgPath;
  } catch (error) {
    throw noRipgrep((error as Error).message, error);
  }
}

/**
 * @param consume gets the output piece by piece; false ends the run.
 * @throws PatchbayError `cancelled` when the signal was aborted, `config` when ripgrep can't be started.
 */
export async function runRipgrep(
  run: RipgrepRun,
  consume: (chunk: Buffer) => boolean | Promise<boolean>,
): Promise<RipgrepEnd> {
  if (run.signal.aborted) throw cancelled();
  const child = spawn(run.rgPath, [...run.args], {
    cwd: run.cwd,
    env: { ...run.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let how: RipgrepEnd['how'] = 'finished';
  const end = (why: RipgrepEnd['how']) => {
    how = why;
    // It writes nothing, so that there is nothing to let it finish.
    child.kill('SIGKILL');
  };
  const cancel = () => child.kill('SIGKILL');
  const timer = setTimeout(() => end('timeout'), run.timeoutMs);
  run.signal.addEventListener('abort', cancel, { once: true });
  const feed = async () => {
    try {
      for await (const chunk of child.stdout) {
        if (await consume(chunk as Buffer)) continue;
        end('enough');
        return;
      }
    } catch (error) {
      child.kill('SIGKILL');
      // A stream that is cut off is how a child ends that could not be started or was killed.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  };
  try {
    const stderr = collectStderr(child);
    const [exitCode] = await Promise.all([exitOf(child, run), feed()]);
    if (run.signal.aborted) throw cancelled();
    return { how, exitCode, stderr: stderr() };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', cancel);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function exitOf(child: Child, { rgPath }: RipgrepRun): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(noRipgrep(`${rgPath}: ${error.message}`, error)));
    child.once('close', resolve);
  });
}

function collectStderr({ stderr }: Child): () => string {
  let text = '';
  stderr.setEncoding('utf8').on('data', (part: string) => {
    if (text.length < MAX_STDERR_CHARS) text += part.slice(0, MAX_STDERR_CHARS);
  });
  return () => text.trim();
}

function noRipgrep(why: string, cause: unknown): PatchbayError {
  return new PatchbayError('config', `Searching needs ripgrep, which could not be started (${why}).`, {
    remedy: 'Set rg_path in the settings of glob and grep to a ripgrep program (rg) on this machine.',
    cause,
  });
}

function cancelled(): PatchbayError {
  return new PatchbayError('cancelled', 'The search was cancelled.');
}
