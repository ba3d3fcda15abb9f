/** How long a message may be, whatever the line. */
import { PatchbayError, RpcCode, toWireError } from './errors.ts';
import { isRecord } from './reading.ts';

/** The reference's services refuse a longer line (its stream limit); so none is sent, and none is read. Less the line's end. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024 - 1;

/**
 * A message as it is sent. A response that is too long becomes an error in its place, so that its caller hears of it.
 * @throws PatchbayError `protocol` for a request or notification that is too long.
 */
export function messageText(message: object): string {
  // What is far too long is not even written: its text alone could take all memory there is.
  const text = isTooLong(message) ? undefined : JSON.stringify(message);
  // Never more than three bytes a unit: most messages need not be counted.
  if (text !== undefined && text.length * 3 <= MAX_MESSAGE_BYTES) return text;
  const bytes = text === undefined ? undefined : Buffer.byteLength(text);
  if (text !== undefined && bytes! <= MAX_MESSAGE_BYTES) return text;
  const method = 'method' in message ? String(message.method) : undefined;
  const error = tooLong(method === undefined ? 'an answer' : method, bytes);
  if (method !== undefined || !('id' in message)) throw error;
  return JSON.stringify({ jsonrpc: '2.0', id: message.id, error: toWireError(error) });
}

export function tooLong(what: string, bytes: number | undefined, service?: string): PatchbayError {
  return new PatchbayError(
    'protocol',
    `A message of ${bytes === undefined ? 'unknown length' : `${bytes} bytes`} (${what}) exceeds the limit of ${MAX_MESSAGE_BYTES} bytes.`,
    { service, code: RpcCode.internal, remedy: 'Pass large contents by file path instead.' },
  );
}

/**
 * Whether a value is longer than a message may be, for a line that copies values instead of writing text. Counts
 * no further than it has to, so that what is small costs little.
 */
export function isTooLong(value: unknown): boolean {
  let left = MAX_MESSAGE_BYTES;
  const stack: unknown[] = [value];
  while (stack.length > 0) {
    const next = stack.pop();
    left -= 1;
    if (typeof next === 'string') left -= next.length;
    else if (ArrayBuffer.isView(next) || next instanceof ArrayBuffer) left -= next.byteLength;
    else if (Array.isArray(next)) for (const item of next) stack.push(item);
    else if (isRecord(next)) {
      for (const key in next) {
        left -= key.length;
        stack.push(next[key]);
      }
    }
    if (left < stack.length) return true;
  }
  return false;
}
