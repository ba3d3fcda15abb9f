/**
 * Node's own permission flags: what it may do beyond its code is refused by Node itself. Which flags a Node knows
 * is asked of the very program that will run, as it may be another than the host's.
 */
import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { Environment } from '../../definitions/environment.ts';
import type { ProcessSpec } from '../../definitions/service-spec.ts';
import type { Permissions } from '../../protocol/manifest.ts';

/** What a Node can hold a service to. */
export interface NodeHolds {
  /** `--permission`, before 22.13 `--experimental-permission`. */
  readonly flag: string;
  /** Whether it can keep a service from the network (since Node 25). */
  readonly network: boolean;
}

const SWITCHES = ['--permission', '--experimental-permission'];
const PROBE = `JSON.stringify({
  holds: process.permission?.has('fs.read', process.cwd()) === false,
  network: process.allowedNodeEnvironmentFlags.has('--allow-net'),
})`;
const PROBE_MS = 10_000;
const Answer = z.object({ holds: z.boolean(), network: z.boolean() });

const execute = promisify(execFile);

const probed = new Map<string, Promise<NodeHolds | undefined>>();

/** Undefined for a program that does not hold anything: an old Node, or none. Each that does is asked once. */
export function nodeHolds(program: string, env: Environment): Promise<NodeHolds | undefined> {
  const key = JSON.stringify([program, env.PATH ?? env.Path]);
  const known = probed.get(key) ?? probe(program, env);
  probed.set(key, known);
  void known.then((holds) => {
    if (!holds) probed.delete(key);
  });
  return known;
}

async function probe(program: string, env: Environment): Promise<NodeHolds | undefined> {
  for (const flag of SWITCHES) {
    const { holds, network } = await answerOf(program, flag, env);
    if (holds) return { flag, network };
  }
  return undefined;
}

async function answerOf(program: string, flag: string, env: Environment) {
  try {
    const { stdout } = await execute(program, [flag, '-p', PROBE], {
      env,
      timeout: PROBE_MS,
      windowsHide: true,
    });
    return Answer.parse(JSON.parse(stdout));
  } catch {
    // It does not know the flag, is not there, or is no Node.
    return { holds: false, network: false };
  }
}

/**
 * Whether a command runs a Node that we may put flags before. One that brings permission flags of its own, or has
 * them in its environment, could widen ours: it is not held, and the person is told.
 */
export function isNode({ command: [program, ...args], env }: Pick<ProcessSpec, 'command' | 'env'>): boolean {
  if (program !== execPath && !/^node(\.exe)?$/i.test(program ?? '')) return false;
  const own = [...args, env.NODE_OPTIONS ?? ''].join(' ');
  return !/--(allow-|permission|experimental-permission|no-permission)/.test(own);
}

export interface Held {
  readonly permissions: Permissions;
  /** The service's own files, which it may always read, with their folders and packages. */
  readonly files: readonly string[];
  /** The files its own files import, wherever they are. */
  readonly imported: readonly string[];
  /** What paths in the permissions are relative to. */
  readonly folder: string;
}

/** The flags for exactly these permissions. */
export async function permissionFlags(holds: NodeHolds, held: Held): Promise<string[]> {
  const { permissions, folder } = held;
  const asked = (paths: readonly string[] = []) => paths.flatMap((path) => patterns(absolute(path, folder)));
  const reads = [...(await ownCode(held)), ...asked(permissions.read)];
  return [
    holds.flag,
    ...[...new Set(reads)].map((path) => `--allow-fs-read=${path}`),
    ...[...new Set(asked(permissions.write))].map((path) => `--allow-fs-write=${path}`),
    // Threads and native code are as little held as programs are: one word stands for all three.
    ...(permissions.child_processes ? ['--allow-child-process', '--allow-worker', '--allow-addons'] : []),
    ...(holds.network && (permissions.network ?? []).length > 0 ? ['--allow-net'] : []),
  ];
}

/** A path of a manifest: `~/…` is the person's, anything else relative to the session's folder. `*` stays. */
export function absolute(path: string, folder: string): string {
  if (path === '*') return path;
  return path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path);
}

/** The folder itself and all in it, also when it is still to be made. */
function patterns(path: string): string[] {
  return path === '*' ? [path] : [path, join(path, '*')];
}

async function ownCode({ files, imported }: Held): Promise<string[]> {
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  const own = [...files, ...real].flatMap((file) => [file, join(dirname(file), '*')]);
  const above = new Set([...files, ...real, ...imported].flatMap((file) => foldersAbove(dirname(file))));
  const packages = await Promise.all([...above].map(packagesIn));
  return [...own, ...imported, ...packages.flat()];
}

/** What Node reads of a folder on its way up, looking for a package. */
async function packagesIn(folder: string): Promise<string[]> {
  const [modules, description] = [join(folder, 'node_modules'), join(folder, 'package.json')];
  const [hasModules, hasDescription] = await Promise.all([modules, description].map(exists));
  return [...(hasModules ? patterns(modules) : []), ...(hasDescription ? [description] : [])];
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
