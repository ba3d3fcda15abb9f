import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { platform } from 'node:process';
import { describe, expect, test } from 'vitest';
import { createFileTools } from '../../../src/services/tools-files/definition.ts';
import { fileFailure } from '../../../src/services/tools-files/file-failure.ts';
import { openFile } from '../../../src/services/tools-files/open-file.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { peakMemory } from '../../builders/peak-memory.ts';
import { toolsOf } from '../../builders/tool.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const inFolder = (folder: Folder, config?: Record<string, unknown>) =>
  toolsOf(createFileTools(), { cwd: folder.path, config });

describe('read_file gives the text of a file (RT-50)', () => {
  test('with line numbers', async () => {
    using folder = createFolder({ 'src/a.ts': 'one\ntwo\n' });
    expect(await inFolder(folder).output('read_file', { file_path: 'src/a.ts' })).toEqual({
      file_path: 'src/a.ts',
      content: '     1\tone\n     2\ttwo',
      total_lines: 2,
      lines_read: 2,
      offset: 1,
    });
  });

  test('by part, saying where to read on', async () => {
    using folder = createFolder({ 'long.txt': 'x\n'.repeat(5_000) });
    const tools = inFolder(folder);
    const first = await tools.output('read_file', { file_path: 'long.txt' });
    expect(first).toMatchObject({ total_lines: 5_000, lines_read: 2_000, offset: 1 });
    expect(first.warning).toContain('read on with offset 2001');
    const last = await tools.output('read_file', { file_path: 'long.txt', offset: 4_999, limit: 10 });
    expect(last).toMatchObject({ content: '  4999\tx\n  5000\tx', lines_read: 2 });
    expect(last.warning).toBeUndefined();
    const beyond = await tools.output('read_file', { file_path: 'long.txt', offset: 9_000 });
    expect(beyond).toMatchObject({ content: '', lines_read: 0, warning: 'The file has only 5000 lines.' });
  });

  test('an empty file is said to be empty', async () => {
    using folder = createFolder({ 'empty.txt': '' });
    expect(await inFolder(folder).output('read_file', { file_path: 'empty.txt' })).toMatchObject({
      content: '',
      total_lines: 0,
      warning: 'The file is empty.',
    });
  });

  test('in UTF-16, with marks, and with bytes that are no text', async () => {
    using folder = createFolder({
      'utf16.txt': Buffer.from('\uFEFFgrüße\r\n', 'utf16le'),
      'marked.txt': '\uFEFFmarked\n',
      'latin1.txt': Buffer.from('caf\xe9\n', 'latin1'),
    });
    const tools = inFolder(folder);
    expect((await tools.output('read_file', { file_path: 'utf16.txt' })).content).toBe('     1\tgrüße');
    expect((await tools.output('read_file', { file_path: 'marked.txt' })).content).toBe('     1\tmarked');
    expect(await tools.output('read_file', { file_path: 'latin1.txt' })).toMatchObject({
      content: '     1\tcaf\uFFFD',
      warning: expect.stringContaining('not valid text'),
    });
  });

  test('of 200 MB, by part, in little memory', async () => {
    using folder = createFolder();
    const line = `${'All work and no play makes a dull file. '.repeat(5)}\n`;
    const file = fs.openSync(folder.at('huge.log'), 'w');
    const block = Buffer.from(line.repeat(10_000));
    for (let written = 0; written < 200_000_000; written += block.length) fs.writeSync(file, block);
    fs.closeSync(file);
    const tools = inFolder(folder);
    const { result, bytes } = await peakMemory(() =>
      tools.output('read_file', { file_path: 'huge.log', offset: 900_001, limit: 3 }),
    );
    expect(result).toMatchObject({ lines_read: 3, total_lines: 1_000_000 });
    expect(result.content).toContain('900001\tAll work');
    expect(bytes).toBeLessThan(60_000_000);
  });

  test('even when it is one line of 200 MB', async () => {
    using folder = createFolder({ 'line.txt': 'x'.repeat(10_000) });
    fs.truncateSync(folder.at('line.txt'), 200_000_000);
    const { result, bytes } = await peakMemory(() =>
      inFolder(folder).output('read_file', { file_path: 'line.txt' }),
    );
    expect(result.content).toBe(`     1\t${'x'.repeat(2_000)}... [truncated]`);
    expect(bytes).toBeLessThan(60_000_000);
  });

  test('can be cancelled while a large file is read', async () => {
    using folder = createFolder({ 'large.txt': 'line\n' });
    fs.truncateSync(folder.at('large.txt'), 2_000_000_000);
    const controller = new AbortController();
    const call = inFolder(folder).call('read_file', { file_path: 'large.txt' }, controller.signal);
    setImmediate(() => controller.abort());
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('read_file shows more than text (RT-50)', () => {
  test('an image as a block that models can see', async () => {
    using folder = createFolder({ 'dot.dat': PNG });
    expect(await inFolder(folder).output('read_file', { file_path: 'dot.dat' })).toEqual({
      type: 'image',
      mime_type: 'image/png',
      data: PNG.toString('base64'),
      file_path: 'dot.dat',
      bytes: PNG.length,
    });
  });

  test('no image that is too large, and the message says so', async () => {
    using folder = createFolder({ 'big.png': PNG });
    fs.truncateSync(folder.at('big.png'), 6_000_000);
    expect(await inFolder(folder).failure('read_file', { file_path: 'big.png' })).toMatch(
      /"big.png" is an image of 6.0 MB; at most 5.0 MB/,
    );
  });

  test('a folder as a listing', async () => {
    using folder = createFolder({ 'src/b.ts': '', 'src/a.ts': '', 'src/deep/c.ts': '' });
    const tools = inFolder(folder);
    expect(await tools.output('read_file', { file_path: 'src' })).toEqual({
      file_path: 'src',
      content: 'a.ts\nb.ts\ndeep/',
      total_lines: 3,
      lines_read: 3,
      offset: 1,
      is_folder: true,
    });
    expect(await tools.output('read_file', { file_path: 'src/', limit: 1 })).toMatchObject({
      content: 'a.ts',
      warning: 'There is more: read on with offset 2.',
    });
  });
});

describe('read_file says clearly what it can not read (RT-50)', () => {
  test('a binary file', async () => {
    using folder = createFolder({ 'a.out': Buffer.from('7f454c4602010100000000000000', 'hex') });
    expect(await inFolder(folder).failure('read_file', { file_path: 'a.out' })).toMatch(
      /"a.out" is a binary file \(14 bytes\).*bash/,
    );
  });

  test('a file that is not there, with names that are near', async () => {
    using folder = createFolder({ 'src/settings.ts': '', 'src/other.ts': '' });
    const tools = inFolder(folder);
    expect(await tools.failure('read_file', { file_path: 'src/setting.ts' })).toBe(
      'There is no file "src/setting.ts". Did you mean "src/settings.ts"?',
    );
    expect(await tools.failure('read_file', { file_path: 'scr/settings.ts' })).toBe(
      'There is no folder "scr". Did you mean "src"?',
    );
    expect(await tools.failure('read_file', { file_path: 'unlike.anything' })).toBe(
      'There is no file "unlike.anything". Use glob to find it.',
    );
  });

  test('a path outside, a link that leads out, and what is denied', async () => {
    using folder = createFolder({ 'work/.env': 'KEY=1', 'secret.txt': 's' });
    fs.symlinkSync('../secret.txt', folder.at('work/innocent.txt'));
    const tools = toolsOf(createFileTools(), {
      cwd: folder.at('work'),
      config: { denied_read_paths: ['.env'] },
    });
    for (const file_path of ['../secret.txt', folder.at('secret.txt'), 'innocent.txt']) {
      expect(await tools.failure('read_file', { file_path })).toMatch(/outside .*"allowed_read_paths"/);
    }
    expect(await tools.failure('read_file', { file_path: '.env' })).toMatch(/"denied_read_paths"/);
  });

  test.runIf(platform !== 'win32')('named pipes, sockets and devices, without hanging on them', async () => {
    using folder = createFolder();
    execFileSync('mkfifo', [folder.at('pipe')]);
    await using server = net.createServer();
    await new Promise<void>((resolve) => server.listen(folder.at('socket'), resolve));
    const tools = inFolder(folder, { allowed_read_paths: ['/dev'] });
    expect(await tools.failure('read_file', { file_path: 'pipe' })).toMatch(/"pipe" is a named pipe/);
    expect(await tools.failure('read_file', { file_path: 'socket' })).toMatch(/"socket" is a socket/);
    expect(await tools.failure('read_file', { file_path: '/dev/zero' })).toMatch(/is a device/);
  });

  test('a file that became a link after it was checked', async () => {
    using folder = createFolder({ 'work/a.txt': 'a', 'secret.txt': 's' });
    const checked = { real: folder.at('work/a.txt'), shown: 'a.txt' };
    fs.rmSync(checked.real);
    fs.symlinkSync('../secret.txt', checked.real);
    await expect(openFile(checked)).rejects.toThrow(/"a.txt" is a symbolic link/);
    fs.renameSync(folder.at('work'), folder.at('moved'));
    fs.symlinkSync('moved', folder.at('work'));
    fs.rmSync(folder.at('moved/a.txt'));
    folder.write('moved/a.txt', 'another');
    await expect(openFile(checked)).rejects.toThrow(/"a.txt" was replaced/);
  });

  test.runIf(platform !== 'win32')('a file that may not be read', async () => {
    using folder = createFolder({ 'private.txt': 's' });
    fs.chmodSync(folder.path, 0o755);
    fs.chmodSync(folder.at('private.txt'), 0o000);
    using _nobody = withoutRights();
    expect(await inFolder(folder).failure('read_file', { file_path: 'private.txt' })).toMatch(
      /"private.txt": permission denied/,
    );
  });

  test.each([
    ['EACCES', /permission denied/],
    ['ENOSPC', /the disk is full/],
    ['EROFS', /read-only file system/],
    ['EBUSY', /in use by another program/],
    ['EIO', /i\/o error/],
  ])('what the system says with %s', (code, words) => {
    const failure = fileFailure(Object.assign(new Error('i/o error'), { code }), 'a.txt');
    expect((failure as Error).message).toMatch(words);
    expect((failure as Error).name).toBe('ToolFailure');
  });

  test('input that is not of its shape', async () => {
    using folder = createFolder();
    const tools = inFolder(folder);
    expect(await tools.failure('read_file', {})).toMatch(/file_path: expected string/);
    expect(await tools.failure('read_file', { file_path: 'a', limit: 0 })).toMatch(
      /limit: must be at least 1/,
    );
  });
});

/** Modes do not hold for root; for a while we are somebody else. */
function withoutRights(): Disposable {
  const me = process.geteuid?.();
  if (me === 0) process.seteuid?.(65_534);
  return {
    [Symbol.dispose]: () => {
      if (me === 0) process.seteuid?.(me);
    },
  };
}
