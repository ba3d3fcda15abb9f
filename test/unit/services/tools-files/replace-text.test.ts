import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDiff } from '../../../../src/services/tools-files/edit-diff.ts';
import { nearestText } from '../../../../src/services/tools-files/nearest-text.ts';
import {
  findOccurrences,
  lineNumbers,
  replaceOccurrences,
} from '../../../../src/services/tools-files/replace-text.ts';

function replaced(text: string, wanted: string, replacement: string): string {
  return replaceOccurrences(text, findOccurrences(text, wanted), replacement);
}

describe('replacing text (RT-50)', () => {
  test('finds every place, without overlaps', () => {
    expect(findOccurrences('aaaa', 'aa')).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
    ]);
    expect(findOccurrences('abc', 'x')).toEqual([]);
  });

  test('takes neither text for a pattern', () => {
    expect(replaced('a.c $x (b) a.c', 'a.c', '$&$1')).toBe('$&$1 $x (b) $&$1');
    expect(replaced('a\r\n[x](y)*\r\n', '[x](y)*', 'z')).toBe('a\r\nz\r\n');
  });

  test('matches line breaks of either kind and keeps those of the file', () => {
    expect(replaced('a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz')).toBe('x\r\ny\r\nz\r\nc\r\n');
    expect(replaced('a\nb\nc\n', 'a\r\nb', 'x\r\ny')).toBe('x\ny\nc\n');
    expect(replaced('a\r\nb\r\n', 'b', 'c\nd')).toBe('a\r\nc\r\nd\r\n');
    expect(replaced('one line', 'line', 'two\r\nlines')).toBe('one two\r\nlines');
  });

  test('of mixed line breaks the more frequent one is put in', () => {
    expect(replaced('a\r\nb\r\nc\nd', 'c\nd', 'x\ny')).toBe('a\r\nb\r\nx\r\ny');
  });

  test('what is around the places is never changed (property)', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', '.', '$') });
    fc.assert(
      fc.property(text, text, text, (before, wanted, after) => {
        fc.pre(wanted !== '' && before.includes(wanted));
        const places = findOccurrences(before, wanted);
        const result = replaceOccurrences(before, places, after);
        const first = places[0]!;
        expect(result.startsWith(before.slice(0, first.start))).toBe(true);
        expect(result.endsWith(before.slice(places.at(-1)!.end))).toBe(true);
      }),
    );
  });

  test('positions are told as lines', () => {
    expect(lineNumbers('a\nb\n\nc', [0, 2, 4, 5])).toEqual([1, 2, 3, 4]);
  });
});

describe('the diff of an edit (RT-50)', () => {
  const diffOf = (text: string, wanted: string, replacement: string) =>
    editDiff(text, findOccurrences(text, wanted), replacement)?.split('\n');

  test('shows whole lines with three around them', () => {
    expect(diffOf('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '5', 'five')).toEqual([
      '@@ -2,7 +2,7 @@',
      ' 2',
      ' 3',
      ' 4',
      '-5',
      '+five',
      ' 6',
      ' 7',
      ' 8',
    ]);
  });

  test('joins places on one line, and counts lines that were added before', () => {
    const text = `x x\n${'-\n'.repeat(10)}x\n`;
    expect(diffOf(text, 'x', 'y\nz')?.filter((line) => !line.startsWith(' '))).toEqual([
      '@@ -1,4 +1,6 @@',
      '-x x',
      '+y',
      '+z y',
      '+z',
      '@@ -9,4 +11,5 @@',
      '-x',
      '+y',
      '+z',
    ]);
  });

  test('knows when a line is joined with the next, or taken away', () => {
    expect(diffOf('a\nb\nc\n', 'a\n', 'x')).toEqual(['@@ -1,3 +1,2 @@', '-a', '-b', '+xb', ' c']);
    expect(diffOf('a\nb\nc\n', 'b\n', '')).toEqual(['@@ -1,3 +1,2 @@', ' a', '-b', ' c']);
    expect(diffOf('\n\na', '\n', 'x\n')?.at(0)).toBe('@@ -1,3 +1,3 @@');
    expect(diffOf('a\r\nb\r\n', 'a', 'x')).toEqual(['@@ -1,2 +1,2 @@', '-a', '+x', ' b']);
  });

  test('applied to the old text it gives the new one (property)', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n') });
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: fc.constantFrom('a', '\n'), minLength: 1 }),
        text,
        (before, wanted, after) => {
          const places = findOccurrences(before, wanted);
          fc.pre(places.length > 0);
          const expected = replaceOccurrences(before, places, after);
          expect(patched(before, editDiff(before, places, after)!)).toEqual(linesOf(expected));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a diff too long to be of use is left out', () => {
    expect(diffOf('a\n'.repeat(500), 'a', 'b')).toBeUndefined();
  });
});

describe('the nearest text (RT-50)', () => {
  const file =
    'import a\n\nfunction add(first, second) {\n  return first + second;\n}\n\nfunction other() {}\n';

  test('is the same text with other spaces, if there is such', () => {
    expect(nearestText(file, 'function add(first,  second) {\n\treturn first + second;')).toEqual({
      firstLine: 3,
      lines: ['function add(first, second) {', '  return first + second;'],
      isOnlyWhitespace: true,
    });
  });

  test('is else the lines most alike', () => {
    expect(nearestText(file, 'function add(first, second) {\n  return first - second;')).toMatchObject({
      firstLine: 3,
      isOnlyWhitespace: false,
    });
    expect(nearestText(file, '  return frist + second;')).toMatchObject({ firstLine: 4 });
  });

  test('is nothing when nothing is alike', () => {
    expect(nearestText(file, 'completely different words')).toBeUndefined();
    expect(nearestText(file, ' \n ')).toBeUndefined();
  });
});

/** Applies a unified diff, checking that what it removes and keeps is there. */
function patched(before: string, diff: string): string[] {
  const lines = linesOf(before);
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n')) {
    const hunk = /^@@ -(\d+)/.exec(line);
    if (hunk) {
      while (at < Number(hunk[1]) - 1) result.push(lines[at++]!);
      continue;
    }
    if (line[0] !== '+') expect(lines[at++]).toBe(line.slice(1));
    if (line[0] !== '-') result.push(line.slice(1));
  }
  return [...result, ...lines.slice(at)];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
