/** The address of a definition, read into its parts. Every fault names what is wrong and what would be right (DL-12). */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchbayError } from '../../protocol/errors.ts';
import { readFragment } from './fragment.ts';

export type Address = LocalAddress | RemoteAddress;
export type RemoteAddress = RepositoryAddress | FileAddress | ArchiveAddress;

/** A path on this machine, absolute or as it was written. */
export interface LocalAddress {
  readonly kind: 'path';
  readonly path: string;
  /** A file or folder below a `file://` folder. */
  readonly subdirectory?: string;
}

export interface RepositoryAddress {
  readonly kind: 'repository';
  /** What git fetches from: `https://…`, `ssh://…` or `file://…`. */
  readonly repository: string;
  /** A branch, tag or whole commit; absent: what the repository calls its HEAD. */
  readonly ref?: string;
  readonly subdirectory?: string;
  /** It is on this machine. */
  readonly isLocal: boolean;
}

export interface FileAddress {
  readonly kind: 'file';
  readonly url: string;
  /** The pinned content, in small hexadecimal digits. */
  readonly sha256?: string;
  readonly isLocal: boolean;
}

/** A zip archive with definitions in it. */
export interface ArchiveAddress {
  readonly kind: 'archive';
  /** `https://…` or `file://…`. */
  readonly url: string;
  readonly sha256?: string;
  readonly subdirectory?: string;
  readonly isLocal: boolean;
}

const FORMS =
  'Write git+https://host/owner/repository@ref#subdirectory=path, git+ssh://git@host/owner/repository, zip+https://host/archive.zip#subdirectory=path, https://host/file, file:///folder or a path.';
/** Two letters at least: `C:` is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
const REF = /^\w[\w.+/-]*$/;

/** Whether a source is named by an address and not by a path: `name:path` is one of a bundle. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(text);
}

/** @throws PatchbayError `config` */
export function parseAddress(text: string): Address {
  if (text.trim() === '') throw fault('An address is empty.', FORMS);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || isAbsolute(text)) return readPath(text);
  if (/[\s\p{Cc}]/u.test(text))
    throw fault(`${quoted(text)} has white space in it.`, 'Write %20 for a space.');
  switch (scheme) {
    case 'git+https':
    case 'git+ssh':
    case 'git+file':
      return readRepository(text);
    case 'zip+https':
    case 'zip+http':
    case 'zip+file':
      return readArchive(text);
    case 'https':
    case 'http':
      return readFile(text);
    case 'file':
      return readFileUrl(text);
    default:
      throw fault(`${quoted(text)} begins with "${scheme}:", which is not fetched.`, FORMS);
  }
}

/**
 * What one fetch serves, as an address: repositories and archives without their subdirectory, which is looked up in what was
 * fetched. Equal for all spellings of the same.
 */
export function fetchedAs(address: RemoteAddress): string {
  if (address.kind !== 'repository') {
    const url = `${address.kind === 'archive' ? 'zip+' : ''}${address.url}`;
    return address.sha256 === undefined ? url : `${url}#sha256=${address.sha256}`;
  }
  return `git+${address.repository}${address.ref === undefined ? '' : `@${address.ref}`}`;
}

/** Whether what is fetched can never be other content. */
export function isPinned(address: RemoteAddress): boolean {
  return address.kind === 'repository' ? isCommit(address.ref) : address.sha256 !== undefined;
}

export function isCommit(ref: string | undefined): boolean {
  return ref !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref);
}

function readPath(text: string): LocalAddress {
  const [, host, rest] = /^([\w.-]+@[\w.-]+):(?!\/\/)(.*)$/.exec(text) ?? [];
  if (host !== undefined) {
    throw fault(`${quoted(text)} is an SSH address without its scheme.`, `Write git+ssh://${host}/${rest}`);
  }
  if (text.includes('\0')) throw fault('A path has a NUL character in it.', FORMS);
  return { kind: 'path', path: text };
}

function readRepository(text: string): RepositoryAddress {
  const { url, fragment } = readUrl(text, text.slice('git+'.length));
  const { subdirectory } = readFragment(text, fragment, ['subdirectory'], {
    sha256: 'A repository is pinned by its commit: write @ and the whole commit instead.',
  });
  if (url.protocol === 'ssh:') checkSsh(text, url);
  if (url.search !== '') throw fault(`${quoted(text)} has a query, which git does not know.`, FORMS);
  // The last one, so that branches may have slashes; `/@scope/name` is part of the path.
  const at = url.pathname.lastIndexOf('@');
  const hasRef = at > 0 && url.pathname[at - 1] !== '/';
  const ref = hasRef ? decoded(text, url.pathname.slice(at + 1)) : undefined;
  if (hasRef) url.pathname = url.pathname.slice(0, at);
  if (ref !== undefined && (!REF.test(ref) || /\.\.|\/\/|\/$|\.lock$/.test(ref))) {
    throw fault(
      `${quoted(ref)} in ${quoted(text)} is not a branch, tag or commit.`,
      'Write a name that begins with a letter or digit; an @ that belongs to the path is written %40.',
    );
  }
  if (url.pathname === '/' || url.pathname === '') {
    throw fault(`${quoted(text)} names no repository.`, FORMS);
  }
  return {
    kind: 'repository',
    repository: url.href.replace(/\/$/, ''),
    isLocal: url.protocol === 'file:',
    ...(ref !== undefined && { ref }),
    ...(subdirectory !== undefined && { subdirectory }),
  };
}

/** What ssh would take for an option, or a shell for more than a name, is neither a host nor a person. */
function checkSsh(text: string, { hostname, username }: URL): void {
  const isName = (part: string) => /^\w[\w.-]*$/.test(part);
  if ((isName(hostname) || /^\[[\da-f:]+\]$/i.test(hostname)) && (username === '' || isName(username)))
    return;
  throw fault(
    `${quoted(text)} names no host that ssh can be sent to.`,
    'Write git+ssh://git@host/owner/repository.',
  );
}

/** Whether it is fetched with the person's own keys. */
export function isSsh(address: Address): address is RepositoryAddress {
  return address.kind === 'repository' && address.repository.startsWith('ssh:');
}

function readFile(text: string): FileAddress {
  const { url, fragment } = readUrl(text, text);
  const { sha256 } = readFragment(text, fragment, ['sha256'], {
    subdirectory: 'Only repositories and archives have one: write git+https://… or zip+https://…',
  });
  const isLocal = isLoopback(url);
  requireEncryption(text, url, 'https://…');
  const repository = repositoryInstead(url);
  if (repository !== undefined) {
    throw fault(`${quoted(text)} is a web page or repository, not a file.`, `Write ${repository}`);
  }
  return { kind: 'file', url: url.href, isLocal, ...(sha256 !== undefined && { sha256 }) };
}

function readArchive(text: string): ArchiveAddress {
  const { url, fragment } = readUrl(text, text.slice('zip+'.length));
  const { sha256, subdirectory } = readFragment(text, fragment, ['subdirectory', 'sha256'], {});
  requireEncryption(text, url, 'zip+https://…');
  const isFile = url.protocol === 'file:';
  if (isFile) localPath(text, url);
  return {
    kind: 'archive',
    url: url.href,
    isLocal: isFile || isLoopback(url),
    ...(sha256 !== undefined && { sha256 }),
    ...(subdirectory !== undefined && { subdirectory }),
  };
}

function requireEncryption(text: string, url: URL, instead: string): void {
  if (url.protocol !== 'http:' || isLoopback(url)) return;
  throw fault(`${quoted(text)} is not encrypted; anybody on the way could change it.`, `Write ${instead}`);
}

function readFileUrl(text: string): LocalAddress {
  const { url, fragment } = readUrl(text, text);
  const { subdirectory } = readFragment(text, fragment, ['subdirectory'], {
    sha256: 'Files of this machine are not pinned.',
  });
  const path = localPath(text, url);
  return { kind: 'path', path, ...(subdirectory !== undefined && { subdirectory }) };
}

function localPath(text: string, url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw fault(
      `${quoted(text)} is not a file of this machine: ${(cause as Error).message}.`,
      'Write file:/// and an absolute path.',
    );
  }
}

/** @param text as it is reported @param address without `git+` */
function readUrl(text: string, address: string): { url: URL; fragment: string } {
  if (!URL.canParse(address)) throw fault(`${quoted(text)} is not an address.`, FORMS);
  const url = new URL(address);
  // Of ssh the name is a part of the address and no secret.
  if ((url.username !== '' && url.protocol !== 'ssh:') || url.password !== '') {
    throw fault(
      `The address of ${url.host} holds a user name or password; it would be written into files.`,
      "Leave it out; for repositories git's own credential helper is asked.",
    );
  }
  const fragment = url.hash.slice(1);
  url.hash = '';
  return { url, fragment };
}

/** `http://` and redirects to it are only for servers of this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What was probably meant by an address that would give a web page. */
function repositoryInstead({ host, pathname }: URL): string | undefined {
  const parts = pathname.split('/').filter(Boolean);
  if (host === 'github.com' && parts[2] === 'blob' && parts.length > 4) {
    const [owner, name, , ...rest] = parts;
    return `https://raw.githubusercontent.com/${owner}/${name}/${rest.join('/')}`;
  }
  const isRepository = pathname.endsWith('.git') || (host === 'github.com' && parts.length === 2);
  return isRepository ? `git+https://${host}${pathname}` : undefined;
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw fault(`${quoted(text)} has a % that stands for nothing.`, 'Write %25 for a percent sign.');
  }
}

function fault(message: string, remedy: string): PatchbayError {
  return new PatchbayError('config', message, { remedy });
}

function quoted(text: string): string {
  return `"${text.replace(/\p{Cc}/gu, ' ')}"`;
}
