/** Definitions by address: fetched once, pinned, held to what they may be (DL-12). */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SourceOptions } from '../../../src/definitions/sources/fetcher.ts';
import { createSourceResolver } from '../../../src/definitions/sources/resolver.ts';
import { updateSources } from '../../../src/definitions/sources/update.ts';
import { publishRepository, startDefinitionServer } from '../../builders/definition-server.ts';
import { createFolder } from '../../builders/folder.ts';

const { PATH = '', SystemRoot = '' } = process.env;
const FOLDER_WITHOUT_PROGRAMS = import.meta.dirname;

function openHome(extra: Partial<SourceOptions> = {}) {
  const folder = createFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const home = folder.at('home');
  const fetched: string[] = [];
  const environment = { PATH, SystemRoot, HOME: folder.path, USERPROFILE: folder.path };
  const options = { home, environment, onFetch: (uri: string) => fetched.push(uri), ...extra };
  const from = folder.at('project');
  fs.mkdirSync(from);
  const resolver = createSourceResolver(options);
  return {
    ...{ folder, home, from, options, fetched },
    resolve: (uri: string, where = from) => resolver(uri, where),
    /** As the next window or terminal finds it. */
    resolveAnew: (uri: string) => createSourceResolver(options)(uri, from),
    /** Whether anything is there that somebody could take for fetched. */
    isEmpty: () =>
      ['sources', 'content', 'tmp'].every((each) => below(path.join(home, 'definitions', each)) === 0),
  };
}

function below(folder: string): number {
  return fs.existsSync(folder) ? fs.readdirSync(folder).length : 0;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const read = (file: string) => fs.readFileSync(file, 'utf8');

describe('a file on a server (DL-12)', () => {
  test('is fetched once, even when asked for twice at once, and stays as it is until update', async () => {
    const server = await startDefinitionServer();
    const { resolve, resolveAnew, options } = openHome();
    const uri = `${server.url}/b/bundle.md`;
    server.files.set('/b/bundle.md', 'one');

    const [first, second] = await Promise.all([resolve(uri), resolve(uri)]);
    server.files.set('/b/bundle.md', 'two');
    const later = await resolveAnew(uri);

    expect(first).toEqual({ uri, path: first.path, isRemote: true, version: sha256('one') });
    expect(path.basename(first.path)).toBe('bundle.md');
    expect([second, later]).toEqual([first, first]);
    expect(read(first.path)).toBe('one');
    expect(server.requests).toHaveLength(1);

    const checked = await updateSources(options, undefined, false);
    expect(checked).toMatchObject([
      {
        uri,
        status: 'changed',
        before: sha256('one'),
        after: sha256('two'),
        fetchedAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await resolveAnew(uri)).toEqual(first);

    expect(await updateSources(options, uri, true)).toMatchObject([{ status: 'changed' }]);
    const updated = await resolveAnew(uri);
    expect([updated.version, read(updated.path)]).toEqual([sha256('two'), 'two']);
    // A turn that runs still has the one before.
    expect(read(first.path)).toBe('one');
    expect(await updateSources(options, undefined, true)).toMatchObject([{ status: 'unchanged' }]);

    await server.stop();
    expect(read((await resolveAnew(uri)).path)).toBe('two');
    expect(await updateSources(options, undefined, true)).toMatchObject([
      { status: 'unreachable', reason: expect.stringContaining('cannot be reached'), before: sha256('two') },
    ]);
    expect(read((await resolveAnew(uri)).path)).toBe('two');
  });

  test('that is pinned by its sha256 is refused when it is another, and nothing is kept', async () => {
    const server = await startDefinitionServer();
    const { resolve, isEmpty, options, fetched } = openHome();
    server.files.set('/x.md', 'right');
    const [right, wrong] = [sha256('right'), sha256('wrong')];

    await expect(resolve(`${server.url}/x.md#sha256=${wrong}`)).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(`its sha256 is ${right}, the address says ${wrong}`),
      remedy: expect.stringContaining('write its sha256'),
    });
    expect(isEmpty()).toBe(true);

    const { version } = await resolve(`${server.url}/x.md#sha256=${right}`);
    expect(version).toBe(right);
    await server.stop();
    fetched.length = 0;
    expect(await updateSources(options, undefined, true)).toMatchObject([{ status: 'unchanged' }]);
    expect(fetched).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    ['that is not there', '/missing.md', /the server answers 404\. Correct the address/],
    ['of a server that fails', '/failing.md', /the server answers 500\. Try again later/],
    ['that is too large', '/huge.md', /has more than 5 MB\./],
    [
      'that redirects to what is not encrypted',
      '/away.md',
      /redirects to http:\/\/example\.com, which is not https/,
    ],
    ['that redirects without end', '/round.md', /redirects more than 5 times/],
    ['whose server ends in the middle', '/half.md', /cannot be reached/],
  ])('%s is an error with its remedy, and nothing is kept', async (_what, file, expected) => {
    const server = await startDefinitionServer();
    const { resolve, isEmpty } = openHome();
    const redirect = (location: string) =>
      server.files.set(file, (_request, response) => response.writeHead(302, { location }).end());
    if (file === '/failing.md') server.files.set(file, 500);
    if (file === '/huge.md') server.files.set(file, Buffer.alloc(5 * 1024 * 1024 + 1));
    if (file === '/away.md') redirect('http://example.com/x.md');
    if (file === '/round.md') redirect(file);
    if (file === '/half.md') {
      server.files.set(file, (_request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.destroy());
      });
    }
    const error = await resolve(`${server.url}${file}`).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'PatchbayError', kind: 'config' });
    expect(`${error.message} ${error.remedy}`).toMatch(expected);
    expect(isEmpty()).toBe(true);
  });

  test('whose server never answers is given up, and a person may stop waiting', async () => {
    const server = await startDefinitionServer();
    server.files.set('/silent.md', () => undefined);
    await expect(openHome({ timeoutMs: 50 }).resolve(`${server.url}/silent.md`)).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining('did not come within'),
    });
    const abort = new AbortController();
    const waiting = openHome({ signal: abort.signal, onFetch: () => setImmediate(() => abort.abort()) });
    await expect(waiting.resolve(`${server.url}/silent.md`)).rejects.toMatchObject({ kind: 'cancelled' });
    const { address } = publishRepository({ 'bundle.md': 'a' });
    const stop = new AbortController();
    const stopped = openHome({ signal: stop.signal, onFetch: () => setImmediate(() => stop.abort()) });
    await expect(stopped.resolve(address)).rejects.toMatchObject({ kind: 'cancelled' });
    expect([waiting.isEmpty(), stopped.isEmpty()]).toEqual([true, true]);
  });

  test('is found where it was moved to, and names what lies beside its own address', async () => {
    const server = await startDefinitionServer();
    const { resolve } = openHome();
    server.files.set('/b/bundle.md', (_request, response) =>
      response.writeHead(301, { location: '/moved' }).end(),
    );
    server.files.set('/moved', 'bundle');
    server.files.set('/agents/zen.md', 'zen');
    const bundle = await resolve(`${server.url}/b/bundle.md`);
    expect(read(bundle.path)).toBe('bundle');
    const beside = path.dirname(bundle.path);

    const { path: zen, isRemote } = await resolve('../agents/zen.md', beside);

    expect([read(zen), isRemote]).toEqual(['zen', true]);
    expect(server.requests).toEqual(['/b/bundle.md', '/moved', '/agents/zen.md']);
  });
});

describe('a repository (DL-12)', () => {
  test('is fetched once for all its subdirectories, without its history, at a branch, tag or commit', async () => {
    const repository = publishRepository({ 'a/bundle.md': 'a', 'b/one.yaml': 'b' });
    const first = repository.git('rev-parse', 'HEAD');
    repository.git('tag', '-a', 'v1', '-m', 'One');
    const { resolve, resolveAnew, fetched, options } = openHome();
    const { address } = repository;

    const [whole, a, b] = await Promise.all([
      resolve(`${address}@main`),
      resolve(`${address}@main#subdirectory=a`),
      resolve(`${address}@main#subdirectory=b/one.yaml`),
    ]);

    expect(fetched).toEqual([`${address}@main`]);
    expect([whole.version, a.version]).toEqual([first, first]);
    expect(a.path).toBe(path.join(whole.path, 'a'));
    expect(read(b.path)).toBe('b');
    expect(fs.readdirSync(whole.path).sort()).toEqual(['a', 'b']);

    repository.folder.write('a/bundle.md', 'new');
    const second = repository.commit();
    expect((await resolveAnew(`${address}@main`)).version).toBe(first);
    for (const ref of ['v1', first]) {
      const { path: pinned, version } = await resolve(`${address}@${ref}#subdirectory=a/bundle.md`);
      expect([read(pinned), version]).toEqual(['a', first]);
    }
    expect((await resolve(address)).version).toBe(second);
    fetched.length = 0;
    const updates = await updateSources(options, undefined, true);
    expect(updates.map(({ uri, status, after }) => [uri, status, after])).toEqual(
      [
        [address, 'unchanged', second],
        // A commit is pinned: nobody is asked.
        [`${address}@${first}`, 'unchanged', first],
        [`${address}@main`, 'changed', second],
        [`${address}@v1`, 'unchanged', first],
      ].sort(),
    );
    expect(fetched.sort()).toEqual([address, `${address}@main`, `${address}@v1`].sort());
    expect(read((await resolveAnew(`${address}@main#subdirectory=a/bundle.md`)).path)).toBe('new');
  });

  test('that is gone is still there when it is cached; what never came says what to do', async () => {
    const repository = publishRepository({ 'bundle.md': 'a' });
    const { resolve, resolveAnew, options, isEmpty } = openHome();
    const { address } = repository;
    const error = await resolve(`${address}@nowhere`).catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: 'config' });
    expect(`${error.message} ${error.remedy}`).toMatch(
      /@nowhere cannot be fetched: .*Correct what stands behind the @/,
    );
    expect(isEmpty()).toBe(true);
    await resolve(`${address}#subdirectory=bundle.md`);
    await expect(resolve(`${address}#subdirectory=other`)).rejects.toMatchObject({
      message: `There is no "other" in what ${address} names.`,
      remedy: 'Correct the address; there is: bundle.md.',
    });

    repository.folder[Symbol.dispose]();

    expect(read((await resolveAnew(`${address}#subdirectory=bundle.md`)).path)).toBe('a');
    expect(await updateSources(options, undefined, false)).toMatchObject([{ status: 'unreachable' }]);
    await expect(resolve(`${address}@main`)).rejects.toMatchObject({
      kind: 'config',
      remedy: expect.any(String),
    });
  });

  test('is fetched without running hooks, not even the person’s own', async () => {
    const repository = publishRepository({ 'bundle.md': 'a' });
    const { resolve, folder } = openHome();
    const hook = folder.at('template/hooks/post-checkout');
    folder.write('template/hooks/post-checkout', `#!/bin/sh\ntouch "${folder.at('hook-ran')}"\n`);
    fs.chmodSync(hook, 0o755);
    folder.write(
      '.gitconfig',
      `[core]\n\thooksPath = ${folder.at('template/hooks').replaceAll('\\', '/')}\n`,
    );
    await resolve(repository.address);
    expect(fs.existsSync(folder.at('hook-ran'))).toBe(false);
  });

  test('needs git, and says so when there is none', async () => {
    const { address } = publishRepository({ 'bundle.md': 'a' });
    const { resolve } = openHome({ environment: { PATH: FOLDER_WITHOUT_PROGRAMS, SystemRoot } });
    await expect(resolve(address)).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining('git, which is not installed'),
      remedy: expect.stringContaining('Install git'),
    });
  });

  test.skipIf(process.platform === 'win32')(
    'with links that lead out is refused, links inside are fine',
    async () => {
      const repository = publishRepository({
        'bad/x.md': 'x',
        'good/x.md': 'x',
        'file.md': 'x',
      });
      const { folder } = repository;
      fs.symlinkSync('x.md', folder.at('good/y.md'));
      fs.symlinkSync(process.execPath, folder.at('bad/y.md'));
      fs.symlinkSync('..', folder.at('up'));
      fs.symlinkSync('/', folder.at('root'));
      repository.commit();
      const { resolve } = openHome();
      const at = (subdirectory: string) => resolve(`${repository.address}#subdirectory=${subdirectory}`);

      expect(read(path.join((await at('good')).path, 'y.md'))).toBe('x');
      for (const [subdirectory, named] of [
        ['bad', 'y.md'],
        ['root', 'root'],
        ['root/etc', 'root/etc'],
        ['up', 'up'],
        ['bad/y.md', 'bad/y.md'],
      ]) {
        await expect(at(subdirectory!)).rejects.toMatchObject({
          kind: 'config',
          message: `"${named}" in ${repository.address} leads out of it.`,
        });
      }
      await expect(resolve(repository.address)).rejects.toThrow(/leads out of it/);
    },
  );
});

test('what was fetched names what is beside it and never what is outside of it (DL-12)', async () => {
  const server = await startDefinitionServer();
  const repository = publishRepository({ 'b/bundle.md': '', 'agents/zen.md': 'zen' });
  const { resolve, resolveAnew, folder, home } = openHome();
  folder.write('mine.md', 'mine');
  const inside = await resolve(`${repository.address}#subdirectory=b`);
  expect(await resolve('../agents/zen.md', inside.path)).toMatchObject({
    path: path.join(path.dirname(inside.path), 'agents', 'zen.md'),
    isRemote: true,
    version: inside.version,
  });
  const zen = path.join(path.dirname(inside.path), 'agents', 'zen.md');
  for (const where of [inside.path, folder.path]) {
    expect(await resolve(zen, where)).toMatchObject({ path: zen, isRemote: true, version: inside.version });
  }
  await expect(resolve('../../x.md', inside.path)).rejects.toThrow(/is not part of it but of this machine/);

  // As if it had come from elsewhere.
  const [index] = fs.readdirSync(path.join(home, 'definitions', 'sources'));
  const file = path.join(home, 'definitions', 'sources', index!);
  fs.writeFileSync(file, read(file).replace(/git\+file:[^"]*/, 'git+https://host.invalid/x'));
  const mine = folder.at('mine.md');
  for (const uri of [mine, pathToFileURL(mine).href, repository.address, `${server.url}/x.md`]) {
    await expect(resolve(uri, inside.path)).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining('git+https://host.invalid/x names'),
    });
  }
  expect(server.requests).toEqual([]);
  fs.writeFileSync(file, '{');
  await expect(resolveAnew(`${repository.address}#subdirectory=b`)).rejects.toMatchObject({
    message: `${file} is damaged: it does not say what was fetched.`,
    remedy: expect.stringContaining('Delete it'),
  });
  // Uninstalled while a turn runs, it is still not one of this machine.
  fs.rmSync(file);
  await expect(resolve(mine, inside.path)).rejects.toThrow(/does not belong to any source/);
  fs.rmSync(path.join(home, 'definitions', 'content'), { recursive: true });
  await expect(resolve(mine, inside.path)).rejects.toThrow(/does not belong to any source/);
});

test('paths of this machine are used where they are, those of a folder that is not trusted are not (DL-12)', async () => {
  const { resolve, folder, options, from } = openHome();
  folder.write('project/b/bundle.md', 'b');
  folder.write('other/bundle.md', 'o');
  const file = folder.at('project/b/bundle.md');
  for (const uri of ['b/bundle.md', file, pathToFileURL(file).href]) {
    expect(await resolve(uri)).toEqual({ uri, path: file, isRemote: false });
  }
  const part = `${pathToFileURL(folder.at('project')).href}#subdirectory=b`;
  expect(await resolve(part)).toMatchObject({ path: folder.at('project/b') });
  await expect(resolve('c.md')).rejects.toMatchObject({
    kind: 'config',
    message: `There is no ${folder.at('project/c.md')}, which "c.md" names.`,
  });

  const careful = createSourceResolver({ ...options, untrusted: [from] });
  await expect(careful('b/bundle.md', from)).rejects.toThrow(/is in a folder that is not trusted/);
  await expect(careful(file, folder.path)).rejects.toThrow(/is in a folder that is not trusted/);
  const repository = `git+${pathToFileURL(folder.at('project')).href}`;
  await expect(careful(repository, from)).rejects.toThrow(/is in a folder that is not trusted/);
  expect(await careful('other/bundle.md', folder.path)).toMatchObject({ isRemote: false });
});
