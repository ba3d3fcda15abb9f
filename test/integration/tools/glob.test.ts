import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { searchTools } from '../../../src/services/tools-search/definition.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { toolsOf } from '../../builders/tool.ts';

const inFolder = (folder: Folder, config?: Record<string, unknown>) =>
  toolsOf(searchTools, { cwd: folder.path, config });

interface Match {
  path: string;
  type: string;
  size: number;
}

async function pathsOf(folder: Folder, input: Record<string, unknown>, config?: Record<string, unknown>) {
  const { matches } = await inFolder(folder, config).output('glob', input);
  return (matches as Match[]).map(({ path: found }) => found);
}

describe('glob (RT-50)', () => {
  test('finds files by pattern, newest first', async () => {
    using folder = createFolder({
      'src/old.ts': '1',
      'src/deep/new.ts': '22',
      'src/middle.ts': '333',
      'a.md': '',
    });
    for (const [file, time] of [
      ['src/old.ts', 1_000],
      ['src/deep/new.ts', 3_000],
      ['src/middle.ts', 2_000],
    ] as const) {
      fs.utimesSync(folder.at(file), time, time);
    }
    expect(await inFolder(folder).output('glob', { pattern: '**/*.ts' })).toEqual({
      pattern: '**/*.ts',
      base_path: '.',
      total_files: 3,
      count: 3,
      matches: [
        { path: 'src/deep/new.ts', type: 'file', size: 2 },
        { path: 'src/middle.ts', type: 'file', size: 3 },
        { path: 'src/old.ts', type: 'file', size: 1 },
      ],
    });
  });

  test('takes the patterns of a shell', async () => {
    using folder = createFolder({
      'a.ts': '',
      'b.js': '',
      'src/a.ts': '',
      'src/x/test_a.py': '',
      '.github/ci.yml': '',
    });
    const found = async (pattern: string) => (await pathsOf(folder, { pattern })).sort();
    expect(await found('*.ts')).toEqual(['a.ts']);
    expect(await found('./*.{ts,js}')).toEqual(['a.ts', 'b.js']);
    expect(await found('src/**')).toEqual(['src/a.ts', 'src/x/test_a.py']);
    expect(await found('**/test_*.py')).toEqual(['src/x/test_a.py']);
    expect(await found('**/*.yml')).toEqual(['.github/ci.yml']);
    expect(await found('*.rb')).toEqual([]);
  });

  test('searches below a folder, named by path or by the pattern', async () => {
    using folder = createFolder({ 'src/a.ts': '', 'src/b/c.ts': '', 'd.ts': '' });
    expect((await pathsOf(folder, { pattern: '**/*.ts', path: 'src' })).sort()).toEqual([
      'src/a.ts',
      'src/b/c.ts',
    ]);
    expect(await pathsOf(folder, { pattern: path.posix.join(folder.path, 'src/*.ts') })).toEqual([
      'src/a.ts',
    ]);
    expect(await pathsOf(folder, { pattern: '../*.ts', path: 'src' })).toEqual(['d.ts']);
  });

  test('leaves out what is ignored, unless asked for', async () => {
    using folder = createFolder({
      '.gitignore': '*.log\n',
      'a.log': '',
      'a.txt': '',
      'node_modules/m/a.txt': '',
      'dist/a.txt': '',
      build: 'a file, not a folder',
      '.git/config': '',
    });
    expect((await pathsOf(folder, { pattern: '**' })).sort()).toEqual(['.gitignore', 'a.txt', 'build']);
    expect(await pathsOf(folder, { pattern: '**', include_ignored: true })).toHaveLength(7);
    expect(await pathsOf(folder, { pattern: '*.txt', path: 'node_modules/m' })).toEqual([
      'node_modules/m/a.txt',
    ]);
  });

  test('leaves out what the call excludes and what is denied (DL-16)', async () => {
    using folder = createFolder({ 'a.ts': '', 'a.min.ts': '', 'gen/b.ts': '', 'private/c.ts': '' });
    const input = { pattern: '**/*.ts', exclude: ['*.min.ts', 'gen/'] };
    expect(await pathsOf(folder, input, { denied_read_paths: ['private'] })).toEqual(['a.ts']);
  });

  test('finds folders', async () => {
    using folder = createFolder({ 'src/a/x.ts': '', 'src/b/deep/y.ts': '', 'z.ts': '' });
    expect((await pathsOf(folder, { pattern: '**', type: 'dir' })).sort()).toEqual([
      'src',
      'src/a',
      'src/b',
      'src/b/deep',
    ]);
    const { matches } = await inFolder(folder).output('glob', { pattern: 'src/*', type: 'any' });
    expect(matches).toMatchObject([{ type: 'dir' }, { type: 'dir' }]);
  });

  test('gives the newest 500 of more, and the number of all', async () => {
    using folder = createFolder(
      Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`d${index % 7}/f${index}.txt`, ''])),
    );
    fs.utimesSync(folder.at('d0/f7.txt'), 4_000_000_000, 4_000_000_000);
    const output = await inFolder(folder).output('glob', { pattern: '**/*.txt' });
    expect(output).toMatchObject({ total_files: 1_200, count: 500 });
    expect((output.matches as Match[])[0]).toMatchObject({ path: 'd0/f7.txt' });
  });

  test('refuses what is outside, missing or no folder', async () => {
    using folder = createFolder({ 'work/a.ts': '', 'other/b.ts': '' });
    fs.symlinkSync('../other', folder.at('work/link'));
    const tools = toolsOf(searchTools, { cwd: folder.at('work') });
    for (const input of [
      { pattern: '*', path: '..' },
      { pattern: '../other/*.ts' },
      { pattern: `${folder.path}/other/*` },
      { pattern: '*', path: 'link' },
    ]) {
      expect(await tools.failure('glob', input)).toMatch(/"allowed_read_paths"/);
    }
    expect(await tools.failure('glob', { pattern: '*', path: 'nowhere' })).toMatch(
      /There is no folder "nowhere"/,
    );
    expect(await tools.failure('glob', { pattern: '*', path: 'a.ts' })).toMatch(/"a.ts" is a file/);
    expect(await tools.failure('glob', { pattern: ' ' })).toMatch(/pattern is empty/);
    expect((await tools.output('glob', { pattern: '**' })).count).toBe(1);
  });
});
