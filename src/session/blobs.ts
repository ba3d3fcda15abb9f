/** Values too large for the event log, kept beside it by the SHA-256 of their text. */
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';

export interface Blobs {
  /** Readable at once; written by the next flush. `ref` is the text's `blobRef`. The same text is stored once. */
  keep(ref: string, text: string): void;
  /** @throws PatchbayError `config` for what is not a reference, or one that leads nowhere. */
  read(ref: string): Promise<string>;
  /** Resolves when all that was kept so far is on disk. @throws Error of the file system; may be tried again. */
  flush(): Promise<void>;
}

/** The name a text is stored under: 64 hex digits. */
export function blobRef(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function createBlobs(folder: string): Blobs {
  /** Not on disk yet; readable from here meanwhile. */
  const pending = new Map<string, string>();
  let writing: Promise<void> | undefined;

  async function writePending(): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [ref, text] of pending) {
      await writeBlob(path.join(folder, ref), text);
      pending.delete(ref);
    }
  }

  return {
    keep: (ref, text) => pending.set(ref, text),
    async read(ref) {
      if (!/^[0-9a-f]{64}$/.test(ref)) {
        throw new PatchbayError('config', `"${ref.slice(0, 80)}" is not a reference to a stored value.`);
      }
      const text = pending.get(ref);
      if (text !== undefined) return text;
      try {
        return await readFile(path.join(folder, ref), 'utf8');
      } catch (cause) {
        throw new PatchbayError('config', `The stored value ${ref.slice(0, 12)}… cannot be read.`, {
          remedy: `It should be in "${folder}". Only its preview is left.`,
          cause,
        });
      }
    },
    async flush() {
      while (pending.size > 0) {
        writing ??= writePending().finally(() => {
          writing = undefined;
        });
        await writing;
      }
    },
  };
}

/** Renamed into place, so that a file with a full name always has its full content. */
async function writeBlob(file: string, text: string): Promise<void> {
  if (await exists(file)) return;
  await writeFile(`${file}.tmp`, text);
  await rename(`${file}.tmp`, file);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
