/** Names of definitions and what is installed for them (DL-12, DL-14). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { discoverDefinitions } from '../../../src/definitions/sources/discover.ts';
import { refreshSources } from '../../../src/definitions/sources/refresh.ts';
import {
  installSource,
  registerSource,
  uninstallSource,
  unregisterSource,
} from '../../../src/definitions/sources/register.ts';
import { createSourceResolver } from '../../../src/definitions/sources/resolver.ts';
import { updateSources } from '../../../src/definitions/sources/update.ts';
import { publishRepository } from '../../builders/definition-server.ts';
import { createFolder } from '../../builders/folder.ts';

const { PATH = '', SystemRoot = '' } = process.env;

function openHome() {
  const folder = createFolder({ 'project/b/bundle.md': '---\nbundle: { name: b }\n---\nHi' });
  onTestFinished(() => folder[Symbol.dispose]());
  const home = folder.at('home');
  const options = { home, environment: { PATH, SystemRoot, HOME: folder.path, USERPROFILE: folder.path } };
  const from = folder.at('project');
  const registry = folder.at('home/definitions/registry.yaml');
  const cached = () => {
    const sources = folder.at('home/definitions/sources');
    return fs.existsSync(sources) ? fs.readdirSync(sources).length : 0;
  };
  return { folder, home, options, from, registry, cached };
}

const DEFINITIONS = {
  'bundle.md': '---\nbundle: { name: core, description: All of it }\n---\nHi',
  'behaviors/careful.yaml': 'bundle: { name: careful }\n',
  'agents/zen.md': '---\nmeta: { name: zen, description: Thinks }\n---\nYou think.',
};

test('a name stands for its address in includes; the registry keeps its comments and order (DL-14)', async () => {
  const { options, from, registry, folder } = openHome();
  const resolve = createSourceResolver(options);
  await registerSource(options, { uri: 'b', name: 'mine', from });
  fs.writeFileSync(registry, `# Ours\nmine: ${folder.at('project/b')} # the first\n`);
  const { name, uri } = await registerSource(options, { uri: 'b/bundle.md', from });

  expect([name, uri]).toEqual(['b', folder.at('project/b/bundle.md')]);
  expect(fs.readFileSync(registry, 'utf8')).toBe(
    `# Ours\nmine: ${folder.at('project/b')} # the first\nb: ${folder.at('project/b/bundle.md')}\n`,
  );
  expect(await resolve('mine', folder.path)).toMatchObject({ uri: 'mine', path: folder.at('project/b') });
  // The name goes before a path that is spelled like it.
  expect(await resolve('b', from)).toMatchObject({ path: folder.at('project/b/bundle.md') });
  expect(await resolve('./b', from)).toMatchObject({ path: folder.at('project/b') });

  expect(await registerSource(options, { uri: 'b', name: 'mine', from })).toMatchObject({ isNew: false });
  await expect(registerSource(options, { uri: 'b/bundle.md', name: 'mine', from })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/^"mine" is the name of .* already/),
    remedy: expect.stringContaining('patchbay unregister mine'),
  });
  await expect(registerSource(options, { uri: 'c', from })).rejects.toThrow(/There is no .*c/);
  for (const bad of ['a/b', '../x', 'x.md', '-x', '']) {
    await expect(registerSource(options, { uri: 'b', name: bad, from })).rejects.toThrow(/cannot be a name/);
  }
  expect(await unregisterSource(options.home, 'mine')).toEqual(['mine']);
  expect(await unregisterSource(options.home, folder.at('project/b/bundle.md'))).toEqual(['b']);
  await expect(unregisterSource(options.home, 'mine')).rejects.toMatchObject({
    message: 'There are no definitions "mine".',
  });
  expect(fs.readFileSync(registry, 'utf8')).toContain('# Ours');
  await registerSource(options, { uri: 'b', from });
  expect(fs.readFileSync(registry, 'utf8')).toContain(`\nb: ${folder.at('project/b')}\n`);
});

test('a registry that is broken is left as it is and told with its line (DL-14)', async () => {
  const { options, from, registry } = openHome();
  fs.mkdirSync(path.dirname(registry), { recursive: true });
  fs.writeFileSync(registry, 'good: /x\n../bad: [\n');
  await expect(registerSource(options, { uri: 'b', from })).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/registry\.yaml:\d+:\d+: This is not valid YAML/),
  });
  fs.writeFileSync(registry, 'good: /x\n../bad: /y\n');
  await expect(createSourceResolver(options)('good', from)).rejects.toThrow(
    /registry\.yaml:2:\d+: .*a name has letters/,
  );
  expect(fs.readFileSync(registry, 'utf8')).toBe('good: /x\n../bad: /y\n');
});

test('install fetches and registers, uninstall removes both, but not what another name needs (DL-14)', async () => {
  const repository = publishRepository(DEFINITIONS);
  const { options, from, registry, cached } = openHome();
  const { address } = repository;

  await expect(installSource(options, { uri: `${address}@nowhere`, name: 'core', from })).rejects.toThrow(
    /cannot be fetched/,
  );
  expect([fs.existsSync(registry), cached()]).toEqual([false, 0]);
  const { name, source } = await installSource(options, { uri: `${address}@main`, name: 'core', from });
  expect([name, source.isRemote, cached()]).toEqual(['core', true, 1]);
  await registerSource(options, { uri: `${address}@main#subdirectory=agents/zen.md`, from });
  expect(await refreshSources(options)).toMatchObject([
    { name: 'core', found: [{ name: 'core' }, { name: 'careful' }, { name: 'zen' }], diagnostics: [] },
    { name: 'zen', found: [{ kind: 'agent', name: 'zen' }] },
  ]);
  expect(await updateSources(options, 'zen', false)).toMatchObject([{ names: ['core', 'zen'] }]);

  expect(await uninstallSource(options.home, 'core')).toEqual({ names: ['core'], keptFor: ['zen'] });
  expect(cached()).toBe(1);
  expect(await uninstallSource(options.home, 'zen')).toEqual({
    names: ['zen'],
    removed: `${address}@main`,
    keptFor: [],
  });
  expect(cached()).toBe(0);
  await expect(uninstallSource(options.home, 'zen')).rejects.toMatchObject({ kind: 'config' });
  await expect(uninstallSource(options.home, `${address}@main`)).rejects.toThrow(/There are no definitions/);
  await expect(updateSources(options, 'zen', true)).rejects.toThrow(/There are no definitions "zen"/);
});

test('a name that is registered is installed when somebody says so (DL-14)', async () => {
  const repository = publishRepository(DEFINITIONS);
  const { options, from, cached } = openHome();
  await registerSource(options, { uri: repository.address, name: 'core', from });
  expect(cached()).toBe(0);
  await expect(updateSources(options, 'core', true)).rejects.toMatchObject({
    remedy: expect.stringContaining('patchbay install core'),
  });
  expect(await installSource(options, { uri: 'core', from })).toMatchObject({ name: 'core', isNew: false });
  expect(cached()).toBe(1);
});

test('discover lists what is in a folder or behind an address and registers nothing (DL-14)', async () => {
  const repository = publishRepository({ ...DEFINITIONS, 'agents/broken.md': '---\nmeta: [\n---\n' });
  const { options, from, folder, registry } = openHome();
  const remote = await discoverDefinitions(options, repository.address, from);
  expect(
    remote.found.map(({ kind, name, description, address }) => [kind, name, description, address]),
  ).toEqual([
    ['bundle', 'core', 'All of it', `${repository.address}#subdirectory=bundle.md`],
    ['behavior', 'careful', '', `${repository.address}#subdirectory=behaviors/careful.yaml`],
    ['agent', 'zen', 'Thinks', `${repository.address}#subdirectory=agents/zen.md`],
  ]);
  expect(remote.diagnostics).toMatchObject([{ file: expect.stringMatching(/broken\.md$/), line: 2 }]);
  const resolve = createSourceResolver(options);
  expect(await resolve(remote.found[2]!.address, from)).toMatchObject({ path: remote.found[2]!.file });

  folder.write('project/node_modules/x/bundle.yaml', 'bundle: {}');
  const local = await discoverDefinitions(options, '.', from);
  expect(local.found).toMatchObject([
    { kind: 'bundle', name: 'b', address: folder.at('project/b/bundle.md') },
  ]);
  expect(fs.existsSync(registry)).toBe(false);
});

test('refresh says of each name what is there and what cannot be had; what is pinned stays (DL-14)', async () => {
  const repository = publishRepository(DEFINITIONS);
  const { options, from, folder } = openHome();
  await registerSource(options, { uri: 'b', from });
  const { source } = await installSource(options, { uri: repository.address, name: 'core', from });
  folder.write(
    'home/definitions/registry.yaml',
    `${folder.read('home/definitions/registry.yaml')}gone: /no/such\nodd: "ftp://x"\n`,
  );
  repository.folder.write('agents/new.md', '---\nmeta: { name: new }\n---\n');
  repository.commit();
  const before = source.version;

  const lines = await refreshSources(options);

  expect(lines.map(({ name, found, reason }) => [name, found.length, reason !== undefined])).toEqual([
    ['b', 1, false],
    ['core', 3, false],
    ['gone', 0, true],
    ['odd', 0, true],
  ]);
  expect((await createSourceResolver(options)('core', from)).version).toBe(before);
});
