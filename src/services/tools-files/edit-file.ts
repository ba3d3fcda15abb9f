/** The tool `edit_file`: an exact text replaced by another (RT-50). */
import path from 'node:path';
import * as z from 'zod/mini';
import { defineTool, PatchbayError, type ToolContext, ToolFailure } from '../../sdk/index.ts';
import { type GuardedPath, PathConfig, resolveForReading, resolveForWriting } from '../../sdk/paths.ts';
import { existingFile, replaceFile } from './atomic-write.ts';
import { editDiff } from './edit-diff.ts';
import { decodeText, detectEncoding, type EncodedText, encodeText, SAMPLE_BYTES } from './encoding.ts';
import { fileFailure, isMissing, sizeText } from './file-failure.ts';
import { missingFile } from './missing-file.ts';
import { nearestText } from './nearest-text.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import { openFile } from './open-file.ts';
import { findOccurrences, lineNumbers, type Occurrence, replaceOccurrences } from './replace-text.ts';

/** The whole file has to be held for an edit; beyond this a program that streams is the better tool. */
const MAX_BYTES = 32_000_000;
const MAX_LISTED_LINES = 10;

const Input = z.object({
  file_path: z
    .string()
    .check(z.describe('The file, relative to the working folder or absolute. `~/` is the home folder.')),
  old_string: z
    .string()
    .check(
      z.describe(
        'The text to replace, exactly as in the file, with its indentation and without line numbers.',
      ),
    ),
  new_string: z.string().check(z.describe('The text to put in its place; may be empty.')),
  replace_all: z
    ._default(z.boolean(), false)
    .check(z.describe('Replace every occurrence; otherwise old_string must occur exactly once.')),
});

export const createEditFile = (perFile: OneAtATime) =>
  defineTool({
    name: 'edit_file',
    description:
      'Replaces an exact piece of text in a file: old_string, which must occur exactly once, by new_string. Read the file first; to create one use write_file.',
    instructions: `- Copy old_string from what read_file gave, with its indentation and without the line numbers and the tab after them.
- It must occur exactly once in the file: add the lines before and after it until it does, no more than that. Set replace_all only where every occurrence is to change, such as a name.
- An edit that fails has changed nothing. When it says that the text was not found, read the file again: it may have changed since.
- Several edits of one file may stand in one answer; they are done one after another, so each must fit what the ones before it left.
- Line breaks and encoding of the file are kept; both kinds of line break match. Files over ${sizeText(MAX_BYTES)} can't be edited.`,
    annotations: { read_only: false, destructive: true, idempotent: false, open_world: false },
    input: Input,
    config: PathConfig,
    execute: (edit, context) =>
      perFile.run(path.resolve(context.cwd, edit.file_path), () => guardedEdit(edit, context)),
  });

type Edit = z.infer<typeof Input>;

async function guardedEdit(edit: Edit, context: ToolContext<PathConfig>) {
  if (edit.old_string === edit.new_string) {
    throw new ToolFailure('old_string and new_string are identical: there is nothing to change.');
  }
  if (edit.old_string === '') {
    throw new ToolFailure('old_string is empty. Give the text to replace, or use write_file for a new file.');
  }
  const target = await resolveForWriting(edit.file_path, context);
  await resolveForReading(edit.file_path, context);
  try {
    return await editFile(target, edit, context.signal);
  } catch (error) {
    throw isMissing(error) ? await missingFile(target) : fileFailure(error, target.shown);
  }
}

async function editFile(target: GuardedPath, edit: Edit, signal: AbortSignal) {
  const existing = await existingFile(target);
  const { text, encoding } = await readWhole(target);
  const occurrences = findOccurrences(text, edit.old_string);
  if (occurrences.length === 0) throw notFound(target, text, edit.old_string);
  if (occurrences.length > 1 && !edit.replace_all) throw notUnique(target, text, occurrences);
  if (signal.aborted) throw new PatchbayError('cancelled', 'The edit was cancelled; the file is unchanged.');
  const bytes = encodeText(replaceOccurrences(text, occurrences, edit.new_string), encoding);
  await replaceFile(target, bytes, existing);
  const diff = editDiff(text, occurrences, edit.new_string);
  return {
    file_path: target.shown,
    replacements_made: occurrences.length,
    bytes_written: bytes.length,
    first_line: lineNumbers(text, [occurrences[0]!.start])[0]!,
    ...(diff !== undefined && { diff }),
  };
}

async function readWhole(target: GuardedPath): Promise<{ text: string; encoding: EncodedText }> {
  await using file = await openFile(target);
  if (!file) throw new ToolFailure(`"${target.shown}" is a folder.`);
  if (file.size > MAX_BYTES) {
    throw new ToolFailure(
      `"${target.shown}" has ${sizeText(file.size)}; edit_file takes at most ${sizeText(MAX_BYTES)}. Use a program such as sed through bash.`,
    );
  }
  const bytes = await file.handle.readFile();
  const encoding = detectEncoding(bytes.subarray(0, SAMPLE_BYTES));
  if (!encoding) throw new ToolFailure(`"${target.shown}" is a binary file; edit_file changes text only.`);
  try {
    return { text: decodeText(bytes, encoding), encoding };
  } catch (error) {
    throw new ToolFailure(
      `"${target.shown}" is not valid ${encoding.encoding.toUpperCase()} (${(error as Error).message}). An edit would damage it; ` +
        'use a program that knows its encoding through bash.',
    );
  }
}

function notFound({ shown }: GuardedPath, text: string, wanted: string): ToolFailure {
  const nearest = nearestText(text, wanted);
  if (!nearest) {
    return new ToolFailure(
      `old_string was not found in "${shown}", nor anything like it. Read the file again.`,
    );
  }
  const lines = nearest.lines.map(
    (line, index) => `${String(nearest.firstLine + index).padStart(6)}\t${line.slice(0, 500)}`,
  );
  const why = nearest.isOnlyWhitespace
    ? 'It differs from these lines only in spaces, tabs or blank lines; copy them exactly:'
    : 'The nearest text is this:';
  return new ToolFailure(`old_string was not found in "${shown}". ${why}\n${lines.join('\n')}`);
}

function notUnique({ shown }: GuardedPath, text: string, occurrences: readonly Occurrence[]): ToolFailure {
  const listed = occurrences.slice(0, MAX_LISTED_LINES).map(({ start }) => start);
  const more = occurrences.length > listed.length ? ', …' : '';
  return new ToolFailure(
    `old_string occurs ${occurrences.length} times in "${shown}", at lines ${lineNumbers(text, listed).join(', ')}${more}. ` +
      'Add lines around it so that it is unique, or set replace_all to replace every one.',
  );
}
