/** One definition file over https, held to its size, its time and its pinned hash. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PatchbayError } from '../../protocol/errors.ts';
import { type FileAddress, isLoopback } from './address.ts';
import type { Fetched } from './cache.ts';

/** A definition is text that a model reads; more is something else. */
const LARGEST_BYTES = 5 * 1024 * 1024;
const MOST_REDIRECTS = 5;

/**
 * Writes the file into a folder. What the server says of its type is not looked at.
 * @throws PatchbayError `config`; what `signal` was aborted with
 */
export async function fetchFile(address: FileAddress, folder: string, signal: AbortSignal): Promise<Fetched> {
  const response = await follow(address, signal);
  const bytes = await readBody(address.url, response, signal);
  const version = createHash('sha256').update(bytes).digest('hex');
  if (address.sha256 !== undefined && address.sha256 !== version) {
    throw new PatchbayError(
      'config',
      `${address.url} is not the pinned content: its sha256 is ${version}, the address says ${address.sha256}.`,
      { remedy: 'Look at what it is now; if that is right, write its sha256 into the address.' },
    );
  }
  const file = fileName(new URL(address.url));
  await writeFile(join(folder, file), bytes);
  return { version, file };
}

async function follow({ url, isLocal }: FileAddress, signal: AbortSignal): Promise<Response> {
  let at = new URL(url);
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const response = await request(url, at, signal);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      return accepted(url, response);
    }
    await response.body?.cancel();
    at = redirected(url, at, location, isLocal);
  }
  throw new PatchbayError('config', `${url} redirects more than ${MOST_REDIRECTS} times.`, {
    remedy: 'Write the address that it leads to.',
  });
}

async function request(url: string, at: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(at, { redirect: 'manual', signal, headers: { accept: '*/*' } });
  } catch (error) {
    throw unreachable(url, error, signal);
  }
}

function redirected(url: string, from: URL, location: string, isLocal: boolean): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isAllowed = to?.protocol === 'https:' || (isLocal && to?.protocol === 'http:' && isLoopback(to));
  if (to && isAllowed) return to;
  throw new PatchbayError('config', `${url} redirects to ${to?.origin ?? location}, which is not https.`, {
    remedy: 'It was not followed. Write an https address that needs no such redirect.',
  });
}

async function accepted(url: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw new PatchbayError('config', `${url} cannot be fetched: the server answers ${response.status}.`, {
    remedy: [401, 403, 404, 410].includes(response.status)
      ? 'Correct the address; what is not public is fetched with git+https://…'
      : 'Try again later.',
  });
}

async function readBody(url: string, response: Response, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > LARGEST_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(url, error, signal);
  }
  if (size <= LARGEST_BYTES) return Buffer.concat(chunks);
  throw new PatchbayError('config', `${url} has more than ${LARGEST_BYTES / 1024 / 1024} MB.`, {
    remedy: 'Name the file of a definition, not an archive.',
  });
}

function unreachable(url: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const { message, cause } = error as Error;
  const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new PatchbayError('config', `${url} cannot be reached: ${why}.`, {
    remedy: 'Look at the address and the connection, then try again.',
    cause: error,
  });
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
