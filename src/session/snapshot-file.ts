/**
 * A file that always holds the newest state of something, replaced as a whole. Changes that come while one is
 * being written, or shortly after one another, are written once.
 */
import { writeAtomically } from './atomic-file.ts';
import { type LineFileOptions, writeFailure } from './line-file.ts';

export interface SnapshotFileOptions extends Pick<LineFileOptions, 'onFailure'> {
  /** The content to write, asked for when it is written. */
  readonly content: () => string;
  /** Awaited first: what the content tells of must be on disk before it. */
  readonly beforeWrite?: () => Promise<void>;
}

export class SnapshotFile implements AsyncDisposable {
  readonly #path: string;
  readonly #options: SnapshotFileOptions;
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;
  #writing: Promise<void> | undefined;

  constructor(path: string, options: SnapshotFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Something changed: written after `delayMs`, or with whatever is written sooner. Failures go to `onFailure`. */
  changed(delayMs: number): void {
    this.#isDirty = true;
    this.#timer ??= setTimeout(() => {
      this.save().catch((error) => this.#options.onFailure(error));
    }, delayMs).unref();
  }

  /**
   * Resolves when the state of now, or a newer one, is on disk.
   * @throws PatchbayError `config` when the disk refuses.
   */
  async save(): Promise<void> {
    this.#isDirty = true;
    // One that is being written may hold an older state. Whoever asked for it gets its failure.
    await this.#writing?.catch(() => undefined);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  /** Writes what has changed and is not written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDirty || this.#writing) await this.save();
    clearTimeout(this.#timer);
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await this.#options.beforeWrite?.();
      this.#isDirty = false;
      await writeAtomically(this.#path, this.#options.content());
    } catch (error) {
      this.#isDirty = true;
      throw writeFailure(this.#path, error);
    }
  }
}
