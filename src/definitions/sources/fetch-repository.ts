/** The files of a repository at one commit, without its history. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchbayError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import { fetchedAs, isCommit, isSsh, type RepositoryAddress } from './address.ts';
import type { Fetched } from './cache.ts';
import { type GitRun, runGit } from './git.ts';

/**
 * Checks the repository out into an empty folder.
 * @throws PatchbayError `config`; what `signal` was aborted with
 */
export async function fetchRepository(
  address: RepositoryAddress,
  folder: string,
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<Fetched> {
  const { repository, ref = 'HEAD', isLocal } = address;
  const run = { cwd: folder, environment, signal, protocols: isLocal ? ['file'] : protocolsOf(address) };
  const git = (...args: string[]) => runOrThrow(address, args, run);
  await git('init', '--quiet', '--template=');
  await git('fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', repository, ref);
  const version = (await git('rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}')).trim();
  if (isCommit(address.ref) && address.ref !== version) {
    throw new PatchbayError(
      'config',
      `${fetchedAs(address)} is not the pinned content: ${version} came instead.`,
      { remedy: 'Write another commit into the address.' },
    );
  }
  await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  await rm(join(folder, '.git'), { recursive: true, force: true, maxRetries: 5 });
  return { version };
}

/** For https ssh too: some people's own configuration rewrites those addresses to it. */
function protocolsOf(address: RepositoryAddress): string[] {
  return isSsh(address) ? ['ssh'] : ['https', 'ssh'];
}

async function runOrThrow(address: RepositoryAddress, args: readonly string[], run: GitRun): Promise<string> {
  const { code, stdout, stderr } = await runGit(args, run);
  if (code === 0) return stdout;
  throw new PatchbayError('config', `${fetchedAs(address)} cannot be fetched: ${lastWords(stderr)}`, {
    remedy: remedyFor(address, stderr),
  });
}

/** What git says first is the matter; advice follows. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((each) => /^(?:fatal|error|remote: .*(?:error|not found))/i.test(each));
  const text = (line ?? lines.at(-1) ?? 'git says nothing').replace(/^(?:fatal|error): /i, '').trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function remedyFor({ repository, ref }: RepositoryAddress, stderr: string): string {
  if (/couldn't find remote ref|not our ref|no such remote ref/i.test(stderr)) {
    return `Correct what stands behind the @${ref === undefined ? '' : ` ("${ref}")`}: a branch, a tag or a whole commit.`;
  }
  if (/Host key verification failed/i.test(stderr)) {
    return `Nobody asks whether the host is the right one: connect once in a terminal, \`git ls-remote ${repository}\`.`;
  }
  if (/^ssh:/.test(repository) && /Permission denied/i.test(stderr)) {
    return `Set up an ssh key that needs no question, in an agent for example, so that \`git ls-remote ${repository}\` works.`;
  }
  if (
    /terminal prompts disabled|could not read Username|Authentication failed|Permission denied/i.test(stderr)
  ) {
    return `Correct the address; for a private repository set up git's credential helper so that \`git ls-remote ${repository}\` works.`;
  }
  return `Look at the address and the connection: \`git ls-remote ${repository}\` in a terminal says more.`;
}
