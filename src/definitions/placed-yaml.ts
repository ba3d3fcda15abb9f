/** YAML inside a definition file, with the place in that file of whatever is to be said about a key. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';

/** Something to say about a key. */
export interface Note extends Pick<Diagnostic, 'severity' | 'message' | 'remedy'> {
  readonly path: readonly PropertyKey[];
  /** Absent: where the value stands. */
  readonly at?: 'key';
}

export interface PlacedYaml {
  /** Undefined when it cannot be read; an empty map when there is nothing. */
  readonly content: unknown;
  /** Why it cannot be read; empty otherwise. */
  readonly diagnostics: readonly Diagnostic[];
  /** A diagnostic about a key, at its place. */
  note(note: Note): Diagnostic;
}

export interface YamlPlace {
  readonly file: string;
  /** The line of the file, from 1, on which the YAML begins. */
  readonly line: number;
  /** What the file is for, as in "the agent". */
  readonly what: string;
}

/** Never throws. */
export function parsePlacedYaml(yaml: string, { file, line: first, what }: YamlPlace): PlacedYaml {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const placed = (offset: number | undefined, about: Omit<Note, 'path' | 'at'>): Diagnostic => {
    if (offset === undefined) return { file, line: first, ...about };
    const { line, col } = lines.linePos(offset);
    return { file, line: first + line - 1, column: col, ...about };
  };
  const note: PlacedYaml['note'] = ({ path, at, ...about }) => placed(offsetOf(document, path, at), about);
  const fault = (offset: number | undefined, code: string, message: string) =>
    placed(offset, yamlFault(code, message, what));
  if (document.errors.length > 0) {
    const diagnostics = document.errors.map(({ pos, code, message }) => fault(pos[0], code, message));
    return { content: undefined, diagnostics, note };
  }
  try {
    return { content: document.toJS() ?? {}, diagnostics: [], note };
  } catch (error) {
    // References are only followed now: one that leads nowhere (an unquoted `*.ts`), or far too many.
    const diagnostics = [fault(undefined, 'BAD_ALIAS', (error as Error).message)];
    return { content: undefined, diagnostics, note };
  }
}

function yamlFault(code: string, message: string, what: string): Omit<Note, 'path' | 'at'> {
  // The library's own place counts from the fence, and an excerpt follows.
  const found = message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
  const remedies: Readonly<Record<string, string>> = {
    TAB_AS_INDENT: 'Indent with spaces.',
    DUPLICATE_KEY: 'Keep one of the two.',
  };
  return {
    message: `This is not valid YAML: ${found}.`,
    remedy: remedies[code] ?? `Correct the frontmatter; until then the ${what} is not available.`,
  };
}

/** Where a value stands, or its key; when it is not there, what it should stand in. */
function offsetOf(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  at: Note['at'],
): number | undefined {
  const key = path.at(-1);
  if (key === undefined) return document.contents?.range?.[0];
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent)
    ? parent.items.find((each) => isScalar(each.key) && each.key.value === key)
    : undefined;
  const value = document.getIn(path, true);
  const node = at === 'key' ? (pair?.key ?? value) : (value ?? pair?.key);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 1 ? undefined : offsetOf(document, path.slice(0, -1), 'key');
}
