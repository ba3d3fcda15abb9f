import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ripgrepType } from '../../../../src/services/tools-search/file-types.ts';
import {
  contentReader,
  countReader,
  filesReader,
} from '../../../../src/services/tools-search/grep-results.ts';
import { NewestFiles } from '../../../../src/services/tools-search/newest-files.ts';
import { pathFilter } from '../../../../src/services/tools-search/path-filter.ts';
import { splitRecords } from '../../../../src/services/tools-search/split-records.ts';

const all = { offset: 0, limit: 100, shown: (file: string) => file };

function matchRecord(file: string, text: string, line: number, start = 0): string {
  const data = {
    path: { text: file },
    lines: { text: `${text}\n` },
    line_number: line,
    absolute_offset: 0,
    submatches: [{ match: { text: 'x' }, start, end: start + 1 }],
  };
  return `${JSON.stringify({ type: 'match', data })}\n`;
}

describe('cutting a stream into records', () => {
  test('gives the same records however it is cut (property)', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (content, size) => {
        const bytes = Buffer.from(content);
        const splitter = splitRecords(0x0a, 1_000);
        const records: string[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          records.push(...splitter.push(bytes.subarray(at, at + size)).map((record) => record.text));
        }
        expect(records).toEqual(content.split('\n').slice(0, -1));
      }),
    );
  });

  test('keeps only the beginning of a record without end', () => {
    const splitter = splitRecords(0x0a, 1_000_000);
    const piece = Buffer.alloc(64 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let pushed = 0; pushed < 1_000_000_000; pushed += piece.length)
      expect(splitter.push(piece)).toHaveLength(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
    const [cut, next] = splitter.push(Buffer.from('\nnext\n'));
    expect(cut).toEqual({ text: 'x'.repeat(16 * 1024), isCut: true });
    expect(next).toEqual({ text: 'next', isCut: false });
  });
});

describe('the results of a search (RT-50)', () => {
  test('are those inside the window, all others are only counted', () => {
    const reader = contentReader({ ...all, offset: 1, limit: 2 }, true);
    for (const line of [1, 2, 3, 4])
      expect(reader.push(Buffer.from(matchRecord('a', `l${line}`, line)))).toBe(true);
    expect(reader.found.results).toEqual([
      { file: 'a', content: 'l2', line_number: 2 },
      { file: 'a', content: 'l3', line_number: 3 },
    ]);
    expect(reader.found).toMatchObject({ total: 4, hasMore: true });
  });

  test('want no more after ten thousand', () => {
    const reader = contentReader(all, true);
    const piece = Buffer.from(matchRecord('a', 'x', 1).repeat(1_000));
    let pieces = 1;
    while (reader.push(piece)) pieces += 1;
    expect(pieces).toBe(10);
    expect(reader.found.total).toBe(10_000);
  });

  test('hold lines that are not text, and pass over records that are no lines', () => {
    const bytes = { bytes: Buffer.from('caf\xe9 x\n', 'latin1').toString('base64') };
    const data = { path: { text: 'a' }, lines: bytes, line_number: null, submatches: [{ start: 0 }] };
    const reader = contentReader(all, true);
    reader.push(Buffer.from(`${JSON.stringify({ type: 'begin', data: { path: { text: 'a' } } })}\n`));
    reader.push(Buffer.from(`${JSON.stringify({ type: 'match', data })}\n`));
    expect(reader.found.results).toEqual([{ file: 'a', content: 'caf\uFFFD x' }]);
  });

  test('name the file of a line too long to be held', () => {
    const reader = contentReader(all, true);
    reader.push(Buffer.from(matchRecord('a "quoted".js', 'x'.repeat(2_000_000), 1)));
    expect(reader.found.results).toEqual([
      { file: 'a "quoted".js', content: '[a very long line, not shown]' },
    ]);
  });

  test('leave out files that are not to be shown', () => {
    const reader = filesReader({ ...all, shown: (file) => (file === 'secret' ? undefined : file) });
    reader.push(Buffer.from('a\0secret\0b\0'));
    expect(reader.found).toMatchObject({ results: [{ file: 'a' }, { file: 'b' }], total: 2 });
  });

  test('may be counts', () => {
    const reader = countReader(all);
    reader.push(Buffer.from('a:b\x003\nc\x004\n'));
    expect(reader.found).toMatchObject({
      results: [
        { file: 'a:b', count: 3 },
        { file: 'c', count: 4 },
      ],
      total: 7,
    });
  });
});

test('the newest files are kept of any number (property)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000), { maxLength: 60 }),
      fc.integer({ min: 1, max: 10 }),
      (ages, limit) => {
        const newest = new NewestFiles(limit);
        for (const [index, mtimeMs] of ages.entries())
          newest.add({ path: `${index}`, type: 'file', size: 0, mtimeMs });
        const expected = ages.toSorted((a, b) => b - a).slice(0, limit);
        expect(newest.newest().map(({ mtimeMs }) => mtimeMs)).toEqual(expected);
        expect(newest.total).toBe(ages.length);
      },
    ),
  );
});

test('languages go by several names', () => {
  expect(['TypeScript', 'python', 'c++', 'golang', 'rs', 'shell'].map(ripgrepType)).toEqual([
    'typescript',
    'py',
    'cpp',
    'go',
    'rust',
    'sh',
  ]);
  expect(ripgrepType('constructor')).toBe('constructor');
});

test.each([
  ['*.ts', ['a.ts', 'x/y/a.ts'], ['a.tsx', 'ts']],
  ['/*.ts', ['a.ts'], ['a.js']],
  ['src/**/*.ts', ['src/a.ts', 'src/x/y.ts'], ['a.ts', 'lib/src/a.ts']],
  ['docs/', ['docs/a', 'docs/x/b'], ['docsx', 'a/docs/b']],
  ['{a,b}/c', ['a/c', 'b/c'], ['c']],
])('the glob %s means what it means in .gitignore', (glob, inside, outside) => {
  const { matches } = pathFilter(glob, undefined);
  expect(inside.filter((file) => !matches(file))).toEqual([]);
  expect(outside.filter((file) => matches(file))).toEqual([]);
});
