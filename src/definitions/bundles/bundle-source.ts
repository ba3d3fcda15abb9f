/** From what an include says to the file of a bundle: by name, by `name:path`, by address or path. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { asPatchbayError } from '../../protocol/errors.ts';
import { nearestName } from '../agents/nearest-name.ts';
import { isAddress } from '../sources/address.ts';
import type { SourceResolver } from '../sources/source.ts';
import { bundleFileAt, type KnownBundle } from './bundle-places.ts';

export interface BundleSources {
  readonly cwd: string;
  /** False in an untrusted folder: nothing of it is read. */
  readonly trusted: boolean;
  readonly resolve: SourceResolver;
  readonly known: readonly KnownBundle[];
  /** The folder that `name:path` begins at, by the name of each bundle that was read. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** What is looked for, and from which folder paths begin. */
export interface Wanted {
  readonly uri: string;
  readonly alias?: string;
  readonly from: string;
  readonly isRemote: boolean;
}

export type Found =
  | { readonly kind: 'file'; readonly file: string; readonly isRemote: boolean }
  /** Nobody has this name yet; a bundle that is still to be read may. */
  | { readonly kind: 'unknown'; readonly message: string; readonly remedy: string }
  | { readonly kind: 'missing'; readonly message: string; readonly remedy: string };

/** At least two letters: one is a drive. */
const NAMESPACED = /^([\p{L}\p{N}][\p{L}\p{N}._-]+):(?![\\/])(.+)$/u;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** Never throws. */
export async function findBundle(wanted: Wanted, sources: BundleSources): Promise<Found> {
  const { uri, alias, from } = wanted;
  const named = byName(uri, sources) ?? (alias === undefined ? undefined : byName(alias, sources));
  // The person's own and ours are trusted wherever they are.
  const isOwn = named?.source === 'user' || named?.source === 'shipped';
  if (named)
    return fetched(named.uri, sources.cwd, wanted, { ...sources, trusted: sources.trusted || isOwn });
  if (isAddress(uri)) return fetched(uri, from, wanted, sources);
  const [, namespace = '', path = ''] = NAMESPACED.exec(uri) ?? [];
  if (namespace !== '') return inNamespace(namespace, path, wanted, sources);
  const found = await fetched(uri, from, wanted, sources);
  return found.kind === 'missing' && NAME.test(uri) ? noSuchName(uri, sources) : found;
}

function byName(name: string, { known }: BundleSources): KnownBundle | undefined {
  return known.find((each) => each.name === name);
}

async function inNamespace(
  namespace: string,
  path: string,
  wanted: Wanted,
  sources: BundleSources,
): Promise<Found> {
  const known = byName(namespace, sources);
  const root = sources.namespaces.get(namespace) ?? (known && (await rootOf(known, wanted, sources)));
  if (root === undefined) return noSuchName(namespace, sources);
  const inside = relative(root, resolve(root, path));
  if (isAbsolute(inside) || inside.split(sep)[0] === '..') {
    return {
      kind: 'missing',
      message: `"${wanted.uri}" leads out of its bundle.`,
      remedy: 'Write a path inside of it.',
    };
  }
  return fetched(resolve(root, path), root, wanted, sources);
}

async function rootOf(
  known: KnownBundle,
  wanted: Wanted,
  sources: BundleSources,
): Promise<string | undefined> {
  const found = await fetched(known.uri, sources.cwd, wanted, sources);
  return found.kind === 'file' ? dirname(found.file) : undefined;
}

async function fetched(uri: string, from: string, wanted: Wanted, sources: BundleSources): Promise<Found> {
  try {
    const withEnding = isAddress(uri) ? undefined : await bundleFileAt(resolve(from, uri));
    const { path, isRemote } = await sources.resolve(withEnding ?? uri, from);
    const file = await bundleFileAt(path);
    if (file === undefined) {
      const message = `There is no bundle in ${path}.`;
      return {
        kind: 'missing',
        message,
        remedy: 'It would be a file bundle.md, bundle.yaml or bundle.yml there.',
      };
    }
    if (!sources.trusted && !isRemote && isInside(file, sources.cwd)) {
      const message = `${file} is in a folder that is not trusted.`;
      return { kind: 'missing', message, remedy: 'Trust the folder, or keep the bundle elsewhere.' };
    }
    // What a fetched bundle has beside it came with it.
    return { kind: 'file', file, isRemote: isRemote || wanted.isRemote };
  } catch (thrown) {
    const { message, remedy = 'Correct the address.' } = asPatchbayError(thrown);
    return { kind: 'missing', message, remedy };
  }
}

function noSuchName(name: string, { known, namespaces }: BundleSources): Found {
  const names = [...new Set([...known.map((each) => each.name), ...namespaces.keys()])];
  const near = nearestName(name, names);
  const remedy = near === undefined ? `Known are: ${names.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
  return { kind: 'unknown', message: `There is no bundle "${name}".`, remedy };
}

function isInside(file: string, folder: string): boolean {
  const inside = relative(folder, file);
  return !isAbsolute(inside) && inside.split(sep)[0] !== '..';
}
