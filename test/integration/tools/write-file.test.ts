import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { platform } from 'node:process';
import { describe, expect, test } from 'vitest';
import { existingFile, replaceFile } from '../../../src/services/tools-files/atomic-write.ts';
import { createFileTools } from '../../../src/services/tools-files/definition.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { toolsOf } from '../../builders/tool.ts';

const inFolder = (folder: Folder, config?: Record<string, unknown>) =>
  toolsOf(createFileTools(), { cwd: folder.path, config });
const isPosix = platform !== 'win32';

describe('write_file (RT-50)', () => {
  test('creates a file and the folders above it', async () => {
    using folder = createFolder();
    expect(
      await inFolder(folder).output('write_file', { file_path: 'a/b/c.txt', content: 'grüße\n' }),
    ).toEqual({ file_path: 'a/b/c.txt', bytes: 8, created: true });
    expect(folder.read('a/b/c.txt')).toBe('grüße\n');
  });

  test('replaces a file in one step and leaves nothing else behind', async () => {
    using folder = createFolder({ 'a.txt': 'old' });
    const before = fs.statSync(folder.at('a.txt')).ino;
    expect(await inFolder(folder).output('write_file', { file_path: 'a.txt', content: 'new' })).toMatchObject(
      {
        created: false,
      },
    );
    expect(folder.read('a.txt')).toBe('new');
    expect(fs.readdirSync(folder.path)).toEqual(['a.txt']);
    if (isPosix) expect(fs.statSync(folder.at('a.txt')).ino).not.toBe(before);
  });

  test.runIf(isPosix)('keeps the mode, and gives new files the usual one', async () => {
    using folder = createFolder({ 'run.sh': '#!/bin/sh\n' });
    fs.chmodSync(folder.at('run.sh'), 0o750);
    const tools = inFolder(folder);
    await tools.output('write_file', { file_path: 'run.sh', content: '#!/bin/sh\necho\n' });
    expect(fs.statSync(folder.at('run.sh')).mode & 0o777).toBe(0o750);
    await tools.output('write_file', { file_path: 'new.txt', content: '' });
    fs.writeFileSync(folder.at('usual.txt'), '');
    expect(fs.statSync(folder.at('new.txt')).mode).toBe(fs.statSync(folder.at('usual.txt')).mode);
  });

  test('follows a link that stays inside, and keeps the link', async () => {
    using folder = createFolder({ 'real/a.txt': 'old' });
    fs.symlinkSync('real/a.txt', folder.at('link.txt'));
    await inFolder(folder).output('write_file', { file_path: 'link.txt', content: 'new' });
    expect(folder.read('real/a.txt')).toBe('new');
    expect(fs.lstatSync(folder.at('link.txt')).isSymbolicLink()).toBe(true);
  });

  test('refuses a path outside, a link that leads out, and what is denied (DL-16)', async () => {
    using folder = createFolder({ 'work/keep.txt': 'k', 'other/b.txt': 'b' });
    fs.symlinkSync('../other', folder.at('work/out'));
    fs.symlinkSync('../not-there.txt', folder.at('work/dangling'));
    const tools = toolsOf(createFileTools(), {
      cwd: folder.at('work'),
      config: { denied_write_paths: ['keep.txt'] },
    });
    for (const file_path of [
      '../other/b.txt',
      'out/b.txt',
      'out/new.txt',
      'dangling',
      folder.at('new.txt'),
    ]) {
      expect(await tools.failure('write_file', { file_path, content: 'x' })).toMatch(/"allowed_write_paths"/);
    }
    expect(await tools.failure('write_file', { file_path: 'keep.txt', content: 'x' })).toMatch(
      /"denied_write_paths"/,
    );
    expect(folder.read('other/b.txt')).toBe('b');
    expect(fs.readdirSync(folder.path).sort()).toEqual(['other', 'work']);
  });

  test('refuses a folder, and a file used as one', async () => {
    using folder = createFolder({ 'src/a.ts': 'a' });
    const tools = inFolder(folder);
    expect(await tools.failure('write_file', { file_path: 'src', content: '' })).toMatch(/"src" is a folder/);
    expect(await tools.failure('write_file', { file_path: 'new/', content: '' })).toMatch(/names a folder/);
    expect(await tools.failure('write_file', { file_path: 'src/a.ts/b', content: '' })).toMatch(
      /as if it were a folder/,
    );
    expect(folder.read('src/a.ts')).toBe('a');
  });

  test.runIf(isPosix)('refuses a named pipe', async () => {
    using folder = createFolder();
    execFileSync('mkfifo', [folder.at('pipe')]);
    expect(await inFolder(folder).failure('write_file', { file_path: 'pipe', content: '' })).toMatch(
      /not an ordinary file/,
    );
  });

  test('many writes at once leave the last one, whole', async () => {
    using folder = createFolder();
    const tools = inFolder(folder);
    const contents = Array.from({ length: 20 }, (_, index) => `${index}\n`.repeat(5_000));
    await Promise.all(contents.map((content) => tools.output('write_file', { file_path: 'a.txt', content })));
    expect(folder.read('a.txt')).toBe(contents.at(-1));
    expect(fs.readdirSync(folder.path)).toEqual(['a.txt']);
  });
});

describe('a file that changes while it is being replaced', () => {
  test('is left as the other one made it', async () => {
    using folder = createFolder({ 'a.txt': 'first' });
    const target = { real: folder.at('a.txt'), shown: 'a.txt' };
    const existing = await existingFile(target);
    folder.write('a.txt', 'by another');
    fs.utimesSync(target.real, new Date(), new Date(1_000));
    await expect(replaceFile(target, Buffer.from('mine'), existing)).rejects.toThrow(
      /"a.txt" was changed by something else/,
    );
    expect(folder.read('a.txt')).toBe('by another');
    expect(fs.readdirSync(folder.path)).toEqual(['a.txt']);
  });

  test('does not lead outside when its folder has become a link', async () => {
    using folder = createFolder({ 'work/sub/a.txt': 'a', 'outside/a.txt': 'theirs' });
    const target = { real: folder.at('work/sub/a.txt'), shown: 'sub/a.txt' };
    fs.rmSync(folder.at('work/sub'), { recursive: true });
    fs.symlinkSync(folder.at('outside'), folder.at('work/sub'));
    await expect(replaceFile(target, Buffer.from('mine'), undefined)).rejects.toThrow(/was changed/);
    expect(folder.read('outside/a.txt')).toBe('theirs');
    expect(fs.readdirSync(folder.at('outside'))).toEqual(['a.txt']);
  });
});
