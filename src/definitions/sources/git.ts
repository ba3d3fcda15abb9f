/** The `git` program: without a shell, without questions, without anything that a repository could have it run. */
import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { PatchbayError } from '../../protocol/errors.ts';
import { type Environment, networkEnvironment } from '../environment.ts';

/** Before any command. The person's own configuration counts otherwise: proxies, credential helpers. */
const SAFE = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  // The same bytes everywhere.
  'core.autocrlf=false',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

const LONGEST_OUTPUT = 16_384;

export interface GitRun {
  readonly cwd: string;
  /** Transports that git may use, such as `https`. */
  readonly protocols: readonly string[];
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws PatchbayError `config` when there is no git; what `signal` was aborted with */
export function runGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  const { cwd, signal } = run;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn('git', [...SAFE, ...args], {
      cwd,
      env: gitEnvironment(run),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      signal,
    });
    const output = { stdout: '', stderr: '' };
    for (const where of ['stdout', 'stderr'] as const) {
      child[where].setEncoding('utf8').on('data', (text: string) => {
        output[where] = (output[where] + text).slice(-LONGEST_OUTPUT);
      });
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      // Stopped, it is waited for: it may still write where somebody is about to tidy up.
      if (!signal.aborted) reject(error.code === 'ENOENT' ? missing(error) : error);
    });
    child.once('exit', () => {
      if (signal.aborted) reject(signal.reason);
    });
    child.once('close', (code) => resolve({ code: code ?? 1, ...output }));
  });
}

function gitEnvironment({ environment, protocols }: GitRun): Environment {
  return {
    ...networkEnvironment(environment, ['SSH_AUTH_SOCK', 'XDG_CONFIG_HOME']),
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_LFS_SKIP_SMUDGE: '1',
    // What it says is read for its meaning.
    LC_ALL: 'C',
  };
}

function missing(cause: Error): PatchbayError {
  return new PatchbayError('config', 'Repositories are fetched with git, which is not installed.', {
    remedy: 'Install git so that `git --version` works in a terminal.',
    cause,
  });
}
