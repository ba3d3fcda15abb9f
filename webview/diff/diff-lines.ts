/** Changes of a text as lines: made from two texts, or read from a unified diff. */
import { structuredPatch } from 'diff';
import { isRecord } from '../values.ts';

export interface DiffLine {
  readonly type: 'added' | 'removed' | 'same' | 'gap';
  readonly text: string;
  /** Line number in the file, where it is known: of the new text, or of the old one for removed lines. */
  readonly number?: number | undefined;
}

const CONTEXT_LINES = 3;
/** Beyond, comparing takes too long: the old text is shown as removed and the new one as added. */
const MAX_COMPARED = 20_000;
const MAX_EDITS = 2_000;

export function diffTexts(before: string, after: string): DiffLine[] {
  const patch =
    before.length + after.length > MAX_COMPARED * 40
      ? undefined
      : structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES, maxEditLength: MAX_EDITS });
  if (!patch) return [...lines(before, 'removed'), ...lines(after, 'added')];
  return patch.hunks.flatMap((hunk, index) => [
    ...(index > 0 ? [GAP] : []),
    ...hunk.lines.flatMap((line) => lineOf(line) ?? []),
  ]);
}

/** The hunks of a unified diff, with line numbers; anything else before, between and after them is left out. */
export function parseUnifiedDiff(diff: string): DiffLine[] {
  const result: DiffLine[] = [];
  let [oldNumber, newNumber] = [0, 0];
  let inHunk = false;
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk) {
      if (inHunk) result.push(GAP);
      inHunk = true;
      [oldNumber, newNumber] = [Number(hunk[1]), Number(hunk[2])];
      continue;
    }
    const line = inHunk ? lineOf(text) : undefined;
    if (!line) continue;
    result.push({ ...line, number: line.type === 'removed' ? oldNumber : newNumber });
    if (line.type !== 'added') oldNumber += 1;
    if (line.type !== 'removed') newNumber += 1;
  }
  return result;
}

export function countChanges(diff: readonly DiffLine[]): { added: number; removed: number } {
  const count = (type: DiffLine['type']) => diff.filter((line) => line.type === type).length;
  return { added: count('added'), removed: count('removed') };
}

/**
 * The change that a value went through: of its only changed text if there is one, else of its JSON.
 * `field` names the text that is compared.
 */
export function diffValues(before: unknown, after: unknown): { lines: DiffLine[]; field?: string } {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    const [field] = changed;
    if (changed.length === 1 && field !== undefined) {
      const inside = diffValues(before[field], after[field]);
      return { lines: inside.lines, field: inside.field ?? field };
    }
  }
  return { lines: diffTexts(asText(before), asText(after)) };
}

const GAP: DiffLine = { type: 'gap', text: '⋯' };

function lineOf(line: string): DiffLine | undefined {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { type: 'added', text };
    case '-':
      return { type: 'removed', text };
    case ' ':
      return { type: 'same', text };
    default:
      return undefined;
  }
}

function lines(text: string, type: DiffLine['type']): DiffLine[] {
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ type, text: line }));
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}
