/** Changes single settings in a person's file: comments and order stay, and nobody reads half of it (DL-15). */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { PatchbayError } from '../protocol/errors.ts';
import { writeAtomically } from '../session/atomic-file.ts';

/**
 * Sets the value at a path of keys; undefined removes it.
 * @throws PatchbayError `config` when the file is not valid YAML: it is left as it is.
 */
export async function changeSetting(
  file: string,
  path: readonly [string, ...string[]],
  value: unknown,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const changed = changedText(file, text, path, value);
  if (changed === text) return;
  await mkdir(dirname(file), { recursive: true });
  await writeAtomically(file, changed);
}

function changedText(file: string, text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    throw new PatchbayError('config', `${file} is not valid YAML: ${error.message.split('\n', 1)[0]}.`, {
      remedy: 'Correct the file; it was not changed.',
    });
  }
  if (value === undefined && !document.hasIn(path)) return text;
  // A key without a value (`routing:`) would be in the way of what is put below it.
  for (let depth = 1; depth < path.length; depth += 1) {
    if (document.getIn(path.slice(0, depth)) === null) document.deleteIn(path.slice(0, depth));
  }
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, value);
  return document.toString({ lineWidth: 0 });
}
