/** From an address, or a registered name, to the file or folder on this machine (DL-12). */
import { stat } from 'node:fs/promises';
import { PatchbayError } from '../../protocol/errors.ts';
import type { RemoteAddress } from './address.ts';
import type { CachedSource } from './cache.ts';
import { createFetcher, type Fetcher, type SourceOptions } from './fetcher.ts';
import { placeInside, refuseLinksOut } from './inside.ts';
import { type Named, nameFrom } from './naming.ts';
import { isRegistryName, readRegistry } from './registry.ts';
import type { ResolvedSource, SourceResolver } from './source.ts';
import { refuseUntrusted } from './trust.ts';

/**
 * What is cached is used without network, and stays as it is until `update`; what is not is fetched, once for an
 * address however often it is asked for. A name that is registered stands for its address; `./name` is a path.
 */
export function createSourceResolver(options: SourceOptions): SourceResolver {
  const fetcher = createFetcher(options);
  return (uri, from) => resolveSource(uri, from, options, fetcher);
}

/** As a SourceResolver, with a fetcher that others use as well. */
export async function resolveSource(
  uri: string,
  from: string,
  options: SourceOptions,
  fetcher: Fetcher,
): Promise<ResolvedSource> {
  const { home } = options;
  const registered = isRegistryName(uri) ? (await readRegistry(home)).get(uri) : undefined;
  // What the person registered is theirs, whoever names it.
  const named =
    registered === undefined ? await nameFrom(home, uri, from) : await nameFrom(home, registered, home);
  switch (named.kind) {
    case 'remote': {
      const cached = await fetcher.get(named.address);
      return { uri, path: await placeOf(named.address, cached), isRemote: true, version: cached.version };
    }
    case 'beside': {
      const { root, version } = named.owner;
      const path = await placeInside(root, named.path, named.owner.uri);
      return { uri, path, isRemote: true, ...(version !== undefined && { version }) };
    }
    case 'local':
      return { uri, path: await localPlace(named, uri, options), isRemote: false };
    default:
      return named satisfies never;
  }
}

/** Where what an address names lies in what was fetched. @throws PatchbayError `config` when it is not there or leads out */
export async function placeOf(address: RemoteAddress, cached: CachedSource): Promise<string> {
  if (address.kind === 'file') return cached.path;
  const { uri, root } = cached;
  if (address.subdirectory !== undefined) return placeInside(root, address.subdirectory, uri);
  await refuseLinksOut(root, uri);
  return root;
}

async function localPlace(
  { path, subdirectory }: Extract<Named, { kind: 'local' }>,
  uri: string,
  { untrusted = [] }: SourceOptions,
): Promise<string> {
  await refuseUntrusted(path, untrusted);
  await requirePath(path, uri);
  return subdirectory === undefined ? path : placeInside(path, subdirectory, uri);
}

async function requirePath(path: string, uri: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const said = uri === path ? '' : `, which "${uri}" names`;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    const text = isMissing ? `There is no ${path}${said}.` : `${path} cannot be read: ${message}.`;
    throw new PatchbayError('config', text, {
      remedy: 'Correct the path, or write an address such as git+https://… or https://…',
      cause,
    });
  }
}
