/**
 * The guard of every path a tool is given (DL-16): resolved against the session's folder, symbolic links
 * followed (also those of the folders above a file that is yet to be), and held to the allowed folders.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import { platform as platformName } from 'node:process';
import * as z from 'zod/mini';
import { type ToolContext, ToolFailure } from './define.ts';
import { absolutePath, isForeignShare, isInside, pathPlatform, shownPath } from './path-syntax.ts';

/** The settings of every tool that touches files. Entries are relative to the session's folder, or start with `~/`. */
export const PathConfig = z.object({
  allowed_read_paths: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Files and folders outside the session folder that may be read.')),
  allowed_write_paths: z
    ._default(z.array(z.string()), ['.'])
    .check(z.describe('Files and folders that may be written (and read).')),
  denied_read_paths: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Files and folders that are never read, whatever else is allowed.')),
  denied_write_paths: z
    ._default(z.array(z.string()), [])
    .check(z.describe('Files and folders that are never written, whatever else is allowed.')),
});
export type PathConfig = z.infer<typeof PathConfig>;

/** What of a tool's context the guard looks at. */
export type PathContext = Pick<ToolContext<PathConfig>, 'cwd' | 'environment' | 'config'>;

export interface GuardedPath {
  /** Absolute and free of symbolic links: the path to work with, and no other. */
  readonly real: string;
  /** For people and models: relative to the session's folder where it is inside. */
  readonly shown: string;
}

/** @throws ToolFailure naming the path and the setting to change, when it may not be read. */
export function resolveForReading(given: string, context: PathContext): Promise<GuardedPath> {
  return resolve(given, context, readRules(context.config));
}

/** @throws ToolFailure naming the path and the setting to change, when it may not be written. */
export function resolveForWriting(given: string, context: PathContext): Promise<GuardedPath> {
  const { allowed_write_paths: allowed, denied_write_paths: denied } = context.config;
  return resolve(given, context, { verb: 'written', setting: 'write_paths', allowed, denied });
}

/** Whether a path found below a guarded folder may be shown: false for what is denied. Takes real paths. */
export async function deniedFilter(context: PathContext): Promise<(real: string) => boolean> {
  const denied = await bothSpellings(context.config.denied_read_paths, context);
  return (real) => !denied.some((entry) => isInside(entry, real, platform));
}

/** A path as it is shown to people and models; takes real paths. */
export async function shownFrom(context: Pick<PathContext, 'cwd'>): Promise<(real: string) => string> {
  const cwd = await realPath(context.cwd, context.cwd);
  return (real) => shownPath(real, cwd, platform);
}

interface Rules {
  readonly verb: 'read' | 'written';
  readonly setting: 'read_paths' | 'write_paths';
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

const platform = pathPlatform(platformName);
/** As many links as Linux follows before it gives up. */
const MAX_LINKS = 40;

function readRules(config: PathConfig): Rules {
  return {
    verb: 'read',
    setting: 'read_paths',
    allowed: ['.', ...config.allowed_read_paths, ...config.allowed_write_paths],
    denied: config.denied_read_paths,
  };
}

async function resolve(given: string, context: PathContext, rules: Rules): Promise<GuardedPath> {
  const lexical = absolutePath(given, folders(context), platform);
  const roots = rules.allowed.map((entry) => absolutePath(entry, folders(context), platform));
  if (isForeignShare(lexical, [context.cwd, ...roots], platform)) throw outside(given, lexical, rules, roots);
  const real = await realPath(lexical, given);
  const denied = await bothSpellings(rules.denied, context);
  if (denied.some((entry) => isInside(entry, real, platform) || isInside(entry, lexical, platform))) {
    throw new ToolFailure(
      `"${given}" may not be ${rules.verb}: it is denied by "denied_${rules.setting}" in the settings. ` +
        'Leave it alone, or ask the person to change that setting.',
    );
  }
  const allowed = await Promise.all(roots.map((root) => realPath(root, root)));
  if (!allowed.some((entry) => isInside(entry, real, platform))) throw outside(given, real, rules, roots);
  const isBelow = isInside(context.cwd, lexical, platform);
  return {
    real,
    shown: isBelow ? shownPath(lexical, context.cwd, platform) : (await shownFrom(context))(real),
  };
}

function outside(given: string, target: string, rules: Rules, roots: readonly string[]): ToolFailure {
  const leads = target === given ? `"${given}" is` : `"${given}" leads to ${target}, which is`;
  return new ToolFailure(
    `${leads} outside the folders that may be ${rules.verb} (${roots.join(', ') || 'none'}). ` +
      `Use a path inside them, or ask the person to add it to "allowed_${rules.setting}" in the settings.`,
  );
}

/** Entries of a setting as they are written and with their links followed: either is denied. */
async function bothSpellings(entries: readonly string[], context: PathContext): Promise<string[]> {
  const lexical = entries.map((entry) => absolutePath(entry, folders(context), platform));
  return [...lexical, ...(await Promise.all(lexical.map((entry) => realPath(entry, entry))))];
}

function folders({ cwd, environment }: PathContext): { cwd: string; home: string } {
  return { cwd, home: environment.HOME ?? environment.USERPROFILE ?? os.homedir() };
}

/** Follows every link of a path whose last parts may not exist yet. `given` names it in errors. */
async function realPath(target: string, given: string, links = MAX_LINKS): Promise<string> {
  try {
    return await fs.realpath(target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw unreachable(error as NodeJS.ErrnoException, given);
  }
  const parent = platform.path.dirname(target);
  if (parent === target) return target;
  const realParent = await realPath(parent, given, links);
  const place = platform.path.join(realParent, platform.path.basename(target));
  const link = await linkTarget(place);
  if (link === undefined) return place;
  if (links === 0) throw circle(given);
  return realPath(platform.path.resolve(realParent, link), given, links - 1);
}

/** Where a link leads that leads to nothing; undefined when there is no link. */
async function linkTarget(place: string): Promise<string | undefined> {
  try {
    return await fs.readlink(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // No link, or nothing at all. Windows answers UNKNOWN for what is no link.
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return undefined;
    throw unreachable(error as NodeJS.ErrnoException, place);
  }
}

function unreachable(error: NodeJS.ErrnoException, given: string): ToolFailure {
  switch (error.code) {
    case 'ELOOP':
      return circle(given);
    case 'ENOTDIR':
      return new ToolFailure(`"${given}" goes through a file as if it were a folder.`);
    case 'EACCES':
    case 'EPERM':
      return new ToolFailure(`"${given}" cannot be reached: permission denied.`);
    case 'ENAMETOOLONG':
      return new ToolFailure('The path is longer than the system allows.');
    default:
      return new ToolFailure(`"${given}" cannot be reached: ${error.message}`);
  }
}

function circle(given: string): ToolFailure {
  return new ToolFailure(`"${given}" cannot be reached: its symbolic links go in a circle.`);
}
