/** What a command line would run, as far as its text tells: every simple command, those inside wrappers too. */
import { parseShellLine, type ShellFlavour, type SimpleCommand } from './shell-syntax.ts';

export interface RunCommand extends SimpleCommand {
  /** The program, without folder and `.exe`, in lower case; empty for a bare redirection. */
  readonly program: string;
  readonly args: readonly string[];
  /** What rules are matched against: the words, single blanks between them, in double quotes where needed. */
  readonly text: string;
}

export interface CommandAnalysis {
  readonly commands: readonly RunCommand[];
  /** Why the line cannot be judged by its words; undefined when it can. */
  readonly opaque: string | undefined;
  /** The line with its blanks and quotes in one form: two spellings of one line are the same. */
  readonly canonical: string;
}

const LONGEST = 20_000;
const MAX_WRAPPERS = 8;

export function analyseCommand(text: string, flavour: ShellFlavour): CommandAnalysis {
  if (text.length > LONGEST) return { commands: [], opaque: 'a very long line', canonical: text };
  const canonical = canonicalLine(text);
  const line = parseShellLine(text, flavour);
  const doubts: string[] = line.opaque === undefined ? [] : [line.opaque];
  const commands = line.commands.flatMap((command) => withWrapped(command, flavour, doubts, 0));
  return { commands, opaque: doubts[0], canonical };
}

/** Programs that run the rest of their words as a command. */
export const WRAPPERS =
  /^(!|sudo|doas|pkexec|runas|env|command|builtin|exec|nohup|nice|ionice|timeout|stdbuf|setsid|time|xargs|parallel|watch|strace|caffeinate|unbuffer)$/;
const SHELLS = /^(ba|da|z|k|fi|a)?sh$/;
const POWERSHELLS = /^(powershell|pwsh)$/;

/** The command itself, then what it would run besides. */
function withWrapped(
  command: SimpleCommand,
  flavour: ShellFlavour,
  doubts: string[],
  depth: number,
): RunCommand[] {
  const run = describe(command);
  if (depth > MAX_WRAPPERS) {
    doubts.push('too many commands inside one another');
    return [run];
  }
  const inner = (words: readonly string[]) =>
    words.length === 0
      ? []
      : withWrapped(
          { ...command, words, expanded: words.map((word) => /[$*?[{]/.test(word)), writes: [], reads: [] },
          flavour,
          doubts,
          depth + 1,
        );
  const script = (text: string, language: ShellFlavour) => {
    const line = parseShellLine(text, language);
    if (line.opaque !== undefined) doubts.push(line.opaque);
    return line.commands.flatMap((each) => withWrapped(each, language, doubts, depth + 1));
  };
  return [run, ...wrapped(run, inner, script, doubts, flavour)];
}

function wrapped(
  { program, args, expanded }: RunCommand,
  inner: (words: readonly string[]) => RunCommand[],
  script: (text: string, language: ShellFlavour) => RunCommand[],
  doubts: string[],
  flavour: ShellFlavour,
): RunCommand[] {
  if (WRAPPERS.test(program)) {
    // Which words are options' values is not known: the first that looks like a program is taken.
    const start = args.findIndex((word) => !/^-|^\w+=|^[\d.]+[a-z]?$|^\{\}$/.test(word));
    return start === -1 ? [] : inner(args.slice(start));
  }
  if (/^(find|fd|fdfind)$/.test(program)) return findActions(args).flatMap(inner);
  if (SHELLS.test(program) || POWERSHELLS.test(program) || program === 'cmd') {
    const isText = (word: string) =>
      program === 'cmd'
        ? /^\/[ck]$/i.test(word)
        : POWERSHELLS.test(program)
          ? /^-c/i.test(word)
          : /^-\w*c\w*$/.test(word);
    const at = args.findIndex(isText);
    if (at === -1) return [];
    if (expanded.slice(at + 2).some(Boolean)) doubts.push('a program text that is made up when it runs');
    const text = SHELLS.test(program) ? (args[at + 1] ?? '') : args.slice(at + 1).join(' ');
    return script(text, POWERSHELLS.test(program) ? 'powershell' : 'posix');
  }
  if (/^(eval|iex|invoke-expression)$/.test(program)) {
    if (expanded.slice(1).some(Boolean)) doubts.push('a program text that is made up when it runs');
    return script(args.join(' '), flavour);
  }
  if (/^(source|\.)$/.test(program)) doubts.push('commands from a file');
  return [];
}

/** The commands after `-exec` and its like, up to `;` or `+`. */
function findActions(args: readonly string[]): string[][] {
  return args.flatMap((word, index) => {
    if (!/^(-exec(dir)?|-ok(dir)?|-x|-X|--exec(-batch)?)$/.test(word)) return [];
    const rest = args.slice(index + 1);
    const end = rest.findIndex((each) => each === ';' || each === '+');
    return [end === -1 ? rest : rest.slice(0, end)];
  });
}

function describe(command: SimpleCommand): RunCommand {
  const [name = '', ...args] = command.words;
  const program = name
    .replace(/^.*[\\/](?=.)/, '')
    .replace(/\.(exe|cmd|bat|ps1)$/i, '')
    .toLowerCase();
  return { ...command, program, args, text: command.words.map(asWritten).join(' ') };
}

/** Words that hold blanks or signs of the shell's are shown in quotes, as they must have been. */
function asWritten(word: string): string {
  const plain = word.replace(/[$<>]?\(…\)/g, '');
  return word === '' || /[\s"'`;&|<>()]/.test(plain) ? `"${word}"` : word;
}

/**
 * Blanks outside quotes become one, quotes go where the word needs none. Only for comparing: it need not run.
 */
export function canonicalLine(text: string): string {
  const pieces = text.match(/'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[ \t]+|[^\s'"\\]+|[\s\S]/g) ?? [];
  const isInk = (piece: string) => !/^[ \t\n]+$/.test(piece);
  return pieces
    .slice(Math.max(0, pieces.findIndex(isInk)), pieces.findLastIndex(isInk) + 1)
    .map((piece) => {
      if (/^[ \t]+$/.test(piece)) return ' ';
      const quoted = /^(['"])([\w@%+=:,./-]+)\1$/.exec(piece);
      return quoted ? quoted[2] : piece;
    })
    .join('');
}
