/** The answer for a path that leads to nothing: which part is missing, and what is there instead. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { ToolFailure } from '../../sdk/index.ts';
import type { GuardedPath } from '../../sdk/paths.ts';
import { isMissing } from './file-failure.ts';
import { nearestNames } from './nearest-names.ts';

/** Names longer lists of are not compared; it would take too long for what it tells. */
const MAX_NAMES = 5_000;

export async function missingFile({ real, shown }: GuardedPath): Promise<ToolFailure> {
  const { folder, name, names } = await nearestFolder(real);
  const depth = path.relative(folder, real).split(path.sep).length;
  const what =
    depth > 1 ? `There is no folder "${ancestor(shown, depth - 1)}".` : `There is no file "${shown}".`;
  const places = nearestNames(name, names.slice(0, MAX_NAMES)).map((near) => {
    const parent = ancestor(shown, depth);
    return `"${parent === '.' ? near : path.posix.join(parent, near)}"`;
  });
  const hint = places.length > 0 ? ` Did you mean ${places.join(' or ')}?` : ' Use glob to find it.';
  return new ToolFailure(what + hint);
}

/** The nearest folder above that exists, what it holds, and the name in it that was asked for. */
async function nearestFolder(real: string): Promise<{ folder: string; name: string; names: string[] }> {
  const folder = path.dirname(real);
  try {
    return { folder, name: path.basename(real), names: await fs.readdir(folder) };
  } catch (error) {
    if (!isMissing(error)) return { folder, name: path.basename(real), names: [] };
    return nearestFolder(folder);
  }
}

/** A path without its last `levels` parts. */
function ancestor(shown: string, levels: number): string {
  let result = shown;
  for (let level = 0; level < levels; level += 1) result = path.dirname(result);
  return result;
}
