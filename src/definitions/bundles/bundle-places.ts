/** Where bundles are that are known by a name: of the project, the person, the product, and those that were added. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Diagnostic } from '../diagnostic.ts';
import { readKnownYaml } from '../yaml-cache.ts';
import { nameOfBundle } from './read-bundle.ts';

/** First match wins. */
export const BUNDLE_SOURCES = ['project', 'user', 'added', 'shipped'] as const;
export type BundleSource = (typeof BUNDLE_SOURCES)[number];

export interface BundlePlaces {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  readonly cwd: string;
  readonly productFolder: string;
  /** False in an untrusted folder: nothing of it is read. */
  readonly trusted: boolean;
  /** Sources by name, of the setting `bundle.added`. */
  readonly added: Readonly<Record<string, string>>;
}

export interface KnownBundle {
  readonly name: string;
  readonly source: BundleSource;
  /** Absolute path; of added ones the address. */
  readonly uri: string;
}

/** Ids of definitions by alias; an id is the name of a file and no path. */
const Registry = z.record(z.string(), z.string().check(z.regex(/^[^\\/]+$/)));

const ENDINGS = ['.md', '.yaml', '.yml'];

/** In order of precedence; of one name only the first is used. */
export async function knownBundles(
  places: BundlePlaces,
): Promise<{ bundles: KnownBundle[]; diagnostics: Diagnostic[] }> {
  const { home, cwd, productFolder, trusted } = places;
  const [project, user, shipped] = await Promise.all([
    trusted ? bundlesIn(join(cwd, '.amplifier', 'bundles'), 'project') : nothing(),
    bundlesIn(join(home, 'bundles'), 'user'),
    bundlesIn(join(productFolder, 'agents', 'bundles'), 'shipped'),
  ]);
  const registered = await registeredBundles(home);
  const added = Object.entries({ ...registered.uris, ...places.added }).map(
    ([name, uri]): KnownBundle => ({ name, source: 'added', uri }),
  );
  return {
    bundles: [...project.bundles, ...user.bundles, ...added, ...shipped.bundles],
    diagnostics: [project, user, registered, shipped].flatMap(({ diagnostics }) => diagnostics),
  };
}

/** Aliases of amplifier-ipc's registry: `agents.yaml` and `behaviors.yaml` name files in `definitions/`. */
async function registeredBundles(
  home: string,
): Promise<{ uris: Record<string, string>; diagnostics: Diagnostic[] }> {
  const reads = await Promise.all(['behaviors.yaml', 'agents.yaml'].map((name) => registry(home, name)));
  return {
    uris: Object.fromEntries(reads.flatMap(({ files }) => files)),
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The files of the agents that are registered, each once. What is wrong with the list, `knownBundles` tells. */
export async function registeredAgentFiles(home: string): Promise<string[]> {
  const { files } = await registry(home, 'agents.yaml');
  return [...new Set(files.map(([, file]) => file))];
}

async function registry(home: string, name: string) {
  const { value = {}, diagnostics } = await readKnownYaml(join(home, name), Registry);
  const files = Object.entries(value).map(
    ([alias, id]) => [alias, join(home, 'definitions', `${id}.yaml`)] as const,
  );
  return { files, diagnostics };
}

/** The file of a bundle that a path means: itself, with an ending left out, or the bundle of a folder. */
export async function bundleFileAt(path: string): Promise<string | undefined> {
  if (await isFile(path)) return path;
  return (await bundleFileIn(path)) ?? firstFile(ENDINGS.map((ending) => `${path}${ending}`));
}

function bundleFileIn(folder: string): Promise<string | undefined> {
  return firstFile(ENDINGS.map((ending) => join(folder, `bundle${ending}`)));
}

async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(candidates.map(isFile));
  return candidates.find((_, index) => found[index]);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function bundlesIn(folder: string, source: BundleSource) {
  const none = await nothing();
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = await Promise.all(
      entries.map(async (entry) => {
        const path = join(folder, entry.name);
        // A link may lead to a folder.
        if (ENDINGS.some((ending) => entry.name.endsWith(ending))) return path;
        return entry.isFile() ? undefined : bundleFileIn(path);
      }),
    );
    const bundles = files
      .filter((file) => file !== undefined)
      .sort()
      .map((file): KnownBundle => ({ name: nameOfBundle(file), source, uri: file }));
    return { ...none, bundles };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return none;
    const fault = {
      file: folder,
      message: `Cannot be listed: ${message}.`,
      remedy: 'Make the folder readable.',
    };
    return { ...none, diagnostics: [fault] };
  }
}

async function nothing(): Promise<{ bundles: KnownBundle[]; diagnostics: Diagnostic[] }> {
  return { bundles: [], diagnostics: [] };
}
