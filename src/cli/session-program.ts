/** The commands of `patchbay session`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Surroundings } from '../definitions/compose.ts';
import { LogSeverity } from '../protocol/log-entry.ts';
import { Phase } from '../protocol/session-head.ts';
import { EXPORT_FORMATS } from '../session/export/export.ts';
import { parseAge } from './age.ts';
import { cleanSessions, deleteSession, forkSession, titleSession } from './session-change.ts';
import { exportText } from './session-export.ts';
import { listSessions } from './session-list.ts';
import { logSession } from './session-log.ts';
import { resumeSession, showSession } from './session-show.ts';

export interface SessionProgram {
  /** Adds the options of a command that runs a turn. */
  readonly runOptions: (command: Command) => Command;
  readonly setCode: (code: number) => void;
}

export function addSessionCommands(
  program: Command,
  around: Surroundings,
  { runOptions, setCode }: SessionProgram,
): void {
  const session = program.command('session').description('sessions of this folder');
  const onOne = (name: string, description: string) =>
    session.command(name).argument('<id>', 'id or unique prefix').description(description);
  const inFolders = (command: Command) =>
    command
      .option('--cwd <folder>', 'folder whose sessions are meant', '.')
      .option('--all', 'those of every folder', false);

  inFolders(session.command('list').description('list sessions, newest first, with what they delegated'))
    .option('--search <text>', 'only those with this in the title, agent or id')
    .option('--agent <name>', 'only those of this agent')
    .addOption(new Option('--status <status>', 'only these').choices(['running', ...Phase.options]))
    .option('--json', 'print one session per line', false)
    .action((options) => listSessions(around, options));
  onOne('show', 'print a session as text, and what it delegated')
    .option('--json', 'print its events, one per line', false)
    .option('--follow', 'go on until its turn ends, wherever it runs, or Ctrl-C', false)
    .action((id: string, options) => showSession(around, id, options));
  onOne('log', 'print what happened in a session and all it delegated, an entry a line')
    .option('--json', 'print each entry as JSON', false)
    .option('--follow', 'go on until its turn ends, wherever it runs, or Ctrl-C', false)
    .addOption(
      new Option(
        '--severity <which...>',
        'only these: verbose, warning, error, trace, thinking, end',
      ).choices(LogSeverity.options),
    )
    .action((id: string, options) => logSession(around, id, options));
  runOptions(onOne('resume', 'go on with a turn that was interrupted or failed')).action(
    async (id: string, options) => setCode(await resumeSession(around, id, options)),
  );
  onOne('rename', 'give a session another title')
    .argument('<title>')
    .action((id: string, title: string) => titleSession(around, id, title));
  onOne('fork', 'make a new session that begins as this one was at the end of a turn, and print its id')
    .option('--turn <number>', 'the turn; the last one that has ended when left out', turnNumber)
    .action((id: string, options) => forkSession(around, id, options));
  onOne('export', 'write a session and what it delegated as one text')
    .addOption(new Option('--format <format>', 'how').choices(EXPORT_FORMATS).default('markdown'))
    .option('--out <file>', 'where to; printed when left out')
    .action((id: string, options) => exportText(around, id, options));
  onOne('delete', 'move a session and what it delegated to the trash, and print where it is').action(
    (id: string) => deleteSession(around, id),
  );
  inFolders(
    session
      .command('clean')
      .description('move old sessions to the trash; what is there for 30 days is erased'),
  )
    .requiredOption('--older-than <age>', 'unchanged for this long: 30d, 12h, 2w', age)
    .option('--dry-run', 'only say which', false)
    .action(async (options) => setCode(await cleanSessions(around, options)));
}

function turnNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Turns are numbered from 1.');
}

function age(text: string): number {
  const ms = parseAge(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('Write a number and m, h, d or w: 30d is thirty days.');
}
