/** `discover`: the agents, behaviors and bundles in a folder or behind an address, without registering any (DL-14). */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { parseAddress } from './address.ts';
import { ownerOf } from './cache.ts';
import { createFetcher, type Fetcher, type SourceOptions } from './fetcher.ts';
import { type DefinitionKind, recogniseDefinition } from './recognise.ts';
import { resolveSource } from './resolver.ts';

export interface DiscoveredDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** One line; empty when there is none. */
  readonly description: string;
  /** Absolute. */
  readonly file: string;
  /** What names this one definition elsewhere. */
  readonly address: string;
}

export interface Discovery {
  /** The file or folder that was looked through; absolute. */
  readonly path: string;
  readonly found: readonly DiscoveredDefinition[];
  readonly diagnostics: readonly Diagnostic[];
}

const DEEPEST = 8;
const MOST_FILES = 5_000;
const LARGEST_BYTES = 1024 * 1024;
const OPEN_FOLDERS = ['.amplifier', '.claude', '.github', '.agents'];
const CLOSED_FOLDERS = ['node_modules', '__pycache__', 'venv'];
const KINDS: readonly DefinitionKind[] = ['bundle', 'behavior', 'agent'];

/**
 * @param uri a folder, an address or a registered name; what is remote is fetched into the cache
 * @param from the absolute folder that a relative path is of
 * @throws PatchbayError `config` when it cannot be had, `cancelled`
 */
export async function discoverDefinitions(
  options: SourceOptions,
  uri: string,
  from: string,
  fetcher: Fetcher = createFetcher(options),
): Promise<Discovery> {
  const { path } = await resolveSource(uri, from, options, fetcher);
  const isFolder = (await stat(path)).isDirectory();
  const listed = isFolder ? await filesBelow(path) : { files: [path], isAll: true };
  const looked = await Promise.all(listed.files.map(lookAt));
  const addressOf = await addressing(options.home, path);
  const found = looked.flatMap(({ definition }) =>
    definition ? [{ ...definition, address: addressOf(definition.file) }] : [],
  );
  const order = (each: DiscoveredDefinition) => `${KINDS.indexOf(each.kind)} ${each.name} ${each.file}`;
  return {
    path,
    found: found.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    diagnostics: [
      ...looked.flatMap(({ diagnostics }) => diagnostics),
      ...(listed.isAll ? [] : [tooMany(path)]),
    ],
  };
}

async function lookAt(file: string): Promise<{
  definition?: Omit<DiscoveredDefinition, 'address'> | undefined;
  diagnostics: readonly Diagnostic[];
}> {
  try {
    if ((await stat(file)).size > LARGEST_BYTES) return { diagnostics: [] };
    return recogniseDefinition(file, await readFile(file, 'utf8'));
  } catch (error) {
    const message = `Cannot be read: ${(error as Error).message}.`;
    return { diagnostics: [{ file, message, remedy: 'Make the file readable or remove it.' }] };
  }
}

/** Files that may be definitions. Symbolic links are not followed. */
async function filesBelow(root: string): Promise<{ files: string[]; isAll: boolean }> {
  const files: string[] = [];
  let folders = [root];
  for (let depth = 0; depth < DEEPEST && folders.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(folder, { withFileTypes: true });
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && isOpen(entry.name)) below.push(path);
        else if (entry.isFile() && /\.(?:md|ai|ya?ml)$/i.test(entry.name)) files.push(path);
        if (files.length > MOST_FILES) return { files: files.slice(0, MOST_FILES), isAll: false };
      }
    }
    folders = below;
  }
  return { files, isAll: true };
}

function isOpen(name: string): boolean {
  return name.startsWith('.') ? OPEN_FOLDERS.includes(name) : !CLOSED_FOLDERS.includes(name);
}

/** How the files of a source are addressed, each by itself. */
async function addressing(home: string, path: string): Promise<(file: string) => string> {
  const owner = await ownerOf(home, path);
  if (!owner) return (file) => file;
  if (parseAddress(owner.uri).kind === 'file') return () => owner.uri;
  return (file) => {
    const inside = join(relative(owner.root, owner.place), relative(path, file));
    return `${owner.uri}#subdirectory=${inside.split(sep).map(encodeURIComponent).join('/')}`;
  };
}

function tooMany(path: string): Diagnostic {
  return {
    file: path,
    severity: 'warning',
    message: `There are more than ${MOST_FILES} files in ${basename(path)}; the rest was not looked at.`,
    remedy: 'Name a folder below it.',
  };
}
