/** What a tool call is about: the command it runs, the file it touches, or just its input. */
import { createHash } from 'node:crypto';
import type { ToolAnnotations } from '../../protocol/manifest.ts';
import { absolutePath, isInside, type PathPlatform, shownPath } from '../../sdk/path-syntax.ts';
import { analyseCommand, type CommandAnalysis } from './analyse-command.ts';
import { dangerOf, type Place } from './dangers.ts';
import { isSecretPath } from './secret-files.ts';

export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly agent: string;
  readonly annotations: ToolAnnotations;
  /** The folder the session works in; absolute. */
  readonly cwd: string;
}

export interface Surroundings {
  /** What counts as inside; absolute. */
  readonly workspace: string;
  readonly home: string;
  readonly platform: PathPlatform;
}

interface Judged {
  /** Why it is asked every time; undefined when nothing is dangerous about it. */
  readonly danger: string | undefined;
  /** Folder the call works in, relative to the workspace, with `/`; absolute where that is elsewhere. */
  readonly folder: string;
}

export type Subject = Judged &
  (
    | { readonly kind: 'command'; readonly analysis: CommandAnalysis }
    | { readonly kind: 'file' /** Like `folder`. */; readonly path: string; readonly absolute: string }
    | { readonly kind: 'other'; readonly text: string }
  );

/** @throws ToolFailure for a path that names no ordinary file. */
export function subjectOf(call: Call, around: Surroundings): Subject {
  const { command, file_path, path } = call.input;
  if (typeof command === 'string') return commandSubject(command, call, around);
  const file = file_path ?? path;
  if (typeof file === 'string') return fileSubject(file, call, around);
  return { kind: 'other', text: stableJson(call.input), danger: undefined, folder: shown(call.cwd, around) };
}

/**
 * What is remembered of a denied call: hashes, since a command may hold a secret. A line of one command is also
 * remembered as that command, so that it is known inside a longer line.
 */
export function fingerprints(tool: string, subject: Subject, { platform }: Surroundings): string[] {
  const hash = (text: string) => createHash('sha256').update(`${tool}\0${text}`).digest('hex');
  switch (subject.kind) {
    case 'command':
      return [subject.analysis.canonical, ...subject.analysis.commands.map(({ text }) => text)].map(hash);
    case 'file':
      return [hash(platform.fold(subject.absolute))];
    case 'other':
      return [hash(subject.text)];
    default:
      return subject satisfies never;
  }
}

function commandSubject(command: string, call: Call, around: Surroundings): Subject {
  const flavour = around.platform.path.sep === '\\' ? 'powershell' : 'posix';
  const analysis = analyseCommand(command, flavour);
  return {
    kind: 'command',
    analysis,
    danger: dangerOf(analysis, (path) => placeOf(path, call.cwd, around)),
    folder: shown(call.cwd, around),
  };
}

function fileSubject(file: string, call: Call, around: Surroundings): Subject {
  const { path } = around.platform;
  const absolute = absolutePath(file, { cwd: call.cwd, home: around.home }, around.platform);
  const isFolderItself = absolute === call.cwd;
  return {
    kind: 'file',
    absolute,
    path: shown(absolute, around),
    folder: shown(isFolderItself ? absolute : path.dirname(absolute), around),
    danger: call.annotations.read_only === true ? secretDanger(file) : placeDanger(file, call.cwd, around),
  };
}

function secretDanger(file: string): string | undefined {
  return isSecretPath(file) ? 'reads secrets' : undefined;
}

function placeDanger(file: string, cwd: string, around: Surroundings): string | undefined {
  const place = placeOf(file, cwd, around);
  if (place === 'inside') return undefined;
  return place === 'guarded' ? 'changes what agents may do' : 'writes outside the folder';
}

/** Folders inside a project whose files are obeyed: rules and services, tasks, git's hooks. */
const GUARDED = /^(\.amplifier|\.vscode|\.git|\.claude)(\/|$)/i;

function placeOf(path: string, cwd: string, around: Surroundings): Place {
  const { platform, workspace, home } = around;
  const written = path.replace(/^\$(\{HOME\}|HOME\b|env:USERPROFILE\b)/i, '~');
  // /dev/null and its like take what is written and keep nothing.
  if (/^(\/dev\/(null|stdout|stderr|tty|fd\/\d+)|\$null|nul)$/i.test(written)) return 'inside';
  if (written.includes('$') || /^~[^/\\]/.test(written)) return 'outside';
  const absolute = platform.path.resolve(cwd, written.replace(/^~(?=$|[\\/])/, home.replaceAll('$', '$$$$')));
  if (!isInside(workspace, absolute, platform)) return 'outside';
  return GUARDED.test(shownPath(absolute, workspace, platform)) ? 'guarded' : 'inside';
}

function shown(absolute: string, { workspace, platform }: Surroundings): string {
  return shownPath(absolute, workspace, platform);
}

/** The same whatever the order of keys. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
