/** Changes as lines. */
import { describe, expect, it } from 'vitest';
import {
  countChanges,
  diffTexts,
  diffValues,
  parseUnifiedDiff,
} from '../../../../webview/diff/diff-lines.ts';

const brief = (lines: ReturnType<typeof diffTexts>) =>
  lines.map(({ type, text }) => `${{ added: '+', removed: '-', same: ' ', gap: '~' }[type]}${text}`);

describe('two texts', () => {
  it('are shown as what was removed and added, with what is around', () => {
    expect(brief(diffTexts('a\nb\nc\n', 'a\nB\nc\n'))).toEqual([' a', '-b', '+B', ' c']);
  });

  it('with changes far apart leave out what is between', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${index}`);
    const changed = lines.with(0, 'first').with(29, 'last');
    expect(
      brief(diffTexts(lines.join('\n'), changed.join('\n'))).filter((line) => line.startsWith('~')),
    ).toHaveLength(1);
  });

  it('of which one is empty are all added or all removed', () => {
    expect(brief(diffTexts('', 'a\nb\n'))).toEqual(['+a', '+b']);
    expect(brief(diffTexts('a', ''))).toEqual(['-a']);
  });

  it('too different to compare are shown one after the other', () => {
    const many = (prefix: string) =>
      Array.from({ length: 3000 }, (_, index) => `${prefix}${index}`).join('\n');
    expect(countChanges(diffTexts(many('a'), many('b')))).toEqual({ added: 3000, removed: 3000 });
  });
});

it('a unified diff has the line numbers of the file', () => {
  const lines = parseUnifiedDiff('@@ -11,3 +11,4 @@\n a\n-b\n+B\n+C\n d\n@@ -40,1 +41,1 @@\n-x\n+y');
  expect(lines.map(({ number }) => number)).toEqual([11, 12, 12, 13, 14, undefined, 40, 41]);
  expect(countChanges(lines)).toEqual({ added: 3, removed: 2 });
});

describe('two values', () => {
  it('that differ in one text are compared by it', () => {
    const change = diffValues({ file_path: 'a', content: 'x\ny' }, { file_path: 'a', content: 'x\nz' });
    expect(change.field).toBe('content');
    expect(brief(change.lines)).toEqual([' x', '-y', '+z']);
  });

  it('that differ in several are compared as JSON', () => {
    const change = diffValues({ a: 1, b: 2 }, { a: 2, b: 3 });
    expect(change.field).toBeUndefined();
    expect(brief(change.lines)).toContain('-  "a": 1,');
  });
});
