import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeText,
  detectEncoding,
  type Encoding,
  encodeText,
} from '../../../../src/services/tools-files/encoding.ts';
import { imageType } from '../../../../src/services/tools-files/image-type.ts';
import { editDistance, nearestNames } from '../../../../src/services/tools-files/nearest-names.ts';
import { readWindow } from '../../../../src/services/tools-files/text-window.ts';

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const whole = { offset: 1, maxLines: 100, maxLineChars: 50, maxChars: 10_000 };
const utf8 = { encoding: 'utf-8', hasBom: false } as const;
const windowOf = (text: string, request = whole, piece = 3) =>
  readWindow(inPieces(Buffer.from(text), piece), utf8, request);

describe('a window of lines (RT-50)', () => {
  test('numbers lines as cat -n does', async () => {
    expect(await windowOf('a\nb\r\n\nd')).toMatchObject({
      content: '     1\ta\n     2\tb\n     3\t\n     4\td',
      totalLines: 4,
      linesRead: 4,
    });
  });

  test('gives the lines asked for and counts the others', async () => {
    const text = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(await windowOf(text, { ...whole, offset: 4, maxLines: 2 })).toMatchObject({
      content: '     4\tline 4\n     5\tline 5',
      totalLines: 9,
      linesRead: 2,
    });
  });

  test('cuts long lines without cutting a character in two', async () => {
    const window = await windowOf(`${'x'.repeat(49)}😀 and more\nshort\n`);
    expect(window.content).toBe(`     1\t${'x'.repeat(49)}... [truncated]\n     2\tshort`);
    expect(window).toMatchObject({ hasCutLines: true, totalLines: 2, hasInvalidText: false });
    expect((await windowOf(`${'x'.repeat(50)}\r\n`)).hasCutLines).toBe(false);
  });

  test('ends before it is too much for an answer, but never gives nothing', async () => {
    const window = await windowOf('12345678901234567890\n'.repeat(5), { ...whole, maxChars: 60 });
    expect(window).toMatchObject({ linesRead: 2, totalLines: 5 });
    expect((await windowOf('12345678901234567890\n', { ...whole, maxChars: 5 })).linesRead).toBe(1);
  });

  test('is the same however the bytes are cut (property)', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀', ' '), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (content, size) => {
        expect(await windowOf(content, whole, size)).toEqual(await windowOf(content, whole, 1_000));
      }),
    );
  });
});

describe('encodings', () => {
  test.each<[string, Encoding, boolean]>([
    ['UTF-8', 'utf-8', false],
    ['UTF-8 with a mark', 'utf-8', true],
    ['UTF-16 LE with a mark', 'utf-16le', true],
    ['UTF-16 BE with a mark', 'utf-16be', true],
    ['UTF-16 LE', 'utf-16le', false],
    ['UTF-16 BE', 'utf-16be', false],
  ])('%s is told, read and written back the same', (_, encoding, hasBom) => {
    const text = 'Hello, wörld!\r\nsecond line\r\n';
    const bytes = encodeText(text, { encoding, hasBom });
    expect(detectEncoding(bytes)).toEqual({ encoding, hasBom });
    expect(decodeText(bytes, { encoding, hasBom })).toBe(text);
  });

  test('bytes with zeros here and there are no text', () => {
    expect(detectEncoding(Buffer.from('abc\0def\0\0xyz'))).toBeUndefined();
    expect(detectEncoding(Buffer.alloc(100))).toBeUndefined();
    expect(detectEncoding(Buffer.alloc(0))).toEqual({ encoding: 'utf-8', hasBom: false });
  });

  test('bytes that are not valid text are not decoded for an edit', () => {
    expect(() => decodeText(Buffer.from([0x61, 0xff, 0x62]), utf8)).toThrow(TypeError);
  });
});

test('images are told by their first bytes', () => {
  expect(imageType(Buffer.from('89504e470d0a1a0a00', 'hex'))).toBe('image/png');
  expect(imageType(Buffer.from('ffd8ffe000104a46', 'hex'))).toBe('image/jpeg');
  expect(imageType(Buffer.from('GIF89a...'))).toBe('image/gif');
  expect(imageType(Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'))).toBe('image/webp');
  expect(imageType(Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1'))).toBeUndefined();
  expect(imageType(Buffer.from('<svg/>'))).toBeUndefined();
});

test('near names are those a slip away, the nearest first', () => {
  expect(editDistance('raed', 'read')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  const names = ['main.ts', 'Main.tsx', 'index.ts', 'mian.ts', 'README.md'];
  expect(nearestNames('main.js', names)).toEqual(['Main.tsx', 'main.ts', 'mian.ts']);
  expect(nearestNames('readme.md', names)).toEqual(['README.md']);
  expect(nearestNames('something-else', names)).toEqual([]);
});
