import fs from 'node:fs';
import { platform } from 'node:process';
import { describe, expect, test } from 'vitest';
import { searchTools } from '../../../src/services/tools-search/definition.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { peakMemory } from '../../builders/peak-memory.ts';
import { expectGone, pidIn } from '../../builders/processes.ts';
import { toolsOf } from '../../builders/tool.ts';

const inFolder = (folder: Folder, config?: Record<string, unknown>) =>
  toolsOf(searchTools, { cwd: folder.path, config });
const grep = (folder: Folder, input: Record<string, unknown>) => inFolder(folder).output('grep', input);

describe('grep (RT-50)', () => {
  test('names the files by default', async () => {
    using folder = createFolder({ 'b.ts': 'needle', 'a.ts': 'needle', 'c.ts': 'hay' });
    expect(await grep(folder, { pattern: 'needle' })).toEqual({
      pattern: 'needle',
      output_mode: 'files_with_matches',
      total_matches: 2,
      matches_count: 2,
      results: [{ file: 'a.ts' }, { file: 'b.ts' }],
    });
  });

  test('gives the lines, with their numbers or without', async () => {
    using folder = createFolder({ 'src/a.ts': 'one\r\ntwo needle\r\n' });
    const input = { pattern: 'needle$', output_mode: 'content' };
    expect((await grep(folder, { ...input, pattern: 'needle' })).results).toEqual([
      { file: 'src/a.ts', content: 'two needle', line_number: 2 },
    ]);
    expect((await grep(folder, { ...input, pattern: 'needle', '-n': false })).results).toEqual([
      { file: 'src/a.ts', content: 'two needle' },
    ]);
  });

  test('gives lines around a match, told apart from it', async () => {
    using folder = createFolder({ 'a.txt': '1\n2\nneedle\n4\n5\n' });
    const around = async (input: Record<string, unknown>) =>
      (await grep(folder, { pattern: 'needle', output_mode: 'content', ...input })) as {
        total_matches: number;
        results: { content: string; is_context?: true }[];
      };
    const both = await around({ '-C': 1 });
    expect(both.results).toEqual([
      { file: 'a.txt', content: '2', line_number: 2, is_context: true },
      { file: 'a.txt', content: 'needle', line_number: 3 },
      { file: 'a.txt', content: '4', line_number: 4, is_context: true },
    ]);
    expect(both.total_matches).toBe(1);
    expect((await around({ '-B': 2 })).results.map(({ content }) => content)).toEqual(['1', '2', 'needle']);
    expect((await around({ '-A': 2 })).results.map(({ content }) => content)).toEqual(['needle', '4', '5']);
  });

  test('counts matching lines per file', async () => {
    using folder = createFolder({ 'a.txt': 'x\nx x\ny\n', 'b.txt': 'x\n' });
    expect(await grep(folder, { pattern: 'x', output_mode: 'count' })).toMatchObject({
      total_matches: 3,
      results: [
        { file: 'a.txt', count: 2 },
        { file: 'b.txt', count: 1 },
      ],
    });
  });

  test('takes case, types, globs and patterns over lines', async () => {
    using folder = createFolder({
      'a.ts': 'Needle {\n}',
      'b.py': 'needle',
      'src/c.ts': 'needle',
      'd.mts': 'needle',
    });
    const files = async (input: Record<string, unknown>) =>
      ((await grep(folder, { pattern: 'needle', ...input })).results as { file: string }[]).map(
        ({ file }) => file,
      );
    expect(await files({ '-i': true })).toEqual(['a.ts', 'b.py', 'd.mts', 'src/c.ts']);
    expect(await files({ type: 'python' })).toEqual(['b.py']);
    expect(await files({ type: 'ts' })).toEqual(['d.mts', 'src/c.ts']);
    expect(await files({ glob: '*.{py,mts}' })).toEqual(['b.py', 'd.mts']);
    expect(await files({ glob: 'src/**' })).toEqual(['src/c.ts']);
    expect(await files({ glob: 'src/' })).toEqual(['src/c.ts']);
    expect(await files({ glob: '{src,lib}/*.ts' })).toEqual(['src/c.ts']);
    expect(await files({ glob: '{src/*.ts,*.py}' })).toEqual(['b.py', 'src/c.ts']);
    expect(await files({ glob: '!*.{py,mts}' })).toEqual(['src/c.ts']);
    expect(await files({ glob: '*.mts', type: 'ts' })).toEqual(['d.mts']);
    expect(await files({ pattern: 'Needle.*\\}', multiline: true })).toEqual(['a.ts']);
    expect(await files({ pattern: '-needle' })).toEqual([]);
  });

  test('searches one file, and one that is large only when it is named', async () => {
    using folder = createFolder({
      'a.txt': 'needle',
      'large.txt': `needle\n${'x'.repeat(11 * 1024 * 1024)}`,
    });
    expect(await grep(folder, { pattern: 'needle' })).toMatchObject({ results: [{ file: 'a.txt' }] });
    expect(await grep(folder, { pattern: 'needle', path: 'large.txt' })).toMatchObject({
      results: [{ file: 'large.txt' }],
    });
  });

  test('leaves out what is ignored or denied, also when a glob would match it (DL-16)', async () => {
    using folder = createFolder({
      '.gitignore': 'ignored/\n',
      'a.txt': 'needle',
      'ignored/a.txt': 'needle',
      'node_modules/m/a.txt': 'needle',
      'private/a.txt': 'needle',
    });
    const tools = inFolder(folder, { denied_read_paths: ['private'] });
    for (const input of [{}, { glob: '**' }, { glob: '*.txt' }]) {
      expect(await tools.output('grep', { pattern: 'needle', ...input })).toMatchObject({
        total_matches: 1,
        results: [{ file: 'a.txt' }],
      });
    }
    const all = await tools.output('grep', { pattern: 'needle', include_ignored: true });
    expect(all.results).toEqual([
      { file: 'a.txt' },
      { file: 'ignored/a.txt' },
      { file: 'node_modules/m/a.txt' },
    ]);
  });

  test('reads on from where it ended', async () => {
    using folder = createFolder(
      Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`${1_000 + index}.txt`, 'needle'])),
    );
    const first = await grep(folder, { pattern: 'needle' });
    expect(first).toMatchObject({ total_matches: 250, matches_count: 200 });
    expect(first.warning).toContain('read on with offset 200');
    const rest = await grep(folder, { pattern: 'needle', offset: 200 });
    expect(rest.matches_count).toBe(50);
    expect(rest.warning).toBeUndefined();
    expect(new Set([first.results, rest.results].flat() as unknown[]).size).toBe(250);
    expect((await grep(folder, { pattern: 'needle', head_limit: 3 })).matches_count).toBe(3);
  });

  test('shows the part of a long line that matched', async () => {
    using folder = createFolder({ 'min.js': `${'a'.repeat(50_000)}needle${'b'.repeat(50_000)}` });
    const { results } = await grep(folder, { pattern: 'needle', output_mode: 'content' });
    const [{ content }] = results as [{ content: string }];
    expect(content).toContain('needle');
    expect(content.length).toBeLessThan(600);
  });
});

describe('grep says clearly what went wrong (RT-50)', () => {
  test('with a pattern, a type or a glob that is not valid', async () => {
    using folder = createFolder({ 'a.txt': 'a' });
    const tools = inFolder(folder);
    expect(await tools.failure('grep', { pattern: 'a(b' })).toMatch(
      /regex parse error:[\s\S]*unclosed group/,
    );
    expect(await tools.failure('grep', { pattern: 'a', type: 'nonsense' })).toMatch(
      /unrecognized file type: nonsense/,
    );
    expect(await tools.failure('grep', { pattern: 'a', glob: 'a{b' })).toMatch(
      /The glob "a\{b" is not valid/,
    );
    expect(await tools.failure('grep', { pattern: '' })).toMatch(/pattern is empty/);
  });

  test('with a path outside, missing, or a link that leads out', async () => {
    using folder = createFolder({ 'work/a.txt': 'a', 'secret.txt': 'a' });
    fs.symlinkSync('../secret.txt', folder.at('work/link.txt'));
    const tools = toolsOf(searchTools, { cwd: folder.at('work') });
    expect(await tools.failure('grep', { pattern: 'a', path: '..' })).toMatch(/"allowed_read_paths"/);
    expect(await tools.failure('grep', { pattern: 'a', path: 'link.txt' })).toMatch(/"allowed_read_paths"/);
    expect(await tools.failure('grep', { pattern: 'a', path: 'nowhere' })).toMatch(
      /There is no folder "nowhere"/,
    );
    expect((await tools.output('grep', { pattern: 'a' })).results).toEqual([{ file: 'a.txt' }]);
  });

  test('with a ripgrep that is not there', async () => {
    using folder = createFolder({ 'a.txt': 'a' });
    const tools = inFolder(folder, { rg_path: folder.at('no-such-rg') });
    for (const name of ['grep', 'glob']) {
      await expect(tools.call(name, { pattern: 'a' })).rejects.toMatchObject({
        kind: 'config',
        remedy: expect.stringContaining('rg_path'),
      });
    }
  });

  test.runIf(platform !== 'win32')('with files it may not read, and still gives the others', async () => {
    using folder = createFolder({ 'a.txt': 'needle' });
    folder.write(
      'rg.sh',
      '#!/bin/sh\nprintf "./a.txt\\0"\necho "rg: ./b.txt: Permission denied (os error 13)" >&2\nexit 2\n',
    );
    fs.chmodSync(folder.at('rg.sh'), 0o755);
    const output = await inFolder(folder, { rg_path: folder.at('rg.sh') }).output('grep', {
      pattern: 'needle',
    });
    expect(output).toMatchObject({ results: [{ file: 'a.txt' }] });
    expect(output.warning).toMatch(/could not be read: rg: .\/b.txt: Permission denied/);
  });
});

describe('a search that is too much (RT-50)', () => {
  test('of matches is ended early and takes little memory', async () => {
    using folder = createFolder({ 'flood.txt': 'a\n'.repeat(5_000_000) });
    const { result, bytes } = await peakMemory(() =>
      grep(folder, { pattern: 'a', path: 'flood.txt', output_mode: 'content' }),
    );
    expect(result).toMatchObject({ total_matches: 10_000, matches_count: 500 });
    expect(result.warning).toMatch(/10000 matches or more/);
    expect(bytes).toBeLessThan(60_000_000);
  });

  test.runIf(platform !== 'win32')('is ended with the call, and leaves no process', async () => {
    using folder = createFolder({ 'a.txt': 'a' });
    folder.write('rg.sh', `#!/bin/sh\necho $$ > '${folder.at('pid')}'\nexec sleep 120\n`);
    fs.chmodSync(folder.at('rg.sh'), 0o755);
    const controller = new AbortController();
    const tools = inFolder(folder, { rg_path: folder.at('rg.sh') });
    const call = tools.call('grep', { pattern: 'a' }, controller.signal);
    const pid = await pidIn(folder);
    controller.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
    await expectGone(pid);
  });

  test.runIf(platform !== 'win32')('is ended when it takes too long, and says so', async () => {
    using folder = createFolder({ 'a.txt': 'a' });
    folder.write('rg.sh', '#!/bin/sh\nprintf "./a.txt\\0"\nexec sleep 120\n');
    folder.write('silent.sh', '#!/bin/sh\nexec sleep 120\n');
    for (const file of ['rg.sh', 'silent.sh']) fs.chmodSync(folder.at(file), 0o755);
    const some = inFolder(folder, { rg_path: folder.at('rg.sh'), timeout_s: 1 });
    expect(await some.output('grep', { pattern: 'a' })).toMatchObject({
      results: [{ file: 'a.txt' }],
      warning: expect.stringContaining('Stopped after 1 s'),
    });
    const none = inFolder(folder, { rg_path: folder.at('silent.sh'), timeout_s: 1 });
    expect(await none.failure('grep', { pattern: 'a' })).toMatch(/took too long/);
  });
});
