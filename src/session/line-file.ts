/**
 * Appends lines to a file: one `write` of whole lines per batch, and while a write is in flight further lines
 * collect. So the cost of a line does not depend on how many there are, and a crash tears the last one at most.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { PatchbayError } from '../protocol/errors.ts';

/** A batch is cut here, so that joining it does not hold up the event loop. */
const BATCH_LENGTH = 1024 * 1024;

export interface LineFileOptions {
  /** Awaited before each write: what the lines refer to must be on disk first. */
  readonly beforeWrite?: () => Promise<void>;
  /** Told once when writing begins to fail, and again only after it has worked in between. */
  readonly onFailure: (error: PatchbayError) => void;
}

export class LineFile implements AsyncDisposable {
  readonly path: string;
  readonly #options: LineFileOptions;
  #handle: FileHandle | undefined;
  #waiting: string[] = [];
  /** What is left of the batch being written, and how many lines are in it. */
  #batch: { rest: Buffer; readonly lines: number } | undefined;
  #writing: Promise<void> | undefined;
  #failure: PatchbayError | undefined;
  #appended = 0;
  #written = 0;

  constructor(path: string, options: LineFileOptions) {
    this.path = path;
    this.#options = options;
  }

  /** Lines that are not on disk yet. */
  get unwritten(): number {
    return this.#appended - this.#written;
  }

  /** Queues one line, given without its newline, and starts writing unless a write is in flight. */
  append(line: string): void {
    this.#waiting.push(`${line}\n`);
    this.#appended += 1;
    void this.#start();
  }

  /**
   * Resolves when every line appended so far is written.
   * @throws PatchbayError `config` when the disk refuses; the lines are kept and tried again by the next
   * append or flush.
   */
  async flush(): Promise<void> {
    const target = this.#appended;
    while (this.#written < target) {
      await this.#start();
      if (this.#failure) throw this.#failure;
    }
  }

  /** Empties the file, once what was appended before is written. */
  async clear(): Promise<void> {
    await this.flush();
    await (await this.#open()).truncate(0);
  }

  /** Writes what waits and closes. @throws PatchbayError like flush; the file is closed all the same. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle?.close();
      this.#handle = undefined;
    }
  }

  #start(): Promise<void> {
    if (this.unwritten === 0) return Promise.resolve();
    this.#writing ??= this.#drain();
    return this.#writing;
  }

  /** Never rejects: what went wrong is in `#failure`. */
  async #drain(): Promise<void> {
    // What the line tells of goes first: messages on their way leave before the disk is asked.
    await turnOfLoop();
    try {
      for (this.#batch ??= this.#take(); this.#batch; this.#batch = this.#take()) {
        await this.#options.beforeWrite?.();
        await this.#write(this.#batch);
      }
      this.#failure = undefined;
    } catch (error) {
      const first = this.#failure === undefined;
      this.#failure = writeFailure(this.path, error);
      if (first) this.#options.onFailure(this.#failure);
    } finally {
      // In the same step that found nothing to do: a line appended right after starts the next one.
      this.#writing = undefined;
    }
  }

  /** A disk that fills up takes a part: the rest goes on from there, never from the line's beginning. */
  async #write(batch: { rest: Buffer; readonly lines: number }): Promise<void> {
    const handle = await this.#open();
    while (batch.rest.length > 0) {
      const { bytesWritten } = await handle.write(batch.rest);
      batch.rest = batch.rest.subarray(bytesWritten);
    }
    this.#written += batch.lines;
  }

  #take(): { rest: Buffer; readonly lines: number } | undefined {
    if (this.#waiting.length === 0) return undefined;
    let lines = 0;
    for (let length = 0; lines < this.#waiting.length && length < BATCH_LENGTH; lines++) {
      length += this.#waiting[lines]!.length;
    }
    const taken = this.#waiting.splice(0, lines);
    return { rest: Buffer.from(taken.join('')), lines };
  }

  async #open(): Promise<FileHandle> {
    this.#handle ??= await open(this.path, 'a');
    return this.#handle;
  }
}

/** Also what a caller makes of its own failing writes, so that they read alike. */
export function writeFailure(file: string, cause: unknown): PatchbayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PatchbayError('config', `"${file}" cannot be written: ${reason}`, {
    remedy:
      'Make room on the disk, or check who may write to this folder. What is not saved yet is kept in memory.',
    cause,
  });
}
