/** `${include:path}` and `{{include:path}}`: other files' text in an agent file, before anything else is read (AT-33). */
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { readText } from './read-text.ts';
import { secretFault } from './secret-files.ts';

export interface IncludedText {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that were drawn in. */
  readonly files: readonly string[];
  /** Where a line of `text` was written. */
  origin(line: number): { readonly file: string; readonly line: number };
}

const DIRECTIVE = /\$\{include:([^}\r\n]+)\}|\{\{include:([^}\r\n]+)\}\}/g;
const DEEPEST = 8;

interface Piece {
  readonly text: string;
  readonly file: string;
  /** The line of the file on which the text begins. */
  readonly line: number;
}

interface Walk {
  readonly diagnostics: Diagnostic[];
  readonly files: Set<string>;
}

/** Never throws: what cannot be drawn in is a diagnostic. */
export async function includeFiles(text: string, file: string): Promise<IncludedText> {
  const walk: Walk = { diagnostics: [], files: new Set() };
  const pieces = await expand(text, [file], walk);
  return {
    text: pieces.map((piece) => piece.text).join(''),
    diagnostics: walk.diagnostics,
    files: [...walk.files],
    origin: (line) => originOf(pieces, line) ?? { file, line },
  };
}

/** @param chain the files from the outermost to the one that has the text */
async function expand(text: string, chain: readonly string[], walk: Walk): Promise<Piece[]> {
  const file = chain.at(-1)!;
  const pieces: Piece[] = [];
  let from = 0;
  let line = 1;
  const take = (until: number) => {
    const part = text.slice(from, until);
    pieces.push({ text: part, file, line });
    line += part.split('\n').length - 1;
    from = until;
  };
  for (const match of text.matchAll(DIRECTIVE)) {
    take(match.index);
    const path = (match[1] ?? match[2] ?? '').trim();
    const column = match.index - text.lastIndexOf('\n', match.index - 1);
    pieces.push(...(await included(path, { file, line, column }, chain, walk)));
    from = match.index + match[0].length;
  }
  take(text.length);
  return pieces;
}

async function included(
  path: string,
  place: Pick<Diagnostic, 'file' | 'line' | 'column'>,
  chain: readonly string[],
  walk: Walk,
): Promise<Piece[]> {
  const file = resolve(dirname(place.file), path);
  const refuse = (why: string, remedy: string): Piece[] => {
    walk.diagnostics.push({ ...place, message: `"${path}" is not included: ${why}.`, remedy });
    return [];
  };
  // One that is not there yet is looked for again the next time.
  walk.files.add(file);
  if (chain.includes(file)) return refuse('it includes itself', 'Break the circle.');
  if (chain.length > DEEPEST)
    return refuse(`more than ${DEEPEST} files in each other`, 'Include it further out.');
  try {
    const secret = await secretFault(file, dirname(chain[0]!));
    if (secret !== undefined) return refuse(secret, 'Include only what a model may read.');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return refuse('there is no such file', 'Write a path from the folder of this file.');
  }
  const text = await readText(file);
  if (typeof text !== 'string') return refuse(text.message.replace(/\.$/, ''), text.remedy);
  return expand(text.replace(/\r?\n$/, ''), [...chain, file], walk);
}

function originOf(pieces: readonly Piece[], wanted: number): { file: string; line: number } | undefined {
  let line = 1;
  for (const piece of pieces) {
    const last = line + piece.text.split('\n').length - 1;
    if (wanted <= last) return { file: piece.file, line: piece.line + wanted - line };
    line = last;
  }
  return undefined;
}
