/**
 * What was fetched, below `<home>/definitions/`: one index file for each source, which names the folder with its
 * content. Content is never changed, only replaced by naming another folder.
 *
 *     sources/<key>.json               uri, version, time, name of the content
 *     content/<key>/<version>-<id>/    a repository's files, or the one file
 *     tmp/<id>/                        being fetched
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import { PatchbayError } from '../../protocol/errors.ts';
import { isInside } from './inside.ts';
import { moveTo, replaceFile } from './replace.ts';

const IndexEntry = z.object({
  uri: z.string(),
  /** Commit, or sha256 of the file. */
  version: z.string(),
  fetched_at: z.iso.datetime(),
  content: z.string().check(z.regex(/^[\w-]+$/)),
  /** Name of the file when the source is one. */
  file: z.optional(
    z.string().check(
      z.regex(/^[\w.-]+$/),
      z.refine((name) => !/^\.+$/.test(name)),
    ),
  ),
});

const ABANDONED_MS = 24 * 60 * 60 * 1000;

export interface CachedSource {
  /** See `fetchedAs`. */
  readonly uri: string;
  readonly version: string;
  /** ISO 8601. */
  readonly fetchedAt: string;
  /** Absolute: the folder that holds all of it. */
  readonly root: string;
  /** Absolute: the file, or the same folder. */
  readonly path: string;
}

/** What a fetch left in the folder it was given. */
export interface Fetched {
  readonly version: string;
  readonly file?: string;
}

/** A folder that nobody else knows; it goes when it is disposed of without having been kept. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  /** Makes its content the source's, from now on and for everybody. */
  keep(uri: string, fetched: Fetched): Promise<CachedSource>;
}

export function definitionsFolder(home: string): string {
  return join(home, 'definitions');
}

/** Undefined when it was not fetched yet. @throws PatchbayError `config` when its index file is damaged. */
export async function findCached(home: string, uri: string): Promise<CachedSource | undefined> {
  const found = await readEntry(home, keyOf(uri));
  return found && (await exists(found.path)) ? found : undefined;
}

/** All that was fetched, by address. @throws PatchbayError `config` when an index file is damaged. */
export async function listCached(home: string): Promise<CachedSource[]> {
  const names = await namesIn(join(definitionsFolder(home), 'sources'));
  const keys = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const found = await Promise.all(keys.map((key) => readEntry(home, key)));
  return found.filter((each) => each !== undefined).sort((a, b) => (a.uri < b.uri ? -1 : 1));
}

export interface Owner {
  /** See `fetchedAs`. */
  readonly uri: string;
  /** Absolute, without symbolic links: the folder with all that was fetched. */
  readonly root: string;
  /** Absolute, without symbolic links: what was asked about. */
  readonly place: string;
  /** Absent when other content has taken its place. */
  readonly version?: string;
}

/**
 * The source that a folder or file came with; undefined when it was not fetched.
 * @throws PatchbayError `config` when it was uninstalled meanwhile: what it may name is not known any more
 */
export async function ownerOf(home: string, path: string): Promise<Owner | undefined> {
  const content = join(definitionsFolder(home), 'content');
  const [folder, place] = await Promise.all([content, path].map(realOrAsGiven));
  if (!isInside(place!, folder!) && !isInside(path, content)) return undefined;
  const [key = '', name = ''] = relative(folder!, place!).split(sep);
  const entry = await readEntry(home, key);
  if (!entry || name === '') {
    throw new PatchbayError('config', `${path} does not belong to any source that was fetched.`, {
      remedy: 'It was uninstalled meanwhile: install it again.',
    });
  }
  const { uri, version } = entry;
  const isNewest = basename(entry.root) === name;
  return { uri, root: join(folder!, key, name), place: place!, ...(isNewest && { version }) };
}

function realOrAsGiven(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

export async function openStage(home: string): Promise<Stage> {
  const id = randomUUID();
  const stages = join(definitionsFolder(home), 'tmp');
  const folder = join(stages, id);
  await mkdir(folder, { recursive: true });
  await removeAbandoned(stages);
  return {
    folder,
    async keep(uri, { version, file }) {
      const key = keyOf(uri);
      const before = await readEntry(home, key);
      const content = `${version.slice(0, 12)}-${id.slice(0, 8)}`;
      const root = contentFolder(home, key, content);
      await mkdir(contentFolder(home, key), { recursive: true });
      await moveTo(folder, root);
      const index = { uri, version, fetched_at: new Date().toISOString(), content, file };
      await mkdir(join(definitionsFolder(home), 'sources'), { recursive: true });
      await replaceFile(indexFile(home, key), `${JSON.stringify(index, undefined, 2)}\n`);
      // The one before stays: a turn that runs may still read it.
      await prune(home, key, [root, before?.root]);
      return cachedSource(home, key, index);
    },
    [Symbol.asyncDispose]: () => removeFolder(folder),
  };
}

/** False when there was nothing. */
export async function removeCached(home: string, uri: string): Promise<boolean> {
  const key = keyOf(uri);
  const isThere = await exists(indexFile(home, key));
  await rm(indexFile(home, key), { force: true });
  await removeFolder(contentFolder(home, key));
  return isThere;
}

/** What a process left that was killed; no fetch takes so long. */
async function removeAbandoned(stages: string): Promise<void> {
  const before = Date.now() - ABANDONED_MS;
  for (const name of await namesIn(stages)) {
    const found = await stat(join(stages, name)).catch(() => undefined);
    if (found && found.mtimeMs < before) await removeFolder(join(stages, name));
  }
}

async function prune(home: string, key: string, kept: readonly (string | undefined)[]): Promise<void> {
  const names = await namesIn(contentFolder(home, key));
  const folders = names.map((name) => contentFolder(home, key, name));
  await Promise.all(folders.filter((folder) => !kept.includes(folder)).map(removeFolder));
}

async function readEntry(home: string, key: string): Promise<CachedSource | undefined> {
  const file = indexFile(home, key);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return cachedSource(home, key, IndexEntry.parse(JSON.parse(text)));
  } catch (cause) {
    throw new PatchbayError('config', `${file} is damaged: it does not say what was fetched.`, {
      remedy: 'Delete it; what it stood for is fetched again when it is next used.',
      cause,
    });
  }
}

function cachedSource(home: string, key: string, entry: z.infer<typeof IndexEntry>): CachedSource {
  const { uri, version, content, file, fetched_at: fetchedAt } = entry;
  const root = contentFolder(home, key, content);
  return { uri, version, fetchedAt, root, path: file === undefined ? root : join(root, file) };
}

function keyOf(uri: string): string {
  return createHash('sha256').update(uri).digest('hex').slice(0, 24);
}

function indexFile(home: string, key: string): string {
  return join(definitionsFolder(home), 'sources', `${key}.json`);
}

function contentFolder(home: string, key: string, ...content: string[]): string {
  return join(definitionsFolder(home), 'content', key, ...content);
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
