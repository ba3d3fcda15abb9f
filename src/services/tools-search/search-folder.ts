/** Where a search starts: a folder, or for `grep` a single file. */
import fs from 'node:fs/promises';
import { ToolFailure } from '../../sdk/index.ts';
import type { GuardedPath } from '../../sdk/paths.ts';

/** @throws ToolFailure when there is nothing, or no folder. */
export async function searchFolder(base: GuardedPath): Promise<void> {
  if ((await kindOf(base)) === 'dir') return;
  throw new ToolFailure(`"${base.shown}" is a file; give the folder to search in "path".`);
}

/** @throws ToolFailure when there is nothing, or something that can't be searched. */
export async function kindOf({ real, shown }: GuardedPath): Promise<'file' | 'dir'> {
  try {
    const stats = await fs.lstat(real);
    if (stats.isDirectory()) return 'dir';
    if (stats.isFile()) return 'file';
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ToolFailure(
      missing ? `There is no folder "${shown}".` : `"${shown}": ${(error as Error).message}`,
    );
  }
  throw new ToolFailure(`"${shown}" is neither a folder nor an ordinary file.`);
}
