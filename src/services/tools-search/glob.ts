/** The tool `glob`: files by name, newest first (RT-50). */
import fs from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import * as z from 'zod/mini';
import { defineTool, type ToolContext, ToolFailure } from '../../sdk/index.ts';
import { deniedFilter, resolveForReading, shownFrom } from '../../sdk/paths.ts';
import { scopeArguments } from './exclusions.ts';
import { type FoundEntry, NewestFiles } from './newest-files.ts';
import { findRipgrep, runRipgrep } from './ripgrep.ts';
import { SearchConfig, TOOL_TIMEOUT_MS } from './search-config.ts';
import { searchFolder } from './search-folder.ts';
import { splitRecords } from './split-records.ts';

const MAX_MATCHES = 500;
const MAX_PATH_BYTES = 64 * 1024;
/** So many files are asked for their age at once. */
const STAT_BATCH = 64;

const Input = z.object({
  pattern: z
    .string()
    .check(
      z.describe(
        'The glob, relative to path: `**/*.ts`, `src/**/test_*.py`, `*.{json,yaml}`. `*` stays in one folder, `**` crosses folders.',
      ),
    ),
  path: z.optional(z.string()).check(z.describe('The folder to search; the working folder when left out.')),
  type: z
    ._default(z.enum(['file', 'dir', 'any']), 'file')
    .check(z.describe('What to find. Folders are found by the files in them.')),
  exclude: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Globs to leave out, as in .gitignore: `*.min.js`, `fixtures/`.')),
  include_ignored: z
    ._default(z.boolean(), false)
    .check(
      z.describe('Look into ignored folders too: node_modules, .git, dist, build, what .gitignore names, …'),
    ),
});

export const glob = defineTool({
  name: 'glob',
  description: `Finds files by name, newest first, at most ${MAX_MATCHES}. Use it instead of find or ls -R; to search what files contain use grep.
"*.ts" matches in the folder itself only; write "**/*.ts" for all folders below. Hidden files are found; what .gitignore names and folders such as node_modules are not, unless include_ignored is set. Paths in the answer are relative to the working folder.`,
  annotations: { read_only: true, destructive: false, idempotent: true, open_world: false },
  timeoutMs: TOOL_TIMEOUT_MS,
  input: Input,
  config: SearchConfig,
  async execute(input, context) {
    const { folder, pattern } = splitPattern(input.pattern, input.path ?? '.');
    const base = await resolveForReading(folder, context);
    await searchFolder(base);
    const matches = matcher(pattern);
    const found = new NewestFiles(MAX_MATCHES);
    const wanted = await entryFilter(base.real, matches, input.type, context);
    const records = splitRecords(0, MAX_PATH_BYTES);
    const end = await runRipgrep(
      {
        rgPath: await findRipgrep(context.config.rg_path),
        args: [
          '--files',
          '--null',
          ...scopeArguments(input.include_ignored),
          ...excludeArguments(input.exclude),
        ],
        cwd: base.real,
        environment: context.environment,
        timeoutMs: context.config.timeout_s * 1_000,
        signal: context.signal,
      },
      async (chunk) => {
        await addAll(
          found,
          records.push(chunk).flatMap(({ text }) => wanted(text)),
        );
        return true;
      },
    );
    if (end.exitCode === 2 && found.total === 0) throw new ToolFailure(`The search failed: ${end.stderr}`);
    const newest = found.newest();
    return {
      pattern: input.pattern,
      base_path: base.shown,
      total_files: found.total,
      count: newest.length,
      matches: newest.map(({ path: shown, type, size }) => ({ path: shown, type, size })),
      ...(end.how === 'timeout' && {
        warning: `Stopped after ${context.config.timeout_s} s: there may be more. Search in a folder further down.`,
      }),
    };
  },
});

/** A pattern may begin with a folder (`../x/*.ts`, an absolute path); that part is the path guard's business. */
function splitPattern(given: string, folder: string): { folder: string; pattern: string } {
  // On Windows a backslash is taken for a separator: paths are written so more often than escapes.
  const pattern = path.sep === '\\' ? given.replaceAll('\\', '/') : given;
  const { base, glob: rest } = picomatch.scan(pattern);
  const leadsElsewhere = path.isAbsolute(base) || /^(~|\.\.)(?=$|[\\/])/.test(base);
  if (!leadsElsewhere) return { folder, pattern: pattern.replace(/^(\.\/)+/, '') };
  const start = path.isAbsolute(base) || base.startsWith('~') ? base : path.join(folder, base);
  if (rest !== '') return { folder: start, pattern: rest };
  return { folder: path.dirname(start), pattern: path.basename(start) };
}

function matcher(pattern: string): (relative: string) => boolean {
  if (pattern.trim() === '') throw new ToolFailure('The pattern is empty. Give a glob such as "**/*.ts".');
  return picomatch(pattern, { dot: true });
}

function excludeArguments(exclude: readonly string[]): string[] {
  return exclude.flatMap((entry) => ['--glob', `!${entry.replace(/^!/, '')}`]);
}

interface Candidate {
  readonly real: string;
  readonly shown: string;
  readonly type: 'file' | 'dir';
}

/** From a path as ripgrep gives it to what of it was asked for: the file, the folders it is in, or none. */
async function entryFilter(
  base: string,
  matches: (relative: string) => boolean,
  type: 'file' | 'dir' | 'any',
  context: ToolContext<SearchConfig>,
): Promise<(relative: string) => Candidate[]> {
  const isReadable = await deniedFilter(context);
  const shown = await shownFrom(context);
  const seen = new Set<string>();
  const candidate = (relative: string, kind: 'file' | 'dir'): Candidate[] => {
    if (!matches(relative)) return [];
    const real = path.join(base, relative);
    return isReadable(real) ? [{ real, shown: shown(real), type: kind }] : [];
  };
  return (relative) => {
    const found = type === 'dir' ? [] : candidate(relative, 'file');
    if (type === 'file') return found;
    for (
      let folder = path.posix.dirname(relative);
      folder !== '.' && !seen.has(folder);
      folder = path.posix.dirname(folder)
    ) {
      seen.add(folder);
      found.push(...candidate(folder, 'dir'));
    }
    return found;
  };
}

async function addAll(found: NewestFiles, candidates: readonly Candidate[]): Promise<void> {
  for (let from = 0; from < candidates.length; from += STAT_BATCH) {
    const batch = candidates.slice(from, from + STAT_BATCH);
    for (const entry of await Promise.all(batch.map(lookedUp))) if (entry) found.add(entry);
  }
}

/** Undefined when the file went away meanwhile. */
async function lookedUp({ real, shown, type }: Candidate): Promise<FoundEntry | undefined> {
  const stats = await fs.lstat(real).catch(() => undefined);
  return stats && { path: shown, type, size: stats.size, mtimeMs: stats.mtimeMs };
}
