/** `patchbay session export`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { type ExportFormat, exportSession } from '../session/export/export.ts';
import { terminalHost } from './terminal-surroundings.ts';

/** @throws PatchbayError `config` for an unknown or ambiguous id, or a file that cannot be written. */
export async function exportText(
  around: Surroundings,
  id: string,
  { format, out }: { readonly format: ExportFormat; readonly out?: string },
): Promise<void> {
  await using host = terminalHost(around);
  const text = await exportSession(host.sessions, id, format);
  if (out === undefined) stdout.write(text);
  else await save(resolve(out), text);
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PatchbayError('config', `"${file}" cannot be written: ${reason}.`, { cause });
  }
}
