/** The tool `write_file`: a whole file at once, created or replaced (RT-50). */
import fs from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { defineTool, PatchbayError, type ToolContext, ToolFailure } from '../../sdk/index.ts';
import { PathConfig, resolveForWriting } from '../../sdk/paths.ts';
import { existingFile, replaceFile } from './atomic-write.ts';
import { fileFailure } from './file-failure.ts';
import type { OneAtATime } from './one-at-a-time.ts';

const Input = z.object({
  file_path: z
    .string()
    .check(z.describe('The file, relative to the working folder or absolute. `~/` is the home folder.')),
  content: z.string().check(z.describe('The whole content of the file, written as UTF-8 exactly as given.')),
});

export const createWriteFile = (perFile: OneAtATime) =>
  defineTool({
    name: 'write_file',
    description: `Writes a whole file, creating it and the folders above it, or replacing what it held. Use it for new files and complete rewrites; to change parts of a file use edit_file, which needs less text and keeps the rest.
Read an existing file before you replace it. The file is replaced in one step: a failure leaves the old content.`,
    annotations: { read_only: false, destructive: true, idempotent: true, open_world: false },
    input: Input,
    config: PathConfig,
    execute: (input, context) =>
      perFile.run(path.resolve(context.cwd, input.file_path), () => writeFile(input, context)),
  });

async function writeFile({ file_path, content }: z.infer<typeof Input>, context: ToolContext<PathConfig>) {
  if (/[\\/]$/.test(file_path)) {
    throw new ToolFailure(`"${file_path}" names a folder; give the path of a file.`);
  }
  const target = await resolveForWriting(file_path, context);
  if (context.signal.aborted) throw new PatchbayError('cancelled', 'Cancelled; nothing was written.');
  const bytes = Buffer.from(content, 'utf8');
  try {
    const existing = await existingFile(target);
    await fs.mkdir(path.dirname(target.real), { recursive: true });
    await replaceFile(target, bytes, existing);
    return { file_path: target.shown, bytes: bytes.length, created: existing === undefined };
  } catch (error) {
    throw fileFailure(error, target.shown);
  }
}
