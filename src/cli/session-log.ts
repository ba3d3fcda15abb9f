/** `patchbay session log`: what happened in a session and all it delegated, an entry a line (AT-87). */
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import type { LogEntry, LogSeverity } from '../protocol/log-entry.ts';
import { follow } from '../session/follow.ts';
import type { SeenSession } from '../session/look.ts';
import { SessionLog } from '../session/session-log.ts';
import { untilInterrupted } from './session-show.ts';
import { terminalHost } from './terminal-surroundings.ts';
import { plain } from './text-table.ts';

export interface LogOptions {
  readonly json: boolean;
  readonly follow: boolean;
  /** Only these; all when left out. */
  readonly severity?: readonly LogSeverity[];
}

/** @throws PatchbayError `config` for an unknown or ambiguous id. */
export async function logSession(around: Surroundings, id: string, options: LogOptions): Promise<void> {
  await using host = terminalHost(around);
  const root = await host.sessions.look(id);
  using interrupted = untilInterrupted();
  const { signal } = interrupted;
  const entries: LogEntry[] = [];
  const write = (entry: LogEntry) => {
    if (options.severity && !options.severity.includes(entry.severity)) return;
    stdout.write(`${options.json ? JSON.stringify(entry) : entryLine(entry)}\n`);
  };
  const log = new SessionLog(
    {
      look: (child) => host.sessions.look(child),
      events: (session, isExpected) =>
        options.follow ? follow(session, { signal, isExpected }) : storedEvents(session),
    },
    (entry) => (options.follow ? write(entry) : void entries.push(entry)),
  );
  await log.read(root);
  // What several agents did at the same time, in the order of time.
  for (const entry of entries.sort((one, other) => one.timestamp - other.timestamp)) write(entry);
  for (const problem of [...root.problems, ...log.problems]) stderr.write(`${problem}\n`);
}

async function* storedEvents(session: SeenSession) {
  yield* await session.events();
}

const ARROWS = { request: '→', response: '←' } as const;

/** `2026-01-31T12:00:00.000Z VRB 1.2 ← llm anthropic:claude root/scout: message`. */
function entryLine(entry: LogEntry): string {
  const { timestamp, severity, turn, subturn, direction, type, remoteIdentifier, callPath } = entry;
  const where = `${turn}.${subturn} ${ARROWS[direction]} ${type} ${remoteIdentifier} ${callPath}`;
  const message = entry.fatal ? `fatal: ${entry.message}` : entry.message;
  return plain(`${new Date(timestamp).toISOString()} ${severity} ${where}: ${message}`);
}
