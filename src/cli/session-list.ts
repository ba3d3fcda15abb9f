/** `patchbay session list`: a tree of the sessions, what was delegated below those that did. */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import { fitsFilter, flatten, prune, type SessionFilter, treeOf } from '../session/head-tree.ts';
import { terminalHost } from './terminal-surroundings.ts';

export interface ListOptions extends SessionFilter {
  readonly cwd: string;
  readonly all: boolean;
  readonly json: boolean;
}

/** Prints one session per line, parents before their children. */
export async function listSessions(around: Surroundings, options: ListOptions): Promise<void> {
  await using host = terminalHost(around);
  const { heads, problems } = await host.sessions.list(options.all ? {} : { cwd: resolve(options.cwd) });
  for (const problem of problems) stderr.write(`${problem}\n`);
  const shown = flatten(prune(treeOf(heads), fitsFilter(options)));
  for (const { head, depth } of shown) {
    stdout.write(options.json ? `${JSON.stringify(head)}\n` : `${sessionLine(head, depth)}\n`);
  }
  if (shown.length > 0 || options.json) return;
  stderr.write(heads.length === 0 ? 'There are no sessions here yet.\n' : 'No session fits.\n');
}

/** @param depth how far below the top it stands. */
export function sessionLine(head: SessionHead, depth = 0): string {
  const when = new Date(head.updated_at).toISOString().slice(0, 16).replace('T', ' ');
  const place = depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `;
  return `${head.session_id}  ${when}  ${head.phase.padEnd(11)}  ${head.agent.padEnd(12)}  ${place}${head.title}`;
}
