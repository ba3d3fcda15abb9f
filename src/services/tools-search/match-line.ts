/** One record of `rg --json`, as far as it is a line of a file. */
import * as z from 'zod/mini';
import type { SplitRecord } from './split-records.ts';

export interface MatchLine {
  readonly file: string;
  /** Without the line break at its end; cut to what can be read. */
  readonly content: string;
  readonly lineNumber: number | undefined;
  readonly isContext: boolean;
}

const MAX_LINE_CHARS = 500;
/** How much is shown before a match that is far into a long line. */
const LEAD_CHARS = 100;

/** Text, or bytes in base64 where the file's text is not valid UTF-8. */
const Text = z.union([z.object({ text: z.string() }), z.object({ bytes: z.string() })]);
const Line = z.object({
  type: z.enum(['match', 'context']),
  data: z.object({
    path: Text,
    lines: Text,
    line_number: z.nullable(z.number()),
    submatches: z.array(z.object({ start: z.number() })),
  }),
});

/** Undefined for records that are no lines: begin, end, summary. */
export function matchLine(record: SplitRecord): MatchLine | undefined {
  if (record.isCut) return overlongLine(record.text);
  const parsed = Line.safeParse(JSON.parse(record.text));
  if (!parsed.success) return undefined;
  const { type, data } = parsed.data;
  return {
    file: textOf(data.path),
    content: readable(textOf(data.lines).replace(/\r?\n$/, ''), data.submatches[0]?.start ?? 0),
    lineNumber: data.line_number ?? undefined,
    isContext: type === 'context',
  };
}

/** A line too long to be held: where it is can still be told from the record's beginning. */
function overlongLine(start: string): MatchLine | undefined {
  const found = /^\{"type":"(match|context)","data":\{"path":\{"text":("(?:[^"\\]|\\.)*")\}/.exec(start);
  if (!found) return undefined;
  const content = '[a very long line, not shown]';
  return {
    file: JSON.parse(found[2]!) as string,
    content,
    lineNumber: undefined,
    isContext: found[1] === 'context',
  };
}

function textOf(text: z.infer<typeof Text>): string {
  return 'text' in text ? text.text : Buffer.from(text.bytes, 'base64').toString('utf8');
}

/** @param matchByte where the match begins; in bytes, which is near enough to show it. */
function readable(line: string, matchByte: number): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  const from =
    matchByte + LEAD_CHARS < MAX_LINE_CHARS
      ? 0
      : Math.min(matchByte - LEAD_CHARS, line.length - MAX_LINE_CHARS);
  const start = from > 0 ? '... ' : '';
  const end = from + MAX_LINE_CHARS < line.length ? ' ... [truncated]' : '';
  // Half a surrogate pair at either edge would be no valid text.
  const part = line.slice(from, from + MAX_LINE_CHARS).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  return start + part + end;
}
