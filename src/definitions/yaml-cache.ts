/** YAML files that every turn asks for and hardly anybody changes: read again only when they were written. */
import { stat } from 'node:fs/promises';
import type * as core from 'zod/v4/core';
import { type ReadResult, readYamlFile } from './yaml-file.ts';

interface Known {
  readonly state: string;
  readonly read: Promise<ReadResult<unknown>>;
}

const known = new Map<string, Known>();

/** As `readYamlFile`; a file must always be asked for with the same schema. */
export async function readKnownYaml<T>(file: string, schema: core.$ZodType<T>): Promise<ReadResult<T>> {
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    known.delete(file);
    // Reading says whether it is missing, which is no fault, or cannot be looked at.
    return readYamlFile(file, schema);
  }
  const state = `${found.mtimeMs} ${found.size} ${found.ino}`;
  const before = known.get(file);
  if (before?.state === state) return before.read as Promise<ReadResult<T>>;
  const read = readYamlFile(file, schema);
  known.set(file, { state, read });
  return read;
}
