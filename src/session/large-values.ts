/**
 * Takes large values out of an event on its way into the log (design §4): what a tool was given and answered,
 * and what a hook changed. What the model and the person said stays whole: their schema says text.
 */
import { type EventBody, isReferenced, type Referenced } from '../protocol/events.ts';
import { isRecord } from '../protocol/reading.ts';
import { blobRef } from './blobs.ts';

/** Bytes of UTF-8 a value may have inside the log: as text, or as JSON. */
export const LARGE_BYTES = 8 * 1024;
const PREVIEW_LENGTH = 400;

/** Stores the text of a value that went. */
export type Keep = (ref: string, text: string) => void;

export function isLarge(text: string): boolean {
  // A UTF-16 unit takes three bytes at most: most texts are decided without counting.
  return (
    text.length > LARGE_BYTES || (text.length * 3 > LARGE_BYTES && Buffer.byteLength(text) > LARGE_BYTES)
  );
}

/** The event with every large value replaced by `{$ref, bytes, preview}`; the very same one if there is none. */
export function withoutLargeValues(body: EventBody, keep: Keep): EventBody {
  switch (body.type) {
    case 'tool.requested':
    case 'tool.started':
      return { ...body, input: shrinkRecord(body.input, keep) };
    case 'tool.finished':
      return { ...body, output: shrink(body.output, keep) };
    case 'hook.decided':
      return { ...body, before: shrink(body.before, keep), after: shrink(body.after, keep) };
    case 'approval.requested':
      return { ...body, subject: shrinkSubject(body.subject, keep) };
    case 'approval.answered':
      return body.edited ? { ...body, edited: shrinkRecord(body.edited, keep) } : body;
    default:
      return body;
  }
}

/**
 * The value as it was. What was stored as JSON comes back as its text, as a reference does not tell the two apart.
 * @param read gives the text a reference stands for.
 */
export async function withLargeValues(
  value: unknown,
  read: (reference: Referenced) => Promise<string>,
): Promise<unknown> {
  if (isReferenced(value)) return read(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => withLargeValues(item, read)));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await withLargeValues(item, read)]);
  return Object.fromEntries(await Promise.all(entries));
}

type Subject = Extract<EventBody, { type: 'approval.requested' }>['subject'];

/** Its texts are names and reasons; its values are what may be large. */
function shrinkSubject(subject: Subject, keep: Keep): Subject {
  return Object.fromEntries(
    Object.entries(subject).map(([key, value]) => [key, isRecord(value) ? shrink(value, keep) : value]),
  );
}

function shrinkRecord(record: Record<string, unknown>, keep: Keep): Record<string, unknown> {
  return shrink(record, keep) as Record<string, unknown>;
}

/** Large members first; what is still large without them goes as a whole, and they with it. */
function shrink(value: unknown, keep: Keep): unknown {
  const texts = new Map<string, string>();
  const smaller = withReferences(value, texts);
  for (const [ref, text] of texts) keep(ref, text);
  return smaller;
}

function withReferences(value: unknown, texts: Map<string, string>): unknown {
  if (typeof value === 'string') return isLarge(value) ? reference(value, texts) : value;
  if (typeof value !== 'object' || value === null) return value;
  const json = JSON.stringify(value);
  if (!isLarge(json)) return value;
  const ofMembers = new Map<string, string>();
  const smaller = Array.isArray(value)
    ? value.map((item) => withReferences(item, ofMembers))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReferences(item, ofMembers)]));
  if (isLarge(JSON.stringify(smaller))) return reference(json, texts);
  for (const [ref, text] of ofMembers) texts.set(ref, text);
  return smaller;
}

function reference(text: string, texts: Map<string, string>): Referenced {
  const ref = blobRef(text);
  texts.set(ref, text);
  return { $ref: ref, bytes: Buffer.byteLength(text), preview: beginning(text) };
}

/** Never half a character. */
function beginning(text: string): string {
  const end = /[\uD800-\uDBFF]/.test(text[PREVIEW_LENGTH - 1] ?? '') ? PREVIEW_LENGTH - 1 : PREVIEW_LENGTH;
  return text.slice(0, end);
}
