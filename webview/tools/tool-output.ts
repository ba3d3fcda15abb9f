/** The output of a tool in parts that can be read: text first, anything else as JSON. */
import type { Referenced } from '../../src/protocol/events.ts';
import { strings } from '../strings.ts';
import { isRecord, isReferenced, member } from '../values.ts';

export interface OutputPart {
  /** Only where there are several. */
  readonly label?: string;
  readonly value: string | Referenced;
}

/** No parts: there is nothing to read. */
export function outputParts(output: unknown): OutputPart[] {
  if (output === undefined || output === null || output === '') return [];
  if (typeof output === 'string' || isReferenced(output)) return [{ value: output }];
  if (!isRecord(output)) return [{ value: JSON.stringify(output, null, 2) }];
  const printed = printedParts(output);
  if (printed) return printed;
  if (output.type === 'image') return [{ value: imageText(output) }];
  const text = member(output, 'content') ?? member(output, 'output');
  if (text !== undefined)
    return [...partOf(undefined, text), ...partOf(undefined, member(output, 'warning'))];
  const found = foundLines(output);
  return [{ value: found ?? JSON.stringify(output, null, 2) }];
}

/** How a program ended; undefined for tools that run none. */
export function exitCode(output: unknown): number | undefined {
  const code = isRecord(output) ? (output.returncode ?? output.exit_code) : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** What a program printed: empty streams are left out. */
function printedParts(output: Record<string, unknown>): OutputPart[] | undefined {
  if (!('stdout' in output || 'stderr' in output)) return undefined;
  return [
    ...partOf(undefined, member(output, 'stdout')),
    ...partOf(strings.tool.errorOutput, member(output, 'stderr')),
  ];
}

function partOf(label: string | undefined, value: string | Referenced | undefined): OutputPart[] {
  if (value === undefined || value === '') return [];
  return [label === undefined ? { value } : { label, value }];
}

/** What a search found, one line each. */
function foundLines(output: Record<string, unknown>): string | undefined {
  const { results, matches } = output;
  const found = Array.isArray(results) ? results : matches;
  if (!Array.isArray(found) || !found.every(isRecord)) return undefined;
  return found
    .map(({ file, path, line_number: line, content, count }) =>
      [file ?? path, line, content ?? count].filter((part) => part !== undefined).join(':'),
    )
    .join('\n');
}

function imageText(image: Record<string, unknown>): string {
  const bytes = isReferenced(image.data) ? image.data.bytes : String(image.data ?? '').length;
  // Base64 is a third longer than what it stands for.
  return strings.tool.image(String(image.mime_type ?? strings.tool.output), Math.round(bytes * 0.75));
}
