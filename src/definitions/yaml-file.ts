/** A YAML file read through its schema: the value, or diagnostics with the place of each fault. */
import { readFile } from 'node:fs/promises';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type * as core from 'zod/v4/core';
import { safeParse } from 'zod/v4/core';
import { issuesText } from '../protocol/issues-text.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface ReadResult<T> {
  /** Undefined when the file is missing or wrong. */
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Where a value stands, or what it is in; absent when there is no value. */
  readonly placeOf?: (path: readonly PropertyKey[]) => Pick<Diagnostic, 'line' | 'column'>;
}

/** Reads and checks a file. One that does not exist is no fault. */
export async function readYamlFile<T>(file: string, schema: core.$ZodType<T>): Promise<ReadResult<T>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { value: undefined, diagnostics: [] };
    const remedy = 'Make the file readable or remove it.';
    return { value: undefined, diagnostics: [{ file, message: `Cannot be read: ${message}.`, remedy }] };
  }
  return parseYaml(file, text, schema);
}

export function parseYaml<T>(file: string, text: string, schema: core.$ZodType<T>): ReadResult<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const invalid = (error: Error, offset: number | undefined): Diagnostic => {
    const place = offset === undefined ? undefined : lines.linePos(offset);
    return {
      file,
      ...(place && { line: place.line, column: place.col }),
      message: `This is not valid YAML: ${error.message.split('\n', 1)[0]}.`,
      remedy: 'Correct the line; until then the file is not used.',
    };
  };
  if (document.errors.length > 0) {
    return { value: undefined, diagnostics: document.errors.map((error) => invalid(error, error.pos[0])) };
  }
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch (error) {
    // References are only followed now: one that leads nowhere (an unquoted `*.ts`), or far too many.
    return { value: undefined, diagnostics: [invalid(error as Error, unresolvedAlias(document))] };
  }
  const parsed = safeParse(schema, content, { reportInput: true });
  const placeOf = (path: readonly PropertyKey[]) => {
    const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true);
    const range = isRanged(node) ? node.range : undefined;
    const place = range ? lines.linePos(range[0]) : undefined;
    return place ? { line: place.line, column: place.col } : {};
  };
  if (parsed.success) return { value: parsed.data, diagnostics: [], placeOf };
  const diagnostics = parsed.error.issues.map((issue) => {
    return {
      file,
      ...placeOf(issue.path),
      message: `${issuesText([issue])}.`,
      remedy: 'Correct or remove the key; until then the file is not used.',
    };
  });
  return { value: undefined, diagnostics };
}

/** Where the first reference to nothing is. */
function unresolvedAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return undefined;
      offset = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
