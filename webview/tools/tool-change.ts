/** What a file tool changes, as lines. */
import { type DiffLine, diffTexts, parseUnifiedDiff } from '../diff/diff-lines.ts';
import { isRecord } from '../values.ts';

const known = new WeakMap<object, DiffLine[] | null>();

/**
 * The change that an input asks for, or, once it is done, the one in the tool's output (with line numbers and
 * the lines around). Undefined for other tools, and where a text is kept elsewhere.
 */
export function toolChange(name: string, input: unknown, output?: unknown): DiffLine[] | undefined {
  if (name !== 'edit_file' && name !== 'write_file') return undefined;
  const from = isRecord(output) && typeof output.diff === 'string' ? output : input;
  if (!isRecord(from)) return undefined;
  const cached = known.get(from);
  if (cached !== undefined) return cached ?? undefined;
  const lines = linesOf(name, from);
  known.set(from, lines ?? null);
  return lines;
}

function linesOf(name: string, from: Record<string, unknown>): DiffLine[] | undefined {
  if (typeof from.diff === 'string') return parseUnifiedDiff(from.diff);
  const [before, after] = name === 'edit_file' ? [from.old_string, from.new_string] : ['', from.content];
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  return diffTexts(before, after);
}
