/** Sources that are on this machine already: paths and `file://` (DL-12). */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchbayError } from '../../protocol/errors.ts';
import type { SourceResolver } from './source.ts';

/** `C:\` is a drive and no scheme. */
const SCHEME = /^([a-z][a-z\d+.-]+):\/\//i;

/** Whether a source is named by an address and not by a path. */
export function isAddress(uri: string): boolean {
  return SCHEME.test(uri);
}

/** Everything but what would have to be fetched. */
export const localSource: SourceResolver = async (uri, from) => {
  const path = pathOf(uri, from);
  const found = await stat(path).catch(() => undefined);
  if (found) return { uri, path, isRemote: false };
  throw new PatchbayError('config', `There is no file or folder ${path}.`, {
    remedy: 'Correct the path; it begins at the folder of the file that names it.',
  });
};

function pathOf(uri: string, from: string): string {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(from, uri);
  if (scheme !== 'file') {
    throw new PatchbayError('config', `${uri} is not on this machine.`, {
      remedy: 'Copy it here and write its path.',
    });
  }
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new PatchbayError('config', `${uri} names no file: ${(error as Error).message}.`, {
      remedy: 'Write file:/// and an absolute path.',
    });
  }
}
