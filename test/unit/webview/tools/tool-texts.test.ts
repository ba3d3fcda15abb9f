/** What tools ask for and answer, as text to read. */
import { describe, expect, it } from 'vitest';
import { terminalText } from '../../../../webview/tools/terminal-text.ts';
import { toolChange } from '../../../../webview/tools/tool-change.ts';
import { toolPath, toolSubject } from '../../../../webview/tools/tool-line.ts';
import { exitCode, outputParts } from '../../../../webview/tools/tool-output.ts';

const reference = { $ref: 'r', bytes: 10_000, preview: 'begin' };

describe('the line of a call', () => {
  it.each([
    ['read_file', { file_path: 'a.ts', offset: 3 }, 'a.ts'],
    ['bash', { command: 'npm test\nnpm run x' }, 'npm test …'],
    ['grep', { pattern: 'retry', path: 'src' }, 'retry in src'],
    ['glob', { pattern: '**/*.ts' }, '**/*.ts'],
    ['something', { count: 3, text: 'hello' }, 'hello'],
    ['bash', { command: reference }, 'begin'],
    ['bash', reference, ''],
    ['todo', {}, ''],
  ])('of %s with %j is "%s"', (name, input, subject) => {
    expect(toolSubject(name, input)).toBe(subject);
  });

  it('knows the file of file tools only', () => {
    expect(toolPath('read_file', { file_path: 'a.ts' })).toBe('a.ts');
    expect(toolPath('bash', { file_path: 'a.ts' })).toBeUndefined();
  });
});

describe('the output of a call', () => {
  const texts = (output: unknown) => outputParts(output).map((part) => part.value);

  it('is shown as the text it holds', () => {
    expect(texts('plain')).toEqual(['plain']);
    expect(texts({ content: '1\ta', total_lines: 1 })).toEqual(['1\ta']);
    expect(texts({ content: reference })).toEqual([reference]);
    expect(texts(reference)).toEqual([reference]);
  });

  it('of a program is what it printed, errors apart', () => {
    expect(outputParts({ stdout: 'out', stderr: 'err', returncode: 2 })).toEqual([
      { value: 'out' },
      { label: 'Errors', value: 'err' },
    ]);
    expect(exitCode({ stdout: '', returncode: 2 })).toBe(2);
    expect(texts({ stdout: '', stderr: '', returncode: 0 })).toEqual([]);
  });

  it('of a search is one line for each thing found', () => {
    expect(
      texts({
        results: [
          { file: 'a.ts', line_number: 3, content: 'x' },
          { file: 'b.ts', count: 2 },
        ],
      }),
    ).toEqual(['a.ts:3:x\nb.ts:2']);
    expect(texts({ matches: [{ path: 'a.ts', type: 'file' }] })).toEqual(['a.ts']);
  });

  it('of another form is JSON, and nothing where there is nothing', () => {
    expect(texts({ a: 1 })).toEqual(['{\n  "a": 1\n}']);
    expect([undefined, null, ''].flatMap(texts)).toEqual([]);
  });

  it('that is a picture is named', () => {
    expect(texts({ type: 'image', mime_type: 'image/png', data: { ...reference, bytes: 40_000 } })).toEqual([
      'image/png, 30 KB',
    ]);
  });
});

describe('the change of a file tool', () => {
  it('is made of what was asked for, and then of what was done', () => {
    const input = { file_path: 'a', old_string: 'x', new_string: 'y' };
    expect(toolChange('edit_file', input)?.map((line) => line.type)).toEqual(['removed', 'added']);
    expect(toolChange('edit_file', input, { diff: '@@ -5,1 +5,1 @@\n-x\n+y' })?.[0]?.number).toBe(5);
    expect(toolChange('write_file', { content: 'a\nb' })).toHaveLength(2);
  });

  it('is unknown where the text is kept elsewhere, and for other tools', () => {
    expect(toolChange('write_file', { content: reference })).toBeUndefined();
    expect(toolChange('bash', { command: 'x' })).toBeUndefined();
  });
});

describe('what a program printed', () => {
  it('is shown without colours and other commands to the terminal', () => {
    expect(terminalText('\u001b[32m✓\u001b[0m ok \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe(
      '✓ ok link',
    );
  });

  it('is shown as it stands after a line was written over', () => {
    expect(terminalText('10 %\r50 %\r100 %\ndone\r\nabc\rX')).toBe('100 %\ndone\nXbc');
  });
});
