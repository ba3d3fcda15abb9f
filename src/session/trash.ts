/** Deleted sessions are moved aside: while they are there, putting the folders back brings them back (DL-34). */
import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import type { FoundSession } from './find-session.ts';
import { acquireOwnerLock, isClaimName, type OwnerLock } from './owner-lock.ts';
import { slugOf, trashFolder } from './session-folder.ts';

/**
 * Moves sessions of one project that nobody works in. All of them are owned before the first one goes.
 * @param first goes last: while it is there, the rest can be deleted again after a failure.
 * @returns where `first` is now. @throws PatchbayError `config` when one is open in another process.
 */
export async function moveToTrash(
  home: string,
  first: FoundSession,
  sessions: readonly FoundSession[],
): Promise<string> {
  const trash = trashFolder(home, slugOf(first.folder));
  await mkdir(trash, { recursive: true });
  const locks: OwnerLock[] = [];
  try {
    for (const { id, folder } of sessions) locks.push(await acquireOwnerLock(folder, id));
    for (const session of sessions) if (session.id !== first.id) await move(session, trash);
    return await move(first, trash);
  } finally {
    await Promise.all(locks.map((lock) => lock.release()));
  }
}

async function move({ id, folder }: FoundSession, trash: string): Promise<string> {
  for (let copy = 1; ; copy++) {
    const target = path.join(trash, copy === 1 ? id : `${id}.${copy}`);
    try {
      await rename(folder, target);
      await dropLocks(target);
      // When it was deleted: a folder that is moved keeps its time.
      const now = new Date();
      await utimes(target, now, now);
      return target;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // One with this id was deleted before.
      if (code === 'ENOTEMPTY' || code === 'EEXIST') continue;
      if ((code === 'EPERM' || code === 'EACCES') && copy < 20 && (await exists(target))) continue;
      throw new PatchbayError('config', `Session "${id}" cannot be moved to the trash: ${message}.`, {
        remedy: `Check who may write to "${folder}" and "${trash}".`,
        cause: error,
      });
    }
  }
}

export interface Erased {
  readonly count: number;
  /** What could not be erased, and why. */
  readonly problems: readonly string[];
}

/** Erases what was deleted before a time, in milliseconds since the epoch, of every project. Never throws. */
export async function eraseTrash(home: string, before: number): Promise<Erased> {
  let count = 0;
  const problems: string[] = [];
  for (const project of await foldersIn(path.dirname(trashFolder(home, 'any')))) {
    for (const session of await foldersIn(project)) {
      try {
        if ((await stat(session)).mtimeMs >= before) continue;
        await rm(session, { recursive: true, maxRetries: 3 });
        count += 1;
      } catch (error) {
        // Another window empties it as well.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push((error as Error).message);
      }
    }
    // It stays while there is something in it.
    await rmdir(project).catch(() => undefined);
  }
  return { count, problems };
}

/** No links: they may lead anywhere. */
async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
}

/** What says that it is owned moved along. */
async function dropLocks(folder: string): Promise<void> {
  const locks = (await readdir(folder)).filter(isClaimName);
  await Promise.all(locks.map((name) => rm(path.join(folder, name), { force: true })));
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}
