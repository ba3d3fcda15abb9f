/** What was fetched stays in its folder: neither a path nor a symbolic link leads out of it (DL-12). */
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { PatchbayError } from '../../protocol/errors.ts';

/** Whether a path is a folder or below it; compares names only. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/**
 * The absolute path of something in a folder.
 * @param uri who names it, for the person
 * @throws PatchbayError `config` when it does not exist, or it or a link below it leads out
 */
export async function placeInside(folder: string, subdirectory: string, uri: string): Promise<string> {
  const place = join(folder, subdirectory);
  const real = await realpath(place).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    const names = (await readdir(folder)).filter((name) => name !== '.git').slice(0, 12);
    throw new PatchbayError('config', `There is no "${subdirectory}" in what ${uri} names.`, {
      remedy: `Correct the address; there is: ${names.join(', ') || 'nothing'}.`,
    });
  });
  if (!isInside(real, await realpath(folder))) throw leadsOut(subdirectory, uri);
  await refuseLinksOut(place, uri);
  return place;
}

/** @throws PatchbayError `config` for the first symbolic link in a folder that leads out of it */
export async function refuseLinksOut(folder: string, uri: string): Promise<void> {
  if (!(await stat(folder)).isDirectory()) return;
  const real = await realpath(folder);
  const entries = await readdir(real, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isSymbolicLink())) {
    const link = join(entry.parentPath, entry.name);
    if (!isInside(await targetOf(link), real)) throw leadsOut(relative(real, link), uri);
  }
}

/** Where a link leads, also one that leads to nothing. */
async function targetOf(link: string): Promise<string> {
  try {
    return await realpath(link);
  } catch {
    return resolve(dirname(link), await readlink(link));
  }
}

function leadsOut(what: string, uri: string): PatchbayError {
  return new PatchbayError('config', `"${what}" in ${uri} leads out of it.`, {
    remedy: 'It is not used. Tell its author, or name a part of it without such links.',
  });
}
