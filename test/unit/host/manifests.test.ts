/** Manifests are remembered by the content of their file, so a changed file is another service (RT-11). */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServiceSpec } from '../../../src/definitions/service-spec.ts';
import { createManifestCache } from '../../../src/host/manifests.ts';
import { SourceHashes } from '../../../src/host/source-hashes.ts';
import { Manifest } from '../../../src/protocol/manifest.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = createFolder({ 'service.js': 'serve(1);' });
});
afterEach(() => folder[Symbol.dispose]());

const common = { env: {}, config: {}, origin: 'the test' };
const spec = (): ServiceSpec => ({
  ...common,
  name: 's',
  isolation: 'thread',
  entry: folder.at('service.js'),
});
const manifest = (...tools: string[]) =>
  Manifest.parse({ name: 's', tools: tools.map((name) => ({ name })) });

it('knows what was put in, under any name, as long as the file is the same', async () => {
  const cache = createManifestCache();
  expect(await cache.get(spec())).toBeUndefined();
  await cache.put(spec(), manifest('a'));
  expect(await cache.get({ ...spec(), name: 'other' })).toEqual(manifest('a'));
});

it('does not know a file that was changed, and knows both forms of it afterwards', async () => {
  const cache = createManifestCache();
  await cache.put(spec(), manifest('a'));
  folder.write('service.js', 'serve("another one");');
  expect(await cache.get(spec())).toBeUndefined();
  await cache.put(spec(), manifest('b'));
  expect(await cache.get(spec())).toEqual(manifest('b'));
  folder.write('service.js', 'serve(1);');
  expect(await cache.get(spec())).toEqual(manifest('a'));
});

it('knows a file from the list of the build, as a thread and as a process', async () => {
  const hash = await new SourceHashes().ofFile(folder.at('service.js'));
  folder.write('manifests.json', JSON.stringify({ [hash!]: manifest('a') }));
  const cache = createManifestCache(folder.at('manifests.json'));
  expect(await cache.get(spec())).toEqual(manifest('a'));
  const process: ServiceSpec = { ...spec(), isolation: 'process', command: ['node'] };
  expect(await cache.get(process)).toEqual(manifest('a'));
});

it('asks a program anew: nothing says when it changed', async () => {
  const cache = createManifestCache();
  const program: ServiceSpec = { ...common, name: 'p', isolation: 'process', command: ['./program'] };
  await cache.put(program, manifest('a'));
  expect(await cache.get(program)).toBeUndefined();
});

it('has nothing to say of a file that is not there', async () => {
  const missing: ServiceSpec = { ...spec(), isolation: 'thread', entry: folder.at('missing.js') };
  const cache = createManifestCache();
  await cache.put(missing, manifest('a'));
  expect(await cache.get(missing)).toBeUndefined();
});

it.each([
  ['is missing', undefined],
  ['is no JSON', '{"half":'],
  ['is a list', '[]'],
  ['holds no manifests', '{"hash":{"capabilities":{"tools":5}}}'],
])('begins empty when the list of the build %s', async (_what, content) => {
  if (content !== undefined) folder.write('manifests.json', content);
  const cache = createManifestCache(folder.at('manifests.json'));
  expect(await cache.get(spec())).toBeUndefined();
  await cache.put(spec(), manifest('a'));
  expect(await cache.get(spec())).toEqual(manifest('a'));
});
