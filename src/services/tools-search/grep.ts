/** The tool `grep`: lines, files or counts by a regular expression (RT-50). */
import path from 'node:path';
import * as z from 'zod/mini';
import { defineTool, type ToolContext, ToolFailure } from '../../sdk/index.ts';
import { deniedFilter, type GuardedPath, resolveForReading, shownFrom } from '../../sdk/paths.ts';
import { scopeArguments } from './exclusions.ts';
import { ripgrepType } from './file-types.ts';
import {
  contentReader,
  countReader,
  filesReader,
  type GrepFound,
  type GrepReader,
  type GrepWindow,
} from './grep-results.ts';
import { type PathFilter, pathFilter } from './path-filter.ts';
import { findRipgrep, type RipgrepEnd, runRipgrep } from './ripgrep.ts';
import { SearchConfig, TOOL_TIMEOUT_MS } from './search-config.ts';
import { kindOf } from './search-folder.ts';

/** How many results an answer holds at most. */
const CAPS = { content: 500, files_with_matches: 200, count: 200 } as const;
const MAX_FILE_SIZE = '10M';

const lines = (what: string) =>
  z.optional(z.int().check(z.gte(0), z.lte(100, 'at most 100'))).check(z.describe(what));

const Input = z.object({
  pattern: z
    .string()
    .check(
      z.describe(
        "The regular expression, in Rust's syntax: `log.*Error`, `fn\\s+\\w+`. Escape literal braces and brackets.",
      ),
    ),
  path: z
    .optional(z.string())
    .check(z.describe('The folder or file to search; the working folder when left out.')),
  glob: z
    .optional(z.string())
    .check(z.describe('Only files whose path matches, as in .gitignore: `*.ts`, `src/**/*.{js,jsx}`.')),
  type: z
    .optional(z.string())
    .check(z.describe('Only files of a language: ts, js, py, rust, go, java, markdown, …')),
  output_mode: z
    ._default(z.enum(['content', 'files_with_matches', 'count']), 'files_with_matches')
    .check(
      z.describe(
        '`files_with_matches`: the files (default). `content`: the lines. `count`: matching lines per file.',
      ),
    ),
  '-A': lines('Lines to show after each match (content only).'),
  '-B': lines('Lines to show before each match (content only).'),
  '-C': lines('Lines to show before and after each match (content only).'),
  '-i': z._default(z.boolean(), false).check(z.describe('Ignore case.')),
  '-n': z._default(z.boolean(), true).check(z.describe('Give line numbers (content only).')),
  multiline: z
    ._default(z.boolean(), false)
    .check(z.describe('Let a match span lines, with `.` matching line breaks.')),
  head_limit: z
    .optional(z.int().check(z.gte(0)))
    .check(z.describe('At most so many results; the cap of the mode when left out or 0.')),
  offset: z
    ._default(z.int().check(z.gte(0)), 0)
    .check(z.describe('Leave out so many results first, to read on.')),
  include_ignored: z
    ._default(z.boolean(), false)
    .check(
      z.describe('Search ignored folders too: node_modules, .git, dist, build, what .gitignore names, …'),
    ),
});
type Input = z.infer<typeof Input>;

export const grep = defineTool({
  name: 'grep',
  description: `Searches what files contain with ripgrep. Use it instead of grep or rg in bash; to find files by name use glob.
Answers at most ${CAPS.content} lines, or ${CAPS.files_with_matches} files or counts; read on with offset, or narrow down with path, glob or type. Files over ${MAX_FILE_SIZE}B are searched only when path names them; binary files are not. Paths in the answer are relative to the working folder.`,
  annotations: { read_only: true, destructive: false, idempotent: true, open_world: false },
  timeoutMs: TOOL_TIMEOUT_MS,
  input: Input,
  config: SearchConfig,
  async execute(input, context) {
    if (input.pattern === '') throw new ToolFailure('The pattern is empty. Give a regular expression.');
    const base = await resolveForReading(input.path ?? '.', context);
    const isFile = (await kindOf(base)) === 'file';
    const cwd = isFile ? path.dirname(base.real) : base.real;
    const filter = pathFilter(input.glob, input.type && ripgrepType(input.type));
    const reader = readerFor(input, await windowOf(input, filter, cwd, context));
    const end = await runRipgrep(
      {
        rgPath: await findRipgrep(context.config.rg_path),
        args: [...grepArguments(input, filter), '--', isFile ? `./${path.basename(base.real)}` : '.'],
        cwd,
        environment: context.environment,
        timeoutMs: context.config.timeout_s * 1_000,
        signal: context.signal,
      },
      (chunk) => reader.push(chunk),
    );
    refuseFailure(end, reader.found, base);
    const warning = warningOf(end, reader.found, input, context.config.timeout_s);
    return {
      pattern: input.pattern,
      output_mode: input.output_mode,
      total_matches: reader.found.total,
      matches_count: reader.found.results.length,
      results: reader.found.results,
      ...(warning !== '' && { warning }),
    };
  },
});

function grepArguments(input: Input, filter: PathFilter): string[] {
  const flags = [
    '--sort',
    'path',
    '--max-filesize',
    MAX_FILE_SIZE,
    ...(input['-i'] ? ['--ignore-case'] : []),
    ...(input.multiline ? ['--multiline', '--multiline-dotall'] : []),
    ...filter.args,
    ...scopeArguments(input.include_ignored),
    '--regexp',
    input.pattern,
  ];
  switch (input.output_mode) {
    case 'content':
      return [...flags, '--json', ...contextArguments(input)];
    case 'files_with_matches':
      return [...flags, '--files-with-matches', '--null'];
    case 'count':
      return [...flags, '--count', '--with-filename', '--null'];
    default:
      return input.output_mode satisfies never;
  }
}

function contextArguments(input: Input): string[] {
  const after = input['-A'] ?? input['-C'] ?? 0;
  const before = input['-B'] ?? input['-C'] ?? 0;
  return ['--after-context', String(after), '--before-context', String(before)];
}

async function windowOf(
  input: Input,
  filter: PathFilter,
  cwd: string,
  context: ToolContext<SearchConfig>,
): Promise<GrepWindow> {
  const isReadable = await deniedFilter(context);
  const shown = await shownFrom(context);
  const cap = CAPS[input.output_mode];
  return {
    offset: input.offset,
    limit: Math.min(input.head_limit || cap, cap),
    shown: (file) => {
      const real = path.join(cwd, file);
      return isReadable(real) && filter.matches(path.posix.normalize(file)) ? shown(real) : undefined;
    },
  };
}

function readerFor(input: Input, window: GrepWindow): GrepReader {
  switch (input.output_mode) {
    case 'content':
      return contentReader(window, input['-n']);
    case 'files_with_matches':
      return filesReader(window);
    case 'count':
      return countReader(window);
    default:
      return input.output_mode satisfies never;
  }
}

/** ripgrep also answers 2 when single files could not be read; that is no reason to lose the others. */
function refuseFailure(end: RipgrepEnd, found: GrepFound, base: GuardedPath): void {
  if (end.how === 'timeout' && found.total === 0) {
    throw new ToolFailure(
      `The search in "${base.shown}" took too long. Narrow it down with path, glob or type.`,
    );
  }
  if (end.how !== 'finished' || end.exitCode !== 2 || isUnreadableFile(end.stderr)) return;
  throw new ToolFailure(`The search failed: ${end.stderr.replace(/^rg: /, '')}`);
}

function isUnreadableFile(stderr: string): boolean {
  return stderr.split('\n').every((line) => line.endsWith(')') && line.includes('(os error '));
}

function warningOf(end: RipgrepEnd, found: GrepFound, input: Input, timeoutS: number): string {
  const shownTo = input.offset + found.results.length;
  const warnings = [
    found.hasMore && `There is more: read on with offset ${shownTo}.`,
    end.how === 'enough' && `There are ${found.total} matches or more; the search was ended there.`,
    end.how === 'timeout' && `Stopped after ${timeoutS} s: there may be more. Narrow it down.`,
    end.exitCode === 2 && `Some files could not be read: ${end.stderr.slice(0, 500)}`,
  ];
  return warnings.filter((warning) => warning !== false).join(' ');
}
