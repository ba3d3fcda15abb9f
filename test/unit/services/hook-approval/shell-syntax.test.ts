/** What a command line would run: every simple command is found, and doubt is said. */
import { describe, expect, test } from 'vitest';
import { analyseCommand } from '../../../../src/services/hook-approval/analyse-command.ts';

describe('every command of a line is found', () => {
  test.each([
    ['npm test', ['npm test']],
    ['a; b', ['a', 'b']],
    ['a && b || c', ['a', 'b', 'c']],
    ['a | b |& c', ['a', 'b', 'c']],
    ['a\nb & c', ['a', 'b', 'c']],
    ['a $(b; c) d', ['b', 'c', 'a $(…) d']],
    ['a "x $(b) y"', ['b', 'a "x $(…) y"']],
    ['a `b` c', ['b', 'a $(…) c']],
    ['a `b \\`c\\``', ['c', 'b $(…)', 'a $(…)']],
    ['(a; b) && { c; }', ['a', 'b', 'c']],
    ['a <(b) >(c)', ['b', 'c', 'a <(…) >(…)']],
    ['a \'b; c\' "d && e"', ['a "b; c" "d && e"']],
    ['a b\\;c', ['a "b;c"']],
    ['a # b; c\nd', ['a', 'd']],
    ['a#b; c', ['a#b', 'c']],
    ['a \\\n b', ['a b']],
    ['! time a', ['! time a', 'time a', 'a']],
    ['r\'m\' -r"f" x', ['rm -rf x']],
    ['FOO=1 a', ['FOO=1 a']],
    ['sh -c "a; b"', ['sh -c "a; b"', 'a', 'b']],
    ['env A=1 nice -n 5 a b', ['env A=1 nice -n 5 a b', 'nice -n 5 a b', 'a b']],
    [
      'find . -exec a {} \\; -o -execdir b {} +',
      ['find . -exec a {} ";" -o -execdir b {} +', 'a {}', 'b {}'],
    ],
    ['x | xargs -0 a b', ['x', 'xargs -0 a b', 'a b']],
    ['eval "a; b"', ['eval "a; b"', 'a', 'b']],
    ['cat <(x)#; b', ['x', 'cat <(…)#', 'b']],
  ])('%j', (line, commands) => {
    expect(analyseCommand(line, 'posix').commands.map(({ text }) => text)).toEqual(commands);
  });

  test('with the files it writes and reads', () => {
    const [only] = analyseCommand('a 2>&1 > out.txt <in.txt 2>>err.txt &>all.txt >&2', 'posix').commands;

    expect(only).toMatchObject({ text: 'a', writes: ['out.txt', 'err.txt', 'all.txt'], reads: ['in.txt'] });
  });

  test('a substitution may be part of the name of a file that is written', () => {
    const { commands, opaque } = analyseCommand('a 2>&1<(b)c', 'posix');

    expect(commands.map(({ text }) => text)).toEqual(['b', 'a']);
    expect(opaque).toBe('a file name that is made up when the command runs');
  });

  test('in PowerShell too, where a backslash is a letter and braces hold commands', () => {
    const line = 'Get-ChildItem C:\\src\\ | ForEach-Object { Remove-Item $_ }; & "C:\\a b\\x.exe" "`"q`""';

    expect(analyseCommand(line, 'powershell').commands.map(({ text }) => text)).toEqual([
      'Get-ChildItem C:\\src\\',
      'Remove-Item $_',
      'ForEach-Object (…)',
      '"C:\\a b\\x.exe" ""q""',
    ]);
  });
});

describe('a line is opaque when its words do not tell what it runs', () => {
  test.each([
    '$CMD x',
    '"$CMD" x',
    '{rm,-rf,/}',
    '* x',
    "$'\\x72m' x",
    'for f in a b; do x $f; done',
    'if a; then b; fi',
    'f() { a; }; f',
    'a <<EOF\nb\nEOF',
    'a "unfinished',
    "a 'unfinished",
    'a $(b',
    'a )',
    'a \\',
    'a $((1 + 1))',
    `a \${x:-$(b)}`,
    'source ./x',
    '. x',
    'bash -c "$CMD"',
    'eval "$CMD"',
    'a > $OUT',
    '(x)#; rm -rf /',
    `a ${'$('.repeat(50)}b${')'.repeat(50)}`,
    `a ${'x'.repeat(30_000)}`,
  ])('%j', (line) => {
    expect(analyseCommand(line, 'posix').opaque).toEqual(expect.any(String));
  });

  test.each(['a b', 'a "$X"', 'a *.ts', 'a $(b)', 'a && b', 'a 2>/dev/null', "a '$(b)'", 'a {b,c}'])(
    'but not %j',
    (line) => {
      expect(analyseCommand(line, 'posix').opaque).toBeUndefined();
    },
  );

  test('a PowerShell line with its special quotes is', () => {
    expect(analyseCommand('a “b; c”', 'powershell').opaque).toBe('special quotes');
  });
});

test('two spellings of one line are the same', () => {
  const spellings = ['rm  -f "build" x', "rm -f 'build'\t x ", 'rm -f build x'];

  expect(new Set(spellings.map((line) => analyseCommand(line, 'posix').canonical))).toEqual(
    new Set(['rm -f build x']),
  );
});

test('analysing takes time in proportion to the line', () => {
  for (const piece of ['$(', '`', '"', "'", '\\', '((', '{', '<(', '${', 'a;', '#\n', '>&']) {
    const began = performance.now();
    analyseCommand(piece.repeat(9_000), 'posix');
    expect(performance.now() - began).toBeLessThan(1_000);
  }
});
