/** A definition file's text, or why it has none. */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostic.ts';

const LARGEST = 5 * 1024 * 1024;

/**
 * Never throws.
 * @param what as in "an agent has at most 5"
 */
export async function readText(file: string, what = 'an agent'): Promise<string | Diagnostic> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST) {
      const message = `The file has ${(size / 1024 / 1024).toFixed(1)} MB; ${what} has at most 5.`;
      return { file, message, remedy: 'Move what it quotes into files it can read.' };
    }
    const bytes = await readFile(file);
    if (bytes.includes(0) || !isUtf8(bytes)) {
      return {
        file,
        message: 'This is no text in UTF-8.',
        remedy: 'Save it as UTF-8, or move it elsewhere.',
      };
    }
    // A byte order mark is no part of the text.
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const message = `Cannot be read: ${(error as Error).message}.`;
    return { file, message, remedy: 'Make the file readable or remove it.' };
  }
}
