/** The bytes behind an address of a server, held to their size, their time and their pinned hash. */
import { createHash } from 'node:crypto';
import { PatchbayError } from '../../protocol/errors.ts';
import { isLoopback } from './address.ts';

const MB = 1024 * 1024;
const MOST_REDIRECTS = 5;

export interface Download {
  readonly url: string;
  /** Of a server of this machine, which need not be encrypted. */
  readonly isLocal: boolean;
}

export interface Largest {
  readonly megabytes: number;
  /** What to do when it is larger. */
  readonly remedy: string;
}

/**
 * What the server says of the content's type is not looked at.
 * @throws PatchbayError `config`; what `signal` was aborted with
 */
export async function download(from: Download, largest: Largest, signal: AbortSignal): Promise<Buffer> {
  return readBody(from.url, await follow(from, signal), largest, signal);
}

/** The sha256 of the bytes. @throws PatchbayError `config` when another one is pinned */
export function checkedHash(
  { url, sha256 }: { readonly url: string; readonly sha256?: string },
  bytes: Buffer,
): string {
  const version = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === undefined || sha256 === version) return version;
  throw new PatchbayError(
    'config',
    `${url} is not the pinned content: its sha256 is ${version}, the address says ${sha256}.`,
    { remedy: 'Look at what it is now; if that is right, write its sha256 into the address.' },
  );
}

async function follow({ url, isLocal }: Download, signal: AbortSignal): Promise<Response> {
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

async function readBody(
  url: string,
  response: Response,
  { megabytes, remedy }: Largest,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > megabytes * MB) throw tooLarge(url, { megabytes, remedy });
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof PatchbayError ? error : unreachable(url, error, signal);
  }
  return Buffer.concat(chunks);
}

/** The error for what is larger than it may be. */
export function tooLarge(url: string, { megabytes, remedy }: Largest): PatchbayError {
  return new PatchbayError('config', `${url} has more than ${megabytes} MB.`, { remedy });
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
