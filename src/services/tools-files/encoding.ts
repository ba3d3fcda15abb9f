/** Which encoding a file's text is in, and text from and to its bytes. Nothing but UTF-8 and UTF-16. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface EncodedText {
  readonly encoding: Encoding;
  readonly hasBom: boolean;
}

/** How many bytes of a file are enough to tell. */
export const SAMPLE_BYTES = 8 * 1024;

/** From a file's first bytes; undefined when they are no text. */
export function detectEncoding(sample: Uint8Array): EncodedText | undefined {
  if (startsWith(sample, [0xef, 0xbb, 0xbf])) return { encoding: 'utf-8', hasBom: true };
  if (startsWith(sample, [0xff, 0xfe])) return { encoding: 'utf-16le', hasBom: true };
  if (startsWith(sample, [0xfe, 0xff])) return { encoding: 'utf-16be', hasBom: true };
  if (!sample.includes(0)) return { encoding: 'utf-8', hasBom: false };
  return withoutBom(sample);
}

/**
 * The whole text, the mark at its start left out.
 * @throws TypeError when the bytes are not valid in that encoding.
 */
export function decodeText(bytes: Uint8Array, { encoding }: EncodedText): string {
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/** The bytes of a text, with the mark at its start when the file had one. */
export function encodeText(text: string, { encoding, hasBom }: EncodedText): Buffer {
  const marked = hasBom ? `\uFEFF${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked, 'utf8');
  const bytes = Buffer.from(marked, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

/** UTF-16 of mostly Latin text has a zero in nearly every second byte, and none in the others. */
function withoutBom(sample: Uint8Array): EncodedText | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]! += 1;
  const [even, odd] = zeros as [number, number];
  const many = sample.length * 0.3;
  if (even === 0 && odd > many) return { encoding: 'utf-16le', hasBom: false };
  if (odd === 0 && even > many) return { encoding: 'utf-16be', hasBom: false };
  return undefined;
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}
