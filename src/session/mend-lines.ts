/**
 * A last line that a crash cut off is set aside, so that the next append does not run into it and nothing
 * else is lost (design §7).
 */
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blobRef } from './blobs.ts';
import { linesBackwards } from './read-lines.ts';

/**
 * Makes a file of JSON lines end with a whole line: one that only lacks its newline gets it, a torn one is moved to
 * `<file>.torn-<hash>`. Doing it again changes nothing. A file that is missing is whole.
 * @returns the name of the file the torn line was moved to, if there was one.
 */
export async function mendLastLine(file: string): Promise<string | undefined> {
  await using handle = await openIfThere(file);
  if (!handle) return undefined;
  const { size } = await handle.stat();
  const read = async (position: number, length: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  if (size === 0 || (await read(size - 1, 1))[0] === 10) return undefined;

  let start = size;
  for await (const [last] of linesBackwards(read, size)) {
    if (!last) continue;
    if (last.end < size || isWhole(last.text)) {
      await handle.write('\n', size);
      return undefined;
    }
    start = last.offset;
    break;
  }
  const torn = await read(start, size - start);
  const aside = `${file}.torn-${blobRef(torn.toString('latin1')).slice(0, 12)}`;
  await writeFile(aside, torn);
  await handle.truncate(start);
  return path.basename(aside);
}

function isWhole(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null;
  } catch {
    // That is what torn means.
    return false;
  }
}

async function openIfThere(file: string) {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
