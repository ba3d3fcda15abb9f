/** `patchbay run` and the part it shares with `session resume`: one turn, printed as it happens. */
import { resolve } from 'node:path';
import { stdin } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import type { Settings } from '../definitions/settings-schema.ts';
import type { Host, RunOptions } from '../host/host.ts';
import type { EventOf, SessionEvent } from '../protocol/events.ts';
import type { Session } from '../session/session.ts';
import { answerFromInput } from './answer-from-input.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { JsonPrinter, type Printer, TextPrinter } from './printers.ts';
import { terminalHost } from './terminal-surroundings.ts';

export interface TurnOptions {
  readonly agent?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly baseUrl?: string;
  readonly cwd: string;
  readonly approve?: 'ask' | 'allow' | 'deny';
  readonly json: boolean;
}

/** @throws PatchbayError `config` for an unknown agent, session or folder. */
export async function runCommand(
  around: Surroundings,
  prompt: string,
  options: TurnOptions & { readonly session?: string },
): Promise<number> {
  await using host = terminalHost(around, options.approve);
  const known = options.session === undefined ? undefined : await host.sessions.open(options.session);
  const cwd = known?.cwd ?? resolve(options.cwd);
  const run = await runOptions(host, options, { cwd, agent: known?.head.agent });
  const session = known ?? (await host.sessions.create({ cwd, agent: run.agent }));
  return await drive(host, session, { ...options, asked: [] }, () => host.run(session, prompt, run));
}

interface DriveOptions {
  readonly json: boolean;
  /** Questions that are open already and may be answered now. */
  readonly asked: readonly EventOf<'approval.requested'>[];
}

/** Prints a turn, answers its questions, stops it on Ctrl-C. Gives the exit code. */
export async function drive(
  host: Host,
  session: Session,
  options: DriveOptions,
  begin: () => AsyncIterable<SessionEvent>,
): Promise<number> {
  const printer: Printer = options.json ? new JsonPrinter() : new TextPrinter(session.id);
  using answers = answerFromInput(host, printer);
  for (const asked of options.asked) answers.ask(asked);
  stopOnInterrupt(host, session);
  let code: number = EXIT.failed;
  for await (const event of begin()) {
    printer.print(event);
    if (event.type === 'approval.requested') answers.ask(event);
    if (event.type === 'approval.answered') answers.settled(event.approval_id);
    if (event.type === 'turn.finished' && event.session_id === session.id) code = exitCodeOf(event.status);
  }
  printer.end(session.id);
  return code;
}

/** Until the process ends: the first Ctrl-C stops the turn, a second one waits for nobody. */
function stopOnInterrupt(host: Host, session: Session): void {
  let stops = 0;
  const onInterrupt = () => {
    stops += 1;
    if (stops > 1 || !host.isRunning(session.id)) process.exit(EXIT.cancelled);
    host.cancel(session.id);
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
}

/**
 * Checks the composition first: an unknown agent is a usage error before any session is made.
 * @param session where it works and, when there is one already, its agent.
 */
export async function runOptions(
  host: Host,
  options: TurnOptions,
  session: { readonly cwd: string; readonly agent?: string },
): Promise<RunOptions & { readonly agent: string }> {
  const { approve, provider, model, baseUrl } = options;
  const interactive = approve === undefined ? stdin.isTTY === true : approve === 'ask';
  const agent = options.agent ?? session.agent;
  const base: RunOptions = { agent, provider, model, interactive, trusted: true };
  // Without the option the settings decide.
  const overrides: Settings = approve === undefined ? {} : { approvals: { mode: approve } };
  const composition = await host.compose({ cwd: session.cwd, ...base, overrides });
  if (baseUrl !== undefined) overrides.providers = { [composition.provider]: { base_url: baseUrl } };
  return { ...base, agent: composition.agent.name, overrides };
}
