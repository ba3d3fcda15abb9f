/** `.ai-agent.env` beside a settings file: values for the `${VAR}` of that file and of no other (AT-41, AT-42, AT-45). */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic } from './diagnostic.ts';

export const SIDECAR = '.ai-agent.env';

export interface Sidecar {
  readonly values: ReadonlyMap<string, string>;
  /** They never quote a line: it may hold a secret. */
  readonly diagnostics: readonly Diagnostic[];
}

export function sidecarOf(settingsFile: string): string {
  return join(dirname(settingsFile), SIDECAR);
}

/** Never throws; one that is not there holds nothing. */
export async function readSidecar(file: string): Promise<Sidecar> {
  try {
    return parseSidecar(await readFile(file, 'utf8'), file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { values: new Map(), diagnostics: [] };
    const remedy = 'Make the file readable or remove it.';
    return { values: new Map(), diagnostics: [{ file, message: `Cannot be read: ${message}.`, remedy }] };
  }
}

/** What is wrong with the sidecars of these files, each once, whether anything needs them now or not. */
export async function sidecarFaults(files: readonly string[]): Promise<Diagnostic[]> {
  const sidecars = [...new Set(files.map(sidecarOf))];
  return (await Promise.all(sidecars.map(readSidecar))).flatMap(({ diagnostics }) => diagnostics);
}

const LINE = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;
const QUOTED = /^(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/;

/** Lines of `KEY=VALUE`, quoted or not, with `export` or without; blank ones and `#` comments. The last of a name counts. */
export function parseSidecar(text: string, file: string): Sidecar {
  const values = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, whole] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    const broken = (message: string, remedy: string) =>
      diagnostics.push({ file, line: index + 1, column: 1, message, remedy });
    const [, name, given = ''] = LINE.exec(line) ?? [];
    if (name === undefined) {
      broken('This line is no KEY=VALUE; it is left out.', 'Write KEY=VALUE, KEY="VALUE" or a # before it.');
      continue;
    }
    const value = unquoted(given);
    if (value === undefined)
      broken(`The quotes of ${name} do not end on this line; it is left out.`, 'Close the quotes.');
    else values.set(name, value);
  }
  return { values, diagnostics };
}

function unquoted(given: string): string | undefined {
  const quoted = QUOTED.exec(given);
  if (quoted) return quoted[1] ?? quoted[2];
  if (/^["']/.test(given)) return undefined;
  return given.replace(/(?:^|\s+)#.*$/, '').trim();
}
