/** One definition file over https, held to its size, its time and its pinned hash. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileAddress } from './address.ts';
import type { Fetched } from './cache.ts';
import { checkedHash, download } from './download.ts';

/** A definition is text that a model reads; more is something else. */
const LARGEST = { megabytes: 5, remedy: 'Name the file of a definition, not an archive.' };

/**
 * Writes the file into a folder. What the server says of its type is not looked at.
 * @throws PatchbayError `config`; what `signal` was aborted with
 */
export async function fetchFile(address: FileAddress, folder: string, signal: AbortSignal): Promise<Fetched> {
  const bytes = await download(address, LARGEST, signal);
  const version = checkedHash(address, bytes);
  const file = fileName(new URL(address.url));
  await writeFile(join(folder, file), bytes);
  return { version, file };
}

/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** That of the address, as far as every file system takes it: agents without a name are called by it. */
function fileName({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  const plain = last
    .replace(/%[0-9a-f]{2}/gi, '-')
    .replace(/[^\w.-]/g, '-')
    .replace(/^\.+|\.+$/g, '')
    .slice(-80);
  return plain === '' || DEVICE.test(plain) ? `definition-${plain}` : plain;
}
