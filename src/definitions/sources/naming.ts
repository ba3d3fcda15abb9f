/**
 * What an address means where it is written. A definition that was fetched is somebody else's text: it names what is
 * beside it or what is on the network, never files of this machine.
 */
import { isAbsolute, relative, resolve } from 'node:path';
import { PatchbayError } from '../../protocol/errors.ts';
import { type Address, isSsh, parseAddress, type RemoteAddress, type RepositoryAddress } from './address.ts';
import { type Owner, ownerOf } from './cache.ts';
import { isInside } from './inside.ts';

export type Named =
  | { readonly kind: 'remote'; readonly address: RemoteAddress }
  | { readonly kind: 'local'; readonly path: string; readonly subdirectory?: string }
  /** In what was fetched, beside what names it. */
  | { readonly kind: 'beside'; readonly owner: Owner /** From the owner's root. */; readonly path: string };

/**
 * @param from the folder of what names it
 * @throws PatchbayError `config`
 */
export async function nameFrom(home: string, uri: string, from: string): Promise<Named> {
  const address = parseAddress(uri);
  const owner = await ownerOf(home, from);
  // By its absolute path, as somebody writes who has resolved it already.
  const target =
    address.kind === 'path' && isAbsolute(address.path) ? await ownerOf(home, address.path) : undefined;
  if (target && (!owner || owner.root === target.root)) return beside(target, target.place);
  if (!owner) return address.kind === 'path' ? localName(address, from) : { kind: 'remote', address };
  const source = parseAddress(owner.uri);
  // A repository or server of this machine is the person's own.
  if (address.kind !== 'path') {
    if (address.isLocal && !isOwn(source)) throw notItsOwn(uri, owner.uri);
    if (isSsh(address) && !isOwn(source) && !isSameHost(source, address)) throw withYourKeys(uri, owner.uri);
    return { kind: 'remote', address };
  }
  if (isAbsolute(address.path)) {
    if (!isOwn(source)) throw notItsOwn(uri, owner.uri);
    return localName(address, from);
  }
  if (source.kind === 'file') {
    const url = new URL(address.path.replaceAll('\\', '/'), source.url);
    return { kind: 'remote', address: parseAddress(url.href) as RemoteAddress };
  }
  const path = resolve(owner.place, address.path);
  if (!isInside(path, owner.root)) throw notItsOwn(uri, owner.uri);
  return beside(owner, path);
}

function beside(owner: Owner, path: string): Named {
  return { kind: 'beside', owner, path: relative(owner.root, path) };
}

function localName(address: Extract<Address, { kind: 'path' }>, from: string): Named {
  const { path, subdirectory } = address;
  return { kind: 'local', path: resolve(from, path), ...(subdirectory !== undefined && { subdirectory }) };
}

function isOwn(source: Address): boolean {
  return source.kind === 'path' || source.isLocal;
}

/** Repositories of one host belong together: who may fetch the one by ssh meant its host. */
function isSameHost(source: Address, address: RepositoryAddress): boolean {
  return isSsh(source) && new URL(source.repository).host === new URL(address.repository).host;
}

function withYourKeys(uri: string, owner: string): PatchbayError {
  return new PatchbayError('config', `${owner} names "${uri}", which would be fetched with your ssh keys.`, {
    remedy: 'It is not fetched. Register it yourself if you trust it, and name it by that name.',
  });
}

function notItsOwn(uri: string, owner: string): PatchbayError {
  return new PatchbayError(
    'config',
    `${owner} names "${uri}", which is not part of it but of this machine.`,
    {
      remedy: 'It is not read. A definition that was fetched may name what is beside it and https addresses.',
    },
  );
}
