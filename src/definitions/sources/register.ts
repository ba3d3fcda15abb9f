/** `register`, `install`, `unregister`, `uninstall`: names come and go, and with the latter what was fetched (DL-14). */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PatchbayError } from '../../protocol/errors.ts';
import { type Address, parseAddress } from './address.ts';
import { findCached, removeCached } from './cache.ts';
import { createFetcher, type SourceOptions } from './fetcher.ts';
import { changeRegistry, isRegistryName, readRegistry, registryFile, unknownName } from './registry.ts';
import { resolveSource } from './resolver.ts';
import type { ResolvedSource } from './source.ts';
import { namesOf, servedBy } from './update.ts';

export interface Registration {
  readonly name: string;
  /** As it stands in the registry: paths are absolute there. */
  readonly uri: string;
  /** False when it was registered like that already. */
  readonly isNew: boolean;
}

export interface NamedAddress {
  readonly uri: string;
  /** Absent: what the address suggests. */
  readonly name?: string;
  /** The absolute folder that a relative path is of. */
  readonly from: string;
}

export interface Removal {
  readonly names: readonly string[];
  /** What was fetched, now gone from the cache. */
  readonly removed?: string;
  /** Names that still lead to what was fetched; it stays for them. */
  readonly keptFor: readonly string[];
}

/**
 * Gives an address a name. A path has to exist; anything else is fetched when it is first used.
 * @throws PatchbayError `config`
 */
export async function registerSource(options: SourceOptions, given: NamedAddress): Promise<Registration> {
  const registration = await plan(options.home, given);
  if (parseAddress(registration.uri).kind === 'path') {
    await resolveSource(registration.uri, given.from, options, createFetcher(options));
  }
  await put(options.home, registration);
  return registration;
}

/**
 * Fetches what an address names and registers it; a name that is registered is only fetched.
 * @throws PatchbayError `config`, `cancelled`: nothing is registered then
 */
export async function installSource(
  options: SourceOptions,
  given: NamedAddress,
): Promise<Registration & { readonly source: ResolvedSource }> {
  const { home } = options;
  const known = (await readRegistry(home)).get(given.uri);
  const registration =
    known !== undefined && given.name === undefined
      ? { name: given.uri, uri: known, isNew: false }
      : await plan(home, known === undefined ? given : { ...given, uri: known });
  const source = await resolveSource(registration.uri, given.from, options, createFetcher(options));
  await put(home, registration);
  return { ...registration, source };
}

/** Removes the name, or all names of an address. What was fetched stays. @throws PatchbayError `config` when there is none */
export async function unregisterSource(home: string, nameOrUri: string): Promise<readonly string[]> {
  const names = namesMeant(nameOrUri, await readRegistry(home));
  if (names.length === 0) throw unknownName(nameOrUri, (await readRegistry(home)).keys());
  for (const name of names) await changeRegistry(home, name, undefined);
  return names;
}

/** Removes names and what was fetched for them. @throws PatchbayError `config` when there is neither */
export async function uninstallSource(home: string, nameOrUri: string): Promise<Removal> {
  const registry = await readRegistry(home);
  const names = namesMeant(nameOrUri, registry);
  const uri = servedBy(registry.get(nameOrUri) ?? nameOrUri);
  const cached = uri === undefined ? undefined : await findCached(home, uri);
  if (names.length === 0 && !cached) throw unknownName(nameOrUri, registry.keys());
  for (const name of names) await changeRegistry(home, name, undefined);
  const keptFor = uri === undefined ? [] : namesOf(uri, registry).filter((name) => !names.includes(name));
  if (uri === undefined || keptFor.length > 0 || !cached) return { names, keptFor };
  await removeCached(home, uri);
  return { names, removed: uri, keptFor };
}

/** What an address is called unless the person says otherwise; undefined when it suggests nothing. */
export function suggestedName(address: Address): string | undefined {
  const parts = nameParts(address).map((part) => part.replace(/\.git$/i, ''));
  const last = (parts.at(-1) ?? '').replace(/(?:\.agent)?\.(?:md|ya?ml|ai|json)$/i, '');
  // Every bundle's file may be called that.
  const name = /^bundle$/i.test(last) && parts.length > 1 ? parts.at(-2)! : last;
  const plain = name.replace(/[^\w.-]+/g, '-').replace(/^[^a-z0-9]+|[^\w]+$/gi, '');
  return isRegistryName(plain) ? plain : undefined;
}

function nameParts(address: Address): string[] {
  switch (address.kind) {
    case 'path':
      return [...address.path.split(/[\\/]/), ...(address.subdirectory ?? '').split('/')].filter(Boolean);
    case 'file':
      return new URL(address.url).pathname.split('/').filter(Boolean);
    case 'archive':
      return [
        ...new URL(address.url).pathname.replace(/\.zip$/i, '').split('/'),
        ...(address.subdirectory ?? '').split('/'),
      ].filter(Boolean);
    case 'repository':
      return [...new URL(address.repository).pathname.split('/'), ...(address.subdirectory ?? '').split('/')]
        .filter(Boolean)
        .map(decodeURIComponent);
    default:
      return address satisfies never;
  }
}

/** What will be written. @throws PatchbayError `config` for a name that is none or taken */
async function plan(home: string, { uri, name, from }: NamedAddress): Promise<Registration> {
  const address = parseAddress(uri);
  const absolute = address.kind === 'path' ? localUri(address, from) : uri;
  const wanted =
    name ??
    suggestedName(address.kind === 'path' ? { ...address, path: resolve(from, address.path) } : address);
  if (wanted === undefined || !isRegistryName(wanted)) {
    const message =
      wanted === undefined ? `"${uri}" suggests no name.` : `"${wanted}" cannot be a name of definitions.`;
    throw new PatchbayError('config', message, {
      remedy: 'Give one (--name) of letters, digits, "-", "_" and "." that does not look like a file.',
    });
  }
  const taken = (await readRegistry(home)).get(wanted);
  if (taken !== undefined && taken !== absolute) {
    throw new PatchbayError(
      'config',
      `"${wanted}" is the name of ${taken} already (${registryFile(home)}).`,
      {
        remedy: `Give another name (--name), or first: patchbay unregister ${wanted}`,
      },
    );
  }
  return { name: wanted, uri: absolute, isNew: taken === undefined };
}

function localUri({ path, subdirectory }: Extract<Address, { kind: 'path' }>, from: string): string {
  const absolute = resolve(from, path);
  return subdirectory === undefined
    ? absolute
    : `${pathToFileURL(absolute).href}#subdirectory=${encodeURI(subdirectory)}`;
}

async function put(home: string, { name, uri, isNew }: Registration): Promise<void> {
  if (isNew) await changeRegistry(home, name, uri);
}

function namesMeant(nameOrUri: string, registry: ReadonlyMap<string, string>): string[] {
  if (registry.has(nameOrUri)) return [nameOrUri];
  return [...registry].filter(([, uri]) => uri === nameOrUri).map(([name]) => name);
}
