/**
 * Puts files and folders in their place as a whole, without a lock: several windows and terminals may do so at
 * once, each under a temporary name of its own, and the last one stays.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const TRIES = 6;

/** Replaces a file: whoever reads it sees the old content or the new. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    {
      await using handle = await open(temporary, 'wx');
      await handle.writeFile(text);
      await handle.sync();
    }
    await moveTo(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Windows refuses while a virus scanner or an indexer looks at what is moved; they let go soon. */
export async function moveTo(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (attempt === TRIES || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await delay(25 * 2 ** attempt);
    }
  }
}
