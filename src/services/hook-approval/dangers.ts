/**
 * What about a command must be asked every time (experience.md, "Approvals"): deleting folders, rewriting
 * history, running what was downloaded, acting as another user, writing outside the folder, reading secrets.
 */
import { type CommandAnalysis, type RunCommand, WRAPPERS } from './analyse-command.ts';
import { isSecretPath } from './secret-files.ts';

/** Where a path, as written in a command, leads to. */
export type PlaceOf = (path: string) => Place;
/** `guarded`: inside, but it decides what agents and editor are allowed to do. */
export type Place = 'inside' | 'outside' | 'guarded';

/** The first danger as the words after "it": `deletes a folder`. Undefined when there is none. */
export function dangerOf({ commands }: CommandAnalysis, placeOf: PlaceOf): string | undefined {
  for (const command of commands) {
    const found = ownDanger(command, placeOf) ?? wrappedDanger(command, placeOf);
    if (found !== undefined) return found;
  }
  return pipedDanger(commands);
}

function ownDanger(command: RunCommand, placeOf: PlaceOf): string | undefined {
  return (
    DANGERS.find(({ matches }) => matches(command))?.what ?? badWrite(command, placeOf) ?? secretRead(command)
  );
}

/** Which words of a wrapper are its own is not known: every one may begin the command it runs. */
function wrappedDanger(command: RunCommand, placeOf: PlaceOf): string | undefined {
  if (!WRAPPERS.test(command.program) && command.program !== 'ssh') return undefined;
  for (let start = 0; start < Math.min(command.args.length, 12); start++) {
    const [name = '', ...args] = command.args.slice(start);
    const program = name.replace(/^.*[\\/](?=.)/, '').toLowerCase();
    const found = ownDanger({ ...command, program, args, writes: [] }, placeOf);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Danger {
  readonly what: string;
  matches(command: RunCommand): boolean;
}

const hasFlag = (args: readonly string[], flag: RegExp) => args.some((word) => flag.test(word));

const DANGERS: readonly Danger[] = [
  {
    what: 'runs as another user',
    matches: ({ program }) => /^(sudo|su|doas|pkexec|runas|gsudo)$/.test(program),
  },
  {
    what: 'runs as another user',
    matches: ({ program, args }) => program === 'start-process' && hasFlag(args, /^runas$/i),
  },
  {
    what: 'deletes a folder',
    matches: ({ program, args }) =>
      (program === 'rm' && hasFlag(args, /^-[a-zA-Z]*[rR]|^--(recursive|dir|no-preserve-root)/)) ||
      (/^(remove-item|ri|rm|rd|rmdir|del|erase)$/.test(program) && hasFlag(args, /^-r|^\/s$/i)) ||
      (/^(find|fd|fdfind)$/.test(program) && hasFlag(args, /^-delete$/)) ||
      /^(rimraf|trash|srm|shred|del-cli)$/.test(program) ||
      (program === 'npx' && hasFlag(args, /^(rimraf|del-cli)(@|$)/)),
  },
  {
    what: 'formats or overwrites a disk',
    matches: ({ program, args }) =>
      /^(mkfs(\..*)?|mke2fs|format|format-volume|diskpart|fdisk|parted|wipefs)$/.test(program) ||
      (program === 'dd' && hasFlag(args, /^of=/)),
  },
  {
    what: 'pushes over what others may have',
    matches: (command) => gitVerb(command) === 'push' && isForcedPush(command.args),
  },
  { what: 'rewrites history or discards work', matches: isHistoryRewrite },
  {
    what: 'reads secrets',
    matches: ({ program, args: [first, second] }) =>
      /^(security|secret-tool|pass|op|bw|keyring)$/.test(program) ||
      (program === 'git' && first === 'credential') ||
      (program === 'gh' && first === 'auth' && second === 'token') ||
      (program === 'gpg' && /^--export-secret/.test(first ?? '')),
  },
  {
    what: 'publishes a package',
    matches: ({ program, args }) =>
      (/^(npm|pnpm|yarn|bun|cargo|poetry|uv|gem|vsce|ovsx)$/.test(program) &&
        hasFlag(args, /^(publish|unpublish|yank)$/)) ||
      (program === 'twine' && args[0] === 'upload'),
  },
];

const GIT_VALUE_FLAGS = /^(-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--super-prefix|--config-env)$/;

/** The verb after git's own options. */
function gitVerb({ program, args }: RunCommand): string | undefined {
  if (program !== 'git') return undefined;
  for (let index = 0; index < args.length; index++) {
    const word = args[index]!;
    if (GIT_VALUE_FLAGS.test(word)) index += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

function isForcedPush(args: readonly string[]): boolean {
  return hasFlag(args, /^(--force|-[a-zA-Z]*[fd]|--delete|--mirror|--prune|\+.+|:.+)/);
}

function isHistoryRewrite(command: RunCommand): boolean {
  const verb = gitVerb(command);
  const { args } = command;
  if (verb === undefined) return false;
  if (/^(rebase|filter-branch|filter-repo|replace|update-ref|prune|gc|clean|restore)$/.test(verb))
    return true;
  return (
    (verb === 'commit' && hasFlag(args, /^--amend$/)) ||
    (verb === 'reset' && hasFlag(args, /^--(hard|merge|keep)$/)) ||
    (verb === 'checkout' && hasFlag(args, /^(--|\.|-f|--force|--ours|--theirs)$/)) ||
    (verb === 'switch' && hasFlag(args, /^(-f|--force|--discard-changes|-C)$/)) ||
    (verb === 'branch' && hasFlag(args, /^(-D|-[a-zA-Z]*[dfM]|--delete|--force)$/)) ||
    (verb === 'tag' && hasFlag(args, /^(-d|--delete|-f|--force)$/)) ||
    (verb === 'stash' && hasFlag(args, /^(drop|clear)$/)) ||
    (verb === 'reflog' && hasFlag(args, /^(expire|delete)$/)) ||
    (verb === 'worktree' && hasFlag(args, /^(remove|prune)$/))
  );
}

/** Programs whose words name files they change; of those that copy, only the last one does. */
const WRITERS =
  /^(mv|tee|touch|truncate|mkdir|rm|rmdir|unlink|chmod|chown|chgrp|dd|patch|tar|unzip|move|del|erase|set-content|add-content|out-file|new-item|remove-item|move-item|ni|sc|ac|ri|mi|cd|pushd|set-location|push-location)$/;
const COPIERS = /^(cp|ln|install|rsync|scp|copy|xcopy|robocopy|copy-item|ci|cpi)$/;

function badWrite(command: RunCommand, placeOf: PlaceOf): string | undefined {
  for (const path of [...command.writes, ...writtenWords(command)]) {
    const place = placeOf(path);
    if (place === 'guarded') return `changes what agents may do (${path})`;
    // A bare word is inside the folder, whatever it means.
    if (place === 'inside' || !(command.writes.includes(path) || looksLikePath(path))) continue;
    const verb = /^(cd|pushd|set-location|push-location)$/.test(command.program) ? 'works' : 'writes';
    return `${verb} outside the folder (${path})`;
  }
  return undefined;
}

function writtenWords({ program, args }: RunCommand): string[] {
  const isWriting =
    WRITERS.test(program) || (program === 'sed' && hasFlag(args, /^(-[a-zA-Z]*i|--in-place)/));
  const words = args.map((word) => word.replace(/^(-\w|--?[\w-]+=|\w+=)(?=[~./\\$]|\w:)/, ''));
  if (isWriting) return words;
  if (!COPIERS.test(program)) return [];
  const folder = args.findIndex((word) => /^(-t|--target-directory|-destination)$/i.test(word));
  return [
    ...words.slice(-1),
    ...words.filter((_, index) => index === folder + 1 && folder !== -1),
    ...words.filter((word, index) => word !== args[index]),
  ];
}

function looksLikePath(word: string): boolean {
  return /^([~/\\]|[a-z]:[\\/]|\.\.([\\/]|$))|[\\/]\.\.([\\/]|$)|\$/i.test(word);
}

function secretRead({ args, reads }: RunCommand): string | undefined {
  const words = [...reads, ...args.flatMap((word) => [word, word.replace(/^(--?[\w-]+=|@|.*[:=]@?)/, '')])];
  const secret = words.find((word) => word !== '' && isSecretPath(word));
  return secret === undefined ? undefined : `reads secrets (${secret})`;
}

const DOWNLOADERS =
  /^(curl|wget|aria2c|fetch|http|https|httpie|iwr|irm|invoke-webrequest|invoke-restmethod)$/;
const INTERPRETERS =
  /^((ba|da|z|k|fi|a)?sh|powershell|pwsh|cmd|python[\d.]*|node|deno|bun|perl|ruby|php|lua|osascript|eval|iex|invoke-expression|source|\.)$/;

/** A program's text that comes out of another command: downloaded, decoded, or made. */
function pipedDanger(commands: readonly RunCommand[]): string | undefined {
  const isDownloading = commands.some(({ program }) => DOWNLOADERS.test(program));
  const what = isDownloading ? 'runs a downloaded program' : 'runs the output of a command as a program';
  for (const [index, command] of commands.entries()) {
    if (!INTERPRETERS.test(command.program)) continue;
    const isFed = commands
      .slice(0, index)
      .some((earlier) => earlier.pipeline === command.pipeline && !WRAPPERS.test(earlier.program));
    const readsProgram = isFed && readsStdin(command);
    const isGiven = command.expanded.some(
      (isExpanded, at) => isExpanded && /\$\(…\)|[<>]\(…\)/.test(command.words[at]!),
    );
    if (readsProgram || isGiven) return what;
  }
  return undefined;
}

/** Without a script's name or text, an interpreter runs what it reads. */
function readsStdin({ args }: RunCommand): boolean {
  return (
    args.every((word) => word.startsWith('-')) ||
    args.includes('-') ||
    args.includes('-s') ||
    args.includes('/dev/stdin')
  );
}
