/** Bundle files that every turn asks for and hardly anybody changes: read again only when they were written. */
import { stat } from 'node:fs/promises';
import { type BundleRead, readBundle } from './read-bundle.ts';

interface Known {
  readonly state: string;
  readonly read: Promise<BundleRead>;
}

const known = new Map<string, Known>();

/** As `readBundle`. */
export async function readKnownBundle(file: string, isRemote: boolean): Promise<BundleRead> {
  const found = await stat(file).catch(() => undefined);
  if (!found) {
    known.delete(file);
    return readBundle(file, isRemote);
  }
  const state = `${found.mtimeMs} ${found.ctimeMs} ${found.size} ${isRemote}`;
  const before = known.get(file);
  if (before?.state === state) return before.read;
  const read = readBundle(file, isRemote);
  known.set(file, { state, read });
  return read;
}
