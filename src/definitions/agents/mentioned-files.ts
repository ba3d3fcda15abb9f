/**
 * `@path` in the body of an agent or bundle: the files that the instruction speaks of, drawn in behind it (DL-1). What
 * stays as it is: `\@`, e-mail addresses and code.
 */
import { realpath, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { withoutCode } from './code-ranges.ts';
import { type MentionPlaces, rootOf, whereItMayBe } from './mention-places.ts';
import { readText } from './read-text.ts';
import { secretFault } from './secret-files.ts';

export interface MentionedFile {
  /** Absolute paths, each with what names it; several when they have the same text. */
  readonly paths: readonly { readonly mention: string; readonly file: string }[];
  readonly text: string;
}

export interface DrawnIn {
  readonly context: readonly MentionedFile[];
  /** Warnings: the agent works without the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was looked for, there or not. */
  readonly files: readonly string[];
}

const MENTION = /(?<![\p{L}\p{N}_.+\-\\@/])@([\p{L}\p{N}_.~/\\:-]+)/gu;
/** Files that may mention others; a program's `@` means something else. */
export const PROSE = ['.md', '.mdc', '.markdown', '.ai'];
/** A file mentioned by a file mentioned by the agent is the third. */
const DEEPEST = 3;
const LARGEST_KB = 128;
const MOST_KB = 512;

/** A text that may mention files. */
export interface MentioningText {
  readonly text: string;
  readonly file: string;
  /** Where the text that may mention something begins. */
  readonly from: number;
  readonly places: MentionPlaces;
}

interface Source extends MentioningText {
  /** The agent's or bundle's own file, with which it began. */
  readonly start: string;
  /** Files from the first to this one. */
  readonly depth: number;
  /** The folder of the bundle it came from. */
  readonly bundle: string | undefined;
}

interface Drawn {
  readonly paths: { readonly mention: string; readonly file: string }[];
  readonly text: string;
}

interface Walk {
  /** Real paths. */
  readonly given: ReadonlySet<string>;
  readonly looked: Set<string>;
  /** By real path: each file is drawn in once, so circles end by themselves. */
  readonly drawn: Map<string, Drawn>;
  bytes: number;
}

interface Fault {
  readonly fault: string;
  readonly remedy: string;
}

/**
 * Never throws.
 * @param texts what begins it: an agent, or a bundle and its context. @param given files the model has anyway.
 */
export async function drawMentioned(
  texts: readonly MentioningText[],
  given: readonly string[] = [],
): Promise<DrawnIn> {
  const has = await Promise.all(given.map((file) => realpath(file).catch(() => file)));
  const walk: Walk = { given: new Set(has), looked: new Set(), drawn: new Map(), bytes: 0 };
  const diagnostics: Diagnostic[] = [];
  const sources: Source[] = texts.map((each) => ({ ...each, start: each.file, depth: 1, bundle: undefined }));
  // It grows on the way: what the agent itself mentions comes before what those files mention.
  for (const source of sources) {
    for (const { mention, place } of mentionsIn(source)) {
      const found = await draw(mention, source, walk);
      if (found === undefined) continue;
      if ('text' in found) {
        if (PROSE.includes(extname(found.file).toLowerCase())) sources.push(found);
        continue;
      }
      const message = `"@${mention}" is not read: ${found.fault}.`;
      diagnostics.push({ ...place, severity: 'warning', message, remedy: found.remedy });
    }
  }
  return { context: joined([...walk.drawn.values()]), diagnostics, files: [...walk.looked] };
}

/** The file drawn in; undefined when it was before, or the words are no mention. */
async function draw(mention: string, source: Source, walk: Walk): Promise<Source | Fault | undefined> {
  const { places, start } = source;
  const wanted = whereItMayBe(mention, source.file, places);
  if ('fault' in wanted) return { fault: wanted.fault, remedy: `${wanted.remedy} ${ESCAPE}` };
  const found = await firstFile(wanted.files, walk.looked);
  if (!found) {
    const remedy = `Write a path from this file or the workspace. ${ESCAPE}`;
    return isPath(mention) ? { fault: 'there is no such file', remedy } : undefined;
  }
  const { file, bytes } = found;
  const real = await realpath(file);
  if (walk.given.has(real)) return undefined;
  const known = walk.drawn.get(real);
  if (known) {
    if (!known.paths.some((each) => each.mention === mention)) known.paths.push({ mention, file });
    return undefined;
  }
  const bundle = wanted.bundle ?? source.bundle;
  const fault = await objection({ file, real, bytes }, { ...source, bundle }, walk);
  if (fault) return fault;
  const text = await readText(file);
  if (typeof text !== 'string') return { fault: text.message.replace(/\.$/, ''), remedy: text.remedy };
  walk.bytes += bytes;
  walk.drawn.set(real, { paths: [{ mention, file }], text });
  return { text, from: 0, file, places, start, depth: source.depth + 1, bundle };
}

/** Why a file that is there is not drawn in. */
async function objection(
  { file, real, bytes }: { file: string; real: string; bytes: number },
  { depth, bundle, start, places }: Source,
  walk: Walk,
): Promise<Fault | undefined> {
  if (real === (await realpath(start)))
    return { fault: 'it is the very file that says so', remedy: 'Remove the mention.' };
  const root = await rootOf(real, start, bundle, places);
  if (root === undefined) {
    const folders = 'its own folder, the workspace and the home of agents';
    return { fault: `it leads out of ${folders}`, remedy: 'Keep what models are given in one of them.' };
  }
  const secret = await secretFault(file, root);
  if (secret !== undefined) return { fault: secret, remedy: 'Mention only what a model may read.' };
  if (depth > DEEPEST)
    return {
      fault: `more than ${DEEPEST} files mention each other`,
      remedy: 'Mention it in the first of them.',
    };
  if (bytes > LARGEST_KB * 1024)
    return {
      fault: `it has more than ${LARGEST_KB} KB`,
      remedy: 'Say that what is needed is to be read with tools.',
    };
  if (walk.bytes + bytes > MOST_KB * 1024)
    return { fault: `all files together have more than ${MOST_KB} KB`, remedy: 'Mention fewer.' };
  return undefined;
}

const ESCAPE = 'Where no file is meant, write \\@.';

function* mentionsIn({
  text,
  from,
  file,
}: Source): Iterable<{ mention: string; place: Required<Pick<Diagnostic, 'file' | 'line' | 'column'>> }> {
  const prose = text.slice(0, from) + withoutCode(text.slice(from));
  for (const match of prose.matchAll(MENTION)) {
    // A full stop or a colon behind it belongs to the sentence.
    const mention = match[1]!.replace(/[.:\\]+$/, '');
    if (match.index < from || mention === '' || mention === '~') continue;
    const before = text.slice(0, match.index);
    const line = before.split('\n').length;
    const column = match.index - before.lastIndexOf('\n');
    yield { mention, place: { file, line, column } };
  }
}

/** Words with an `@` that are no path and no file are just words. */
function isPath(mention: string): boolean {
  return /[./\\:]/.test(mention);
}

async function firstFile(
  files: readonly string[],
  looked: Set<string>,
): Promise<{ file: string; bytes: number } | undefined> {
  for (const file of files.flatMap((each) => [each, `${each}.md`])) {
    looked.add(file);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile()) return { file, bytes: found.size };
  }
  return undefined;
}

/** Files of the same text are told once. */
function joined(all: readonly Drawn[]): MentionedFile[] {
  const byText = new Map<string, Drawn>();
  for (const each of all) {
    const same = byText.get(each.text);
    if (same) same.paths.push(...each.paths);
    else byText.set(each.text, { text: each.text, paths: [...each.paths] });
  }
  return [...byText.values()];
}

/** As the model reads it. */
export function contextFileText({ paths, text }: MentionedFile): string {
  const names = paths.map(({ mention, file }) => `@${mention} → ${file}`).join(', ');
  return `<context_file paths="${names.replaceAll('"', '&quot;')}">\n${text.trim()}\n</context_file>`;
}
