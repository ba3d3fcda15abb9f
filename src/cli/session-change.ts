/** `patchbay session rename|fork|delete|clean`. */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { emptyTrash } from '../host/empty-trash.ts';
import type { Host } from '../host/host.ts';
import { asPatchbayError } from '../protocol/errors.ts';
import { flatten, isRunning, type SessionNode, treeOf } from '../session/head-tree.ts';
import { renameSession } from '../session/rename.ts';
import { EXIT } from './exit-codes.ts';
import { sessionLine } from './session-list.ts';
import { terminalHost } from './terminal-surroundings.ts';

/** @throws PatchbayError `config` for an unknown or ambiguous id, an empty title, or one that is open elsewhere. */
export async function titleSession(around: Surroundings, id: string, title: string): Promise<void> {
  await using host = terminalHost(around);
  const session = await host.sessions.open(id);
  await renameSession(session, title);
  stdout.write(`${session.id}  ${session.head.title}\n`);
}

/** Prints the id of the new session. @throws PatchbayError `config` for an unknown id or turn. */
export async function forkSession(
  around: Surroundings,
  id: string,
  options: { readonly turn?: number },
): Promise<void> {
  await using host = terminalHost(around);
  const session = await host.sessions.fork(id, options);
  stdout.write(`${session.id}\n`);
}

/** @throws PatchbayError `config` for an unknown or ambiguous id, or one that runs or is open elsewhere. */
export async function deleteSession(around: Surroundings, idOrPrefix: string): Promise<void> {
  await using host = terminalHost(around);
  const { id } = await host.sessions.look(idOrPrefix);
  stdout.write(`${await host.sessions.delete(id)}\n`);
  await emptied(host);
}

export interface CleanOptions {
  /** Milliseconds since it, or anything below it, last changed. */
  readonly olderThan: number;
  readonly dryRun: boolean;
  readonly cwd: string;
  readonly all: boolean;
}

/** Moves old sessions to the trash, those at work excepted, and says which; erases what is long there. Gives the exit code. */
export async function cleanSessions(around: Surroundings, options: CleanOptions): Promise<number> {
  await using host = terminalHost(around);
  const { heads } = await host.sessions.list(options.all ? {} : { cwd: resolve(options.cwd) });
  const before = Date.now() - options.olderThan;
  const old = treeOf(heads).filter((node) => isOld(node, before));
  let kept = 0;
  for (const { head } of old) {
    try {
      if (!options.dryRun) await host.sessions.delete(head.session_id);
      stdout.write(`${sessionLine(head)}\n`);
    } catch (thrown) {
      kept += 1;
      stderr.write(`${asPatchbayError(thrown).message}\n`);
    }
  }
  const what = options.dryRun ? 'would go to the trash' : 'went to the trash';
  stderr.write(`${old.length - kept} ${old.length - kept === 1 ? 'session' : 'sessions'} ${what}.\n`);
  if (!options.dryRun) await emptied(host);
  return kept === 0 ? EXIT.done : EXIT.failed;
}

/** What was deleted long ago is erased on this occasion. */
async function emptied({ sessions, home }: Host): Promise<void> {
  const { count, days, problems } = await emptyTrash(sessions, home);
  if (count > 0) {
    const what = count === 1 ? 'session that was' : 'sessions that were';
    stderr.write(`${count} ${what} deleted more than ${days} days ago: erased from the trash.\n`);
  }
  for (const problem of problems) stderr.write(`Not erased from the trash: ${problem}\n`);
}

function isOld(node: SessionNode, before: number): boolean {
  return flatten([node]).every(({ head }) => head.updated_at < before && !isRunning(head));
}
