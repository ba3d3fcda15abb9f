/**
 * Replaces a file so that whoever reads it sees the old or the new content and nothing between, and a
 * crash or a full disk leaves the old one.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { getuid, platform } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { ToolFailure } from '../../sdk/index.ts';
import type { GuardedPath } from '../../sdk/paths.ts';
import { isMissing } from './file-failure.ts';

export interface Existing {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/** What is there now; undefined when nothing is. @throws ToolFailure for what is no ordinary file. */
export async function existingFile({ real, shown }: GuardedPath): Promise<Existing | undefined> {
  try {
    const stats = await fs.lstat(real);
    if (stats.isDirectory()) throw new ToolFailure(`"${shown}" is a folder; give the path of a file in it.`);
    if (!stats.isFile()) throw new ToolFailure(`"${shown}" is not an ordinary file and can't be replaced.`);
    // Renaming over it would not ask whether the file itself may be written.
    await fs.access(real, constants.W_OK);
    return stats;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Writes beside the file, then renames. Mode (and owner, where we may) stay what they were. The folder must
 * exist. @throws ToolFailure when the folder or the file changed under the writing, and the system's errors.
 */
export async function replaceFile(
  target: GuardedPath,
  bytes: Uint8Array,
  existing: Existing | undefined,
): Promise<void> {
  const folder = path.dirname(target.real);
  const temporary = path.join(
    folder,
    `.${path.basename(target.real).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  const handle = await fs.open(temporary, 'wx', existing ? existing.mode & 0o777 : 0o666);
  try {
    await fill(handle, bytes, existing);
    await refuseIfChanged(target, folder, existing);
    await rename(temporary, target.real);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

async function fill(handle: FileHandle, bytes: Uint8Array, existing: Existing | undefined): Promise<void> {
  try {
    await handle.writeFile(bytes);
    if (existing && getuid?.() === 0) await handle.chown(existing.uid, existing.gid);
    if (existing) await handle.chmod(existing.mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The path was checked a while ago; a link put in its place meanwhile must not lead the file elsewhere. */
async function refuseIfChanged(
  target: GuardedPath,
  folder: string,
  existing: Existing | undefined,
): Promise<void> {
  const isSameFolder = (await fs.realpath(folder)) === folder;
  const now = isSameFolder ? await existingFile(target) : undefined;
  const isSameFile = now?.mtimeMs === existing?.mtimeMs && now?.ino === existing?.ino;
  if (isSameFolder && isSameFile) return;
  throw new ToolFailure(
    `"${target.shown}" was changed by something else just now. Read it again, then retry.`,
  );
}

/** On Windows a scanner may hold the old file open for a moment; elsewhere the first try decides. */
async function rename(from: string, to: string): Promise<void> {
  for (let left = platform === 'win32' ? 5 : 0; ; left -= 1) {
    try {
      return await fs.rename(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (left === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(code ?? '')) throw error;
      await wait(50);
    }
  }
}
