/** Nothing of a folder that is not trusted is read, by whatever address. */
import { realpath } from 'node:fs/promises';
import { PatchbayError } from '../../protocol/errors.ts';
import { isInside } from './inside.ts';

/** @throws PatchbayError `config` when a path, or what it leads to, is in one of the folders */
export async function refuseUntrusted(path: string, untrusted: readonly string[]): Promise<void> {
  const real = await realpath(path).catch(() => path);
  for (const folder of untrusted) {
    const realFolder = await realpath(folder).catch(() => folder);
    if (!isInside(real, realFolder) && !isInside(path, folder)) continue;
    throw new PatchbayError('config', `${path} is in a folder that is not trusted.`, {
      remedy: 'Trust the folder first.',
    });
  }
}
