/**
 * Opens a file that was resolved by the path guard so that what is read is what was checked: links put in
 * its place meanwhile are not followed, and what could hang or has no end (pipes, devices) is not opened.
 */
import { constants } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { ToolFailure } from '../../sdk/index.ts';
import type { GuardedPath } from '../../sdk/paths.ts';

export interface OpenFile extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Undefined for a folder. Close it with `await using`.
 * @throws ToolFailure for what is no ordinary file, and the system's errors (ENOENT, EACCES, …).
 */
export async function openFile({ real, shown }: GuardedPath): Promise<OpenFile | undefined> {
  const seen = await fs.lstat(real);
  if (seen.isDirectory()) return undefined;
  if (!seen.isFile()) throw new ToolFailure(`"${shown}" is ${kindOf(seen)}, not a file.`);
  const handle = await fs.open(real, FLAGS);
  try {
    const opened = await handle.stat();
    const isSame = opened.dev === seen.dev && opened.ino === seen.ino && (await fs.realpath(real)) === real;
    if (!isSame) throw new ToolFailure(`"${shown}" was replaced while it was being opened. Try again.`);
    const { size, mtimeMs } = opened;
    return { handle, size, mtimeMs, [Symbol.asyncDispose]: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The file's bytes from its start, piece by piece. Each piece is valid until the next is asked for.
 * @throws the signal's reason once it is aborted.
 */
export async function* chunksOf(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (let position = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Windows knows neither flag; there a link or a pipe is refused by the checks around the opening alone. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

type Kinds = Record<
  'isFIFO' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice' | 'isSymbolicLink',
  () => boolean
>;

function kindOf(stats: Kinds): string {
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return stats.isSymbolicLink() ? 'a symbolic link' : 'something special';
}
