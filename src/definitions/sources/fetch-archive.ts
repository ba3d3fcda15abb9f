/** The files of a zip archive. Its text is somebody else's: no name leads out, no link is made, no size is believed. */
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type Entry, fromBufferPromise } from 'yauzl';
import { PatchbayError } from '../../protocol/errors.ts';
import { type ArchiveAddress, fetchedAs } from './address.ts';
import type { Fetched } from './cache.ts';
import { checkedHash, download, tooLarge } from './download.ts';

const MB = 1024 * 1024;
const LARGEST = { megabytes: 50, remedy: 'Name an archive of definitions alone.' };
const MOST_FILES = 10_000;
const MOST_UNPACKED_MB = 200;
/** Of the file modes that Unix writes into the upper half of the attributes. */
const [KIND, LINK, FILE, FOLDER] = [0o170000, 0o120000, 0o100000, 0o040000];
/** Neither a drive or stream, nor a device, nor a name that a file system changes by itself. */
const BAD_PART = /^\.*$|[<>:"|?*\p{Cc}]|[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|^\.git$/iu;

/**
 * Unpacks the archive into an empty folder.
 * @throws PatchbayError `config`; what `signal` was aborted with
 */
export async function fetchArchive(
  address: ArchiveAddress,
  folder: string,
  signal: AbortSignal,
): Promise<Fetched> {
  const bytes = address.url.startsWith('file:')
    ? await readLocal(address.url)
    : await download(address, LARGEST, signal);
  const version = checkedHash(address, bytes);
  try {
    await unpack(bytes, folder, fetchedAs(address), signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof PatchbayError) throw error;
    throw refused(fetchedAs(address), `is not unpacked: ${(error as Error).message}`, {
      remedy: 'Look whether it is a zip archive, whole and without a password.',
      cause: error,
    });
  }
  return { version };
}

async function readLocal(url: string): Promise<Buffer> {
  const file = fileURLToPath(url);
  try {
    if ((await stat(file)).size > LARGEST.megabytes * MB) throw tooLarge(url, LARGEST);
    return await readFile(file);
  } catch (error) {
    if (error instanceof PatchbayError) throw error;
    throw refused(url, `cannot be read: ${(error as Error).message}`, {
      remedy: 'Correct the path: file:/// and an absolute one.',
      cause: error,
    });
  }
}

async function unpack(bytes: Buffer, folder: string, uri: string, signal: AbortSignal): Promise<void> {
  // Sizes are checked while it is read; names with `..`, drives and roots are refused.
  const zip = await fromBufferPromise(bytes, { validateEntrySizes: true, strictFileNames: true });
  if (zip.entryCount > MOST_FILES) {
    throw refused(uri, `has more than ${MOST_FILES} files`, { remedy: LARGEST.remedy });
  }
  let left = MOST_UNPACKED_MB * MB;
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    checkEntry(entry, uri);
    const target = join(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
      continue;
    }
    left -= entry.uncompressedSize;
    if (left < 0) {
      throw refused(uri, `has more than ${MOST_UNPACKED_MB} MB unpacked`, { remedy: LARGEST.remedy });
    }
    await mkdir(dirname(target), { recursive: true });
    // More than an entry says of itself is an error of its stream. Two of one name are none that can be told apart.
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { flags: 'wx' }), {
      signal,
    });
  }
}

function checkEntry({ fileName, externalFileAttributes, versionMadeBy }: Entry, uri: string): void {
  const isBad = fileName
    .replace(/\/$/, '')
    .split('/')
    .some((part) => BAD_PART.test(part));
  const mode = versionMadeBy >>> 8 === 3 ? (externalFileAttributes >>> 16) & KIND : 0;
  if (mode === LINK) {
    throw refused(uri, `has a symbolic link in it, "${fileName}"`, {
      remedy: 'Links are not made. Name the repository instead, or an archive without them.',
    });
  }
  if (!isBad && [0, FILE, FOLDER].includes(mode)) return;
  throw refused(uri, `has a file in it that cannot be made here, "${fileName}"`, {
    remedy: 'Tell its author: names go down from the root, without "..", and work on every system.',
  });
}

function refused(
  uri: string,
  why: string,
  options: { readonly remedy: string; readonly cause?: unknown },
): PatchbayError {
  return new PatchbayError('config', `${uri} ${why}.`, options);
}
