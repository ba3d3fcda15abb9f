/** `state.json`: values that services keep for a session across turns (RT-15). */
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import { isRecord } from '../protocol/reading.ts';
import { SnapshotFile, type SnapshotFileOptions } from './snapshot-file.ts';

export class StateFile implements AsyncDisposable {
  readonly #values: Map<string, unknown>;
  readonly #file: SnapshotFile;

  private constructor(
    file: string,
    values: Map<string, unknown>,
    onFailure: SnapshotFileOptions['onFailure'],
  ) {
    this.#values = values;
    const content = () => `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`;
    this.#file = new SnapshotFile(file, { content, onFailure });
  }

  /** Reads the file. One that is broken is moved aside, and `onProblem` says so; the state is then empty. */
  static async open(
    file: string,
    options: Pick<SnapshotFileOptions, 'onFailure'> & { onProblem: (problem: string) => void },
  ): Promise<StateFile> {
    const values = await readValues(file);
    if (values) return new StateFile(file, values, options.onFailure);
    const aside = `${file}.broken`;
    await rename(file, aside);
    options.onProblem(`state.json could not be read and was set aside as ${path.basename(aside)}.`);
    return new StateFile(file, new Map(), options.onFailure);
  }

  /** Undefined when it was never set. */
  get(key: string): unknown {
    return this.#values.get(key);
  }

  /**
   * Resolves when it is on disk. Undefined takes the key away.
   * @throws PatchbayError `config` for what is not JSON, or when the disk refuses.
   */
  async set(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, asJson(key, value));
    await this.#file.save();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}

/** A copy, so that whoever keeps the value cannot change what is stored. */
function asJson(key: string, value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch (cause) {
    throw new PatchbayError('config', `The state "${key}" can only hold JSON.`, { cause });
  }
}

async function readValues(file: string): Promise<Map<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(value) ? new Map(Object.entries(value)) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
