/**
 * Commands that are refused outright. A guard rail against accidents, not a sandbox: a variable or a script
 * gets around it. What asks the person before a command runs is the approval hook.
 */
import * as z from 'zod/mini';
import { simpleCommands } from './shell-words.ts';

export const SafetyConfig = z.object({
  safety_profile: z
    ._default(z.enum(['strict', 'standard', 'permissive', 'unrestricted']), 'strict')
    .check(
      z.describe(
        'strict: the whole list, no exceptions. standard: the same list with exceptions. permissive: only what destroys the system or the home folder. unrestricted: nothing.',
      ),
    ),
  allowed_commands: z
    ._default(z.array(z.string()), [])
    .check(
      z.describe('Exceptions (not in the profile strict): beginnings of commands, such as `sudo apt-get`.'),
    ),
  denied_commands: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Beginnings of commands that are refused in every profile, such as `git push`.')),
});
export type SafetyConfig = z.infer<typeof SafetyConfig>;

/** Why a command is refused, for the model; undefined when it is not. */
export function commandRefusal(command: string, config: SafetyConfig): string | undefined {
  const commands = allCommands(command);
  const denied = config.denied_commands.find((entry) => commands.some((words) => beginsWith(words, entry)));
  if (denied !== undefined) {
    return refusal(
      `\`${denied}\` is denied by the settings`,
      'Do without it, or ask the person to change "denied_commands".',
    );
  }
  if (config.safety_profile === 'unrestricted') return undefined;
  const danger = dangerOf(command, commands, config);
  return danger && refusal(danger.what, danger.hint);
}

interface Danger {
  readonly what: string;
  readonly hint: string;
  /** Refused in the profile permissive too. */
  readonly isFatal?: true;
  matches(words: readonly string[]): boolean;
}

const ASK = 'Ask the person to run it in a terminal.';

const DANGERS: readonly Danger[] = [
  {
    what: 'it deletes the root or the home folder',
    hint: 'Name the folders to delete one by one.',
    isFatal: true,
    matches: ([name = '', ...words]) =>
      (name === 'rm' && hasFlag(words, /^-[a-z]*r|^--recursive$/i) && words.some(isRootOrHome)) ||
      (/^(remove-item|ri|rd|rmdir|del|erase)$/.test(name) && words.some(isDrive)),
  },
  {
    what: 'it runs as another user',
    hint: ASK,
    matches: ([name]) => /^(sudo|su|doas|pkexec|runas)$/.test(name ?? ''),
  },
  {
    what: 'it formats a disk',
    hint: ASK,
    matches: ([name]) => /^(mkfs(\..*)?|mke2fs|format|format-volume|diskpart)$/.test(name ?? ''),
  },
  {
    what: 'it overwrites a device or fills a disk',
    hint: ASK,
    matches: ([name, ...words]) =>
      (name === 'dd' && words.some((word) => /^if=\/dev\/(zero|u?random)|^of=\/dev\/(?!null$)/.test(word))) ||
      words.some((word, index) => /^>/.test(words[index - 1] ?? '') && isDevice(word)),
  },
  { what: 'it changes a password', hint: ASK, matches: ([name]) => /^(passwd|chpasswd)$/.test(name ?? '') },
  {
    what: 'it changes permissions or owners of the whole system',
    hint: 'Name the files to change.',
    matches: ([name, ...words]) => /^(chmod|chown|chgrp)$/.test(name ?? '') && words.some(isRoot),
  },
];

function dangerOf(command: string, commands: readonly string[][], config: SafetyConfig) {
  if (/(?<![\w:.])([\w:.]+)\s*\(\s*\)\s*\{\s*\1\s*\|\s*\1\s*&\s*\}/.test(command)) {
    return { what: 'it is a fork bomb', hint: 'Do not start processes without end.' };
  }
  const hasExceptions = config.safety_profile !== 'strict';
  for (const words of commands) {
    if (hasExceptions && config.allowed_commands.some((entry) => beginsWith(words, entry))) continue;
    const found = DANGERS.find((danger) => danger.matches(words));
    if (found && (config.safety_profile !== 'permissive' || found.isFatal)) return found;
  }
  return undefined;
}

/** Words that stand before a command without being one. */
const PREFIXES =
  /^(\w+=.*|!|if|then|else|elif|while|until|do|time|command|exec|nohup|nice|env|xargs|builtin)$/s;
const SHELLS = /^(ba|da|z|k)?sh$/;

/** Every simple command, also those in `sh -c '…'` and `eval …`; names without folder, in lower case. */
function allCommands(text: string, depth = 0): string[][] {
  return simpleCommands(text).flatMap((words) => {
    const start = words.findIndex(
      (word, index) => !PREFIXES.test(word) && !(index > 0 && /^(-.*|\d+)$/.test(word)),
    );
    const [first, ...rest] = start === -1 ? words : words.slice(start);
    const name = first!
      .replace(/^.*[\\/](?=.)/, '')
      .replace(/\.exe$/i, '')
      .toLowerCase();
    const nested = nestedCommand(name, rest);
    const below = nested !== undefined && depth < 5 ? allCommands(nested, depth + 1) : [];
    return [[name, ...rest], ...below];
  });
}

function nestedCommand(name: string, words: readonly string[]): string | undefined {
  if (name === 'eval') return words.join(' ');
  const flag = SHELLS.test(name) ? words.findIndex(isCommandFlag) : -1;
  return flag === -1 ? undefined : words[flag + 1];
}

const isCommandFlag = (word: string) => /^-[a-z]*c$/.test(word);
const hasFlag = (words: readonly string[], flag: RegExp) => words.some((word) => flag.test(word));
const isRoot = (word: string) => /^\/[/.]*\*?$/.test(word);
const isRootOrHome = (word: string) => isRoot(word) || /^(~|\$HOME|\$\{HOME\})\/*(\.\/*)?\*?$/.test(word);
const isDrive = (word: string) => /^[a-z]:[\\/]*\*?$/i.test(word);
const isDevice = (word: string) => /^\/dev\/(?!(null|stdout|stderr|tty|fd\/\d+|shm\/.*)$)/.test(word);

function beginsWith(words: readonly string[], entry: string): boolean {
  const wanted = entry.trim().split(/\s+/);
  return wanted[0] !== '' && wanted.every((word, index) => words[index] === word);
}

function refusal(what: string, hint: string): string {
  return `Command denied for safety: ${what}. Hint: ${hint}`;
}
