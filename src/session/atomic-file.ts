/** Replaces a file as a whole: whoever reads it sees the old content or the new, never a part. */
import { open, rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const RENAME_TRIES = 5;

/**
 * Write, fsync, rename. Only one writer per file at a time: the temporary file has a fixed name, so that one
 * left over by a crash is overwritten by the next write.
 */
export async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  {
    await using handle = await open(temporary, 'w');
    await handle.writeFile(text);
    await handle.sync();
  }
  await replace(temporary, file);
}

/** Windows refuses to replace a file while a virus scanner or an indexer looks at it; they let go soon. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === RENAME_TRIES || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY'))
        throw error;
      await delay(20 * attempt);
    }
  }
}
