/** The tool `read_file`: numbered lines of a text, an image, or what a folder holds (RT-50). */
import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod/mini';
import { defineTool, PatchbayError, ToolFailure } from '../../sdk/index.ts';
import { type GuardedPath, PathConfig, resolveForReading } from '../../sdk/paths.ts';
import { detectEncoding, type EncodedText, SAMPLE_BYTES } from './encoding.ts';
import { fileFailure, isMissing, sizeText } from './file-failure.ts';
import { listFolder } from './folder-listing.ts';
import { type ImageType, imageType } from './image-type.ts';
import { missingFile } from './missing-file.ts';
import { chunksOf, type OpenFile, openFile } from './open-file.ts';
import { CUT_MARK, readWindow, type TextWindow } from './text-window.ts';

const MAX_LINES = 2_000;
const MAX_LINE_CHARS = 2_000;
/** Of the numbered text: about 64 000 tokens. */
const MAX_CHARS = 256_000;
const MAX_IMAGE_BYTES = 5_000_000;

const Input = z.object({
  file_path: z
    .string()
    .check(
      z.describe('The file or folder, relative to the working folder or absolute. `~/` is the home folder.'),
    ),
  offset: z
    .optional(z.int().check(z.gte(0, 'must not be negative')))
    .check(z.describe('Number of the first line to read; 1 is the first of the file (the default).')),
  limit: z
    .optional(z.int().check(z.gte(1, 'must be at least 1')))
    .check(z.describe(`How many lines to read: ${MAX_LINES} when left out, and never more.`)),
});

export const readFile = defineTool({
  name: 'read_file',
  description: `Reads a file and returns its text with line numbers (number, tab, line). Use it before editing a file, and instead of cat, head or tail.
- Gives ${MAX_LINES} lines at most; read a longer file part by part with offset and limit. A file of any size can be read so.
- Longer lines than ${MAX_LINE_CHARS} characters are cut and end in "${CUT_MARK}".
- Shows PNG, JPEG, GIF and WebP images up to ${sizeText(MAX_IMAGE_BYTES)} as pictures; other binary files are refused.
- For a folder it lists what is in it; folders end in "/".
The line numbers and the tab after them are not part of the file: leave them out of old_string when you edit.`,
  annotations: { read_only: true, destructive: false, idempotent: true, open_world: false },
  input: Input,
  config: PathConfig,
  async execute({ file_path, offset, limit }, context) {
    const path = await resolveForReading(file_path, context);
    const from = Math.max(1, offset ?? 1);
    const count = Math.min(limit ?? MAX_LINES, MAX_LINES);
    try {
      await using file = await openFile(path);
      if (!file) return await listFolder(path, from, count);
      return await readOpen(file, path, from, count, context.signal);
    } catch (error) {
      if (context.signal.aborted) throw new PatchbayError('cancelled', 'Reading was cancelled.');
      throw isMissing(error) ? await missingFile(path) : fileFailure(error, path.shown);
    }
  },
});

async function readOpen(
  file: OpenFile,
  path: GuardedPath,
  offset: number,
  count: number,
  signal: AbortSignal,
) {
  const sample = Buffer.alloc(SAMPLE_BYTES);
  const { bytesRead } = await file.handle.read(sample, 0, SAMPLE_BYTES, 0);
  const head = sample.subarray(0, bytesRead);
  const image = imageType(head);
  if (image) return readImage(file, path, image);
  const encoding = detectEncoding(head);
  if (!encoding) throw binary(path, file.size);
  return readText(file.handle, path, encoding, { offset, count }, signal);
}

async function readText(
  handle: FileHandle,
  { shown }: GuardedPath,
  encoding: EncodedText,
  { offset, count }: { offset: number; count: number },
  signal: AbortSignal,
) {
  const window = await readWindow(chunksOf(handle, signal), encoding, {
    offset,
    maxLines: count,
    maxLineChars: MAX_LINE_CHARS,
    maxChars: MAX_CHARS,
  });
  const warning = warningOf(window, offset);
  return {
    file_path: shown,
    content: window.content,
    total_lines: window.totalLines,
    lines_read: window.linesRead,
    offset,
    ...(warning !== '' && { warning }),
  };
}

function warningOf(
  { totalLines, linesRead, hasCutLines, hasInvalidText }: TextWindow,
  offset: number,
): string {
  const next = offset + linesRead;
  const warnings = [
    totalLines === 0 && 'The file is empty.',
    totalLines > 0 && offset > totalLines && `The file has only ${totalLines} lines.`,
    linesRead > 0 && next <= totalLines && `There is more: read on with offset ${next}.`,
    hasCutLines && `Lines longer than ${MAX_LINE_CHARS} characters were cut.`,
    hasInvalidText && 'Some bytes are not valid text and are shown as \uFFFD.',
  ];
  return warnings.filter((warning) => warning !== false).join(' ');
}

/** The output is an image block, which the loop hands to the model as it is. */
async function readImage({ handle, size }: OpenFile, { shown }: GuardedPath, mimeType: ImageType) {
  if (size > MAX_IMAGE_BYTES) {
    throw new ToolFailure(
      `"${shown}" is an image of ${sizeText(size)}; at most ${sizeText(MAX_IMAGE_BYTES)} can be shown. Make it smaller first.`,
    );
  }
  const data = Buffer.alloc(size);
  const { bytesRead } = await handle.read(data, 0, size, 0);
  const base64 = data.subarray(0, bytesRead).toString('base64');
  return { type: 'image', mime_type: mimeType, data: base64, file_path: shown, bytes: bytesRead };
}

function binary({ shown }: GuardedPath, size: number): ToolFailure {
  return new ToolFailure(
    `"${shown}" is a binary file (${sizeText(size)}), which can't be shown as text. ` +
      'Inspect it with a suitable program through bash, for example `file` or `xxd`.',
  );
}
