/** `patchbay session show|resume`. */
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import type { SessionEvent } from '../protocol/events.ts';
import { follow } from '../session/follow.ts';
import { subtree } from '../session/head-tree.ts';
import type { SeenSession } from '../session/look.ts';
import { timelineLine } from './printers.ts';
import { drive, runOptions, type TurnOptions } from './run-command.ts';
import { sessionLine } from './session-list.ts';
import { terminalHost } from './terminal-surroundings.ts';

/** @throws PatchbayError `config` for an unknown or ambiguous id. */
export async function showSession(
  around: Surroundings,
  id: string,
  options: { readonly json: boolean; readonly follow: boolean },
): Promise<void> {
  await using host = terminalHost(around);
  const session = await host.sessions.look(id);
  for await (const event of options.follow ? followed(session) : await session.events()) {
    const line = options.json ? JSON.stringify(event) : timelineLine(event);
    if (line !== undefined) stdout.write(`${line}\n`);
  }
  report(session);
  if (options.json) return;
  const { heads } = await host.sessions.list({ cwd: session.head.cwd });
  for (const { head } of subtree(heads, session.id)?.children ?? []) {
    stdout.write(`delegated: ${sessionLine(head)}\n`);
  }
}

/** @throws PatchbayError `config` for an unknown or ambiguous id, or a session that another process owns. */
export async function resumeSession(around: Surroundings, id: string, options: TurnOptions): Promise<number> {
  await using host = terminalHost(around, options.approve);
  const session = await host.sessions.open(id);
  report(session);
  const run = await runOptions(host, options, { cwd: session.cwd, agent: session.head.agent });
  const asked = await session.pendingApprovals();
  host.approvals.restore(session, asked);
  const answerable = { json: options.json, asked: run.interactive ? asked : [] };
  return await drive(host, session, answerable, () => host.resume(session, run));
}

/** Until the turn ends, in whichever process it runs, or Ctrl-C. */
async function* followed(session: SeenSession): AsyncGenerator<SessionEvent> {
  using interrupted = untilInterrupted();
  yield* follow(session, { signal: interrupted.signal });
}

/** Aborted by Ctrl-C, for as long as it is not disposed of. */
export function untilInterrupted(): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  return {
    signal: stop.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt),
  };
}

function report({ problems }: { readonly problems: readonly string[] }): void {
  for (const problem of problems) stderr.write(`${problem}\n`);
}
