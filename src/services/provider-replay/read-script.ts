/** Reads a script file. Whatever is wrong is told with file, line and what was expected. */
import { readFile } from 'node:fs/promises';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { issuesText } from '../../protocol/issues-text.ts';
import { PatchbayError } from '../../sdk/index.ts';
import { Script } from './script-schema.ts';

/** @throws PatchbayError `config` for a file that is missing, no YAML or JSON, or not a script. */
export async function readScript(file: string): Promise<Script> {
  const source = await readText(file);
  const lines = new LineCounter();
  // JSON is YAML, so one parser gives line numbers for both.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault) throw refused(`${file}:${lines.linePos(fault.pos[0]).line}: ${fault.message}`);
  const parsed = Script.safeParse(document.toJS());
  if (parsed.success) {
    checkPatterns(parsed.data, file, (path) => lineOf(document, path, lines));
    return parsed.data;
  }
  const faults = parsed.error.issues.map((issue) => {
    const path = issue.path.filter((key): key is string | number => typeof key !== 'symbol');
    return `${file}:${lineOf(document, path, lines)}: ${issuesText([issue])}`;
  });
  throw refused(faults.join('\n'));
}

/** @throws PatchbayError `config` naming the file. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new PatchbayError('config', `The replay script ${file} can't be read (${reason}).`, {
      remedy: 'Check the path in the setting “script” of the provider “replay”.',
      cause,
    });
  }
}

/** The text of `/pattern/flags`; undefined for a match that is plain text. */
export function patternOf(match: string): { source: string; flags: string } | undefined {
  const found = /^\/(.+)\/([a-z]*)$/s.exec(match);
  return found ? { source: found[1] ?? '', flags: found[2] ?? '' } : undefined;
}

function checkPatterns(script: Script, file: string, lineAt: (path: (string | number)[]) => number): void {
  for (const [at, { match = [] }] of script.conversations.entries()) {
    for (const pattern of [match].flat().map(patternOf)) {
      if (!pattern) continue;
      try {
        new RegExp(pattern.source, pattern.flags);
      } catch (cause) {
        const where = `${file}:${lineAt(['conversations', at, 'match'])}`;
        throw refused(`${where}: conversations.${at}.match: ${(cause as Error).message}`);
      }
    }
  }
}

/** The line of a value, or of the nearest thing around it that exists. */
function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function refused(faults: string): PatchbayError {
  return new PatchbayError('config', `The replay script is not right.\n${faults}`, {
    remedy: 'Correct the script; docs/replay.md describes it.',
  });
}
