import fs from 'node:fs';
import { platform } from 'node:process';
import { describe, expect, test } from 'vitest';
import { createFileTools } from '../../../src/services/tools-files/definition.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { toolsOf } from '../../builders/tool.ts';

const inFolder = (folder: Folder, config?: Record<string, unknown>) =>
  toolsOf(createFileTools(), { cwd: folder.path, config });
const edit = (file_path: string, old_string: string, new_string: string, more = {}) => ({
  file_path,
  old_string,
  new_string,
  ...more,
});

describe('edit_file (RT-50)', () => {
  test('replaces a text that occurs once, and shows the change', async () => {
    using folder = createFolder({ 'a.ts': 'const a = 1;\nconst b = 2;\nconst c = 3;\n' });
    expect(await inFolder(folder).output('edit_file', edit('a.ts', 'b = 2', 'b = 20'))).toEqual({
      file_path: 'a.ts',
      replacements_made: 1,
      bytes_written: 40,
      first_line: 2,
      diff: '@@ -1,3 +1,3 @@\n const a = 1;\n-const b = 2;\n+const b = 20;\n const c = 3;',
    });
    expect(folder.read('a.ts')).toBe('const a = 1;\nconst b = 20;\nconst c = 3;\n');
  });

  test('replaces every occurrence when asked to', async () => {
    using folder = createFolder({ 'a.txt': 'x\ny\nx\n' });
    const output = await inFolder(folder).output(
      'edit_file',
      edit('a.txt', 'x', 'z$&', { replace_all: true }),
    );
    expect(output).toMatchObject({ replacements_made: 2, first_line: 1 });
    expect(folder.read('a.txt')).toBe('z$&\ny\nz$&\n');
  });

  test('keeps line breaks, encoding and mark', async () => {
    const utf16 = Buffer.from('\uFEFFeins\r\nzwei\r\n', 'utf16le').swap16();
    using folder = createFolder({ 'crlf.txt': '\uFEFFone\r\ntwo\r\nthree\r\n', 'utf16.txt': utf16 });
    const tools = inFolder(folder);
    await tools.output('edit_file', edit('crlf.txt', 'one\ntwo', '1\n2\n2.5'));
    expect(folder.read('crlf.txt')).toBe('\uFEFF1\r\n2\r\n2.5\r\nthree\r\n');
    await tools.output('edit_file', edit('utf16.txt', 'zwei', 'drei'));
    expect(fs.readFileSync(folder.at('utf16.txt')).swap16().toString('utf16le')).toBe(
      '\uFEFFeins\r\ndrei\r\n',
    );
  });

  test('refuses a text that is not unique, with the lines', async () => {
    using folder = createFolder({ 'a.txt': 'x\n-\nx\n-\nx\n' });
    expect(await inFolder(folder).failure('edit_file', edit('a.txt', 'x', 'y'))).toMatch(
      /occurs 3 times in "a.txt", at lines 1, 3, 5\. .*replace_all/,
    );
    expect(folder.read('a.txt')).toBe('x\n-\nx\n-\nx\n');
  });

  test('shows the nearest text when there is none like it', async () => {
    using folder = createFolder({ 'a.ts': 'function f() {\n  return one;\n}\n' });
    const tools = inFolder(folder);
    expect(await tools.failure('edit_file', edit('a.ts', 'function f() {\n    return one;', ''))).toBe(
      'old_string was not found in "a.ts". It differs from these lines only in spaces, tabs or blank lines; copy them exactly:\n' +
        '     1\tfunction f() {\n     2\t  return one;',
    );
    expect(await tools.failure('edit_file', edit('a.ts', '  return two;', ''))).toMatch(
      /The nearest text is this:\n {5}2\t {2}return one;/,
    );
    expect(await tools.failure('edit_file', edit('a.ts', 'nowhere', ''))).toMatch(/nor anything like it/);
  });

  test('refuses what would change nothing, and an empty text', async () => {
    using folder = createFolder({ 'a.txt': 'a' });
    const tools = inFolder(folder);
    expect(await tools.failure('edit_file', edit('a.txt', 'a', 'a'))).toMatch(/identical/);
    expect(await tools.failure('edit_file', edit('a.txt', '', 'a'))).toMatch(/write_file/);
  });

  test('refuses what is missing, a folder, binary, too large or in another encoding', async () => {
    using folder = createFolder({
      'src/main.ts': 'x',
      'a.bin': Buffer.from([120, 0, 1, 2, 0]),
      'latin1.txt': Buffer.from('caf\xe9 x', 'latin1'),
      'huge.txt': 'x',
    });
    fs.truncateSync(folder.at('huge.txt'), 200_000_000);
    const tools = inFolder(folder);
    const refusal = (file: string) => tools.failure('edit_file', edit(file, 'x', 'y'));
    expect(await refusal('src/mian.ts')).toMatch(/Did you mean "src\/main.ts"/);
    expect(await refusal('src')).toMatch(/"src" is a folder/);
    expect(await refusal('a.bin')).toMatch(/binary/);
    expect(await refusal('latin1.txt')).toMatch(/not valid UTF-8/);
    expect(await refusal('huge.txt')).toMatch(/200.0 MB; edit_file takes at most 32.0 MB/);
  });

  test('refuses paths outside and links that lead out (DL-16)', async () => {
    using folder = createFolder({ 'work/a.txt': 'a', 'out.txt': 'x' });
    fs.symlinkSync('../out.txt', folder.at('work/link.txt'));
    const tools = toolsOf(createFileTools(), {
      cwd: folder.at('work'),
      config: { denied_read_paths: ['a.txt'] },
    });
    expect(await tools.failure('edit_file', edit('../out.txt', 'x', 'y'))).toMatch(/"allowed_write_paths"/);
    expect(await tools.failure('edit_file', edit('link.txt', 'x', 'y'))).toMatch(/"allowed_write_paths"/);
    expect(await tools.failure('edit_file', edit('a.txt', 'a', 'b'))).toMatch(/"denied_read_paths"/);
    expect(folder.read('out.txt')).toBe('x');
  });

  test('edits of one file at once all hold', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `name${String.fromCharCode(97 + index)}`);
    using folder = createFolder({ 'a.txt': names.join('\n') });
    const tools = inFolder(folder);
    await Promise.all(
      names.map((name) => tools.output('edit_file', edit('a.txt', name, name.toUpperCase()))),
    );
    expect(folder.read('a.txt')).toBe(names.join('\n').toUpperCase());
  });

  test.runIf(platform !== 'win32')('keeps the mode', async () => {
    using folder = createFolder({ 'run.sh': 'echo a\n' });
    fs.chmodSync(folder.at('run.sh'), 0o755);
    await inFolder(folder).output('edit_file', edit('run.sh', 'a', 'b'));
    expect(fs.statSync(folder.at('run.sh')).mode & 0o777).toBe(0o755);
  });
});
