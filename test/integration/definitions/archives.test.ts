/** Definitions in zip archives: fetched, pinned, and held to what they may be (DL-12). */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createSourceResolver } from '../../../src/definitions/sources/resolver.ts';
import { updateSources } from '../../../src/definitions/sources/update.ts';
import { startDefinitionServer } from '../../builders/definition-server.ts';
import { createFolder } from '../../builders/folder.ts';
import { zipArchive } from '../../builders/zip-archive.ts';

const MB = 1024 * 1024;
const GOOD = [
  { name: 'team/' },
  { name: 'team/bundle.md', content: 'one', mode: 0o100644 },
  { name: 'team/agents/zen.md', content: 'zen' },
];

function openHome(untrusted: readonly string[] = []) {
  const folder = createFolder({ 'project/mine.md': 'mine' });
  onTestFinished(() => folder[Symbol.dispose]());
  const options = { home: folder.at('home'), environment: {}, untrusted };
  return {
    folder,
    options,
    resolve: (uri: string, from = folder.at('project')) => createSourceResolver(options)(uri, from),
    /** An archive of this machine. */
    at: (bytes: Buffer) => {
      folder.write('a.zip', bytes);
      return `zip+${pathToFileURL(folder.at('a.zip')).href}`;
    },
    kept: () => {
      const content = folder.at('home/definitions/content');
      return fs.existsSync(content) ? fs.readdirSync(content).length : 0;
    },
  };
}

test('one of a server is fetched once for all its folders, and stays as it is until update', async () => {
  const server = await startDefinitionServer();
  const { resolve, options } = openHome();
  const bytes = zipArchive(GOOD);
  const version = createHash('sha256').update(bytes).digest('hex');
  server.files.set('/team.zip', bytes);
  const uri = `zip+${server.url}/team.zip`;

  const bundle = await resolve(`${uri}#subdirectory=team/bundle.md`);
  const folder = await resolve(`${uri}#subdirectory=team`);

  expect(bundle).toMatchObject({ isRemote: true, version });
  expect(fs.readFileSync(bundle.path, 'utf8')).toBe('one');
  expect(path.dirname(bundle.path)).toBe(folder.path);
  expect(server.requests).toHaveLength(1);
  // What it has beside it came with it; what is of this machine is not its to name.
  const zen = await resolve('agents/zen.md', folder.path);
  expect([fs.readFileSync(zen.path, 'utf8'), zen.isRemote]).toEqual(['zen', true]);
  await expect(resolve('../../mine.md', folder.path)).rejects.toThrow(
    /is not part of it but of this machine/,
  );
  await expect(resolve(`${uri}#subdirectory=other`)).rejects.toMatchObject({
    message: `There is no "other" in what ${uri} names.`,
  });

  server.files.set('/team.zip', zipArchive([{ name: 'team/bundle.md', content: 'two' }]));
  expect(fs.readFileSync((await resolve(`${uri}#subdirectory=team/bundle.md`)).path, 'utf8')).toBe('one');
  expect(await updateSources(options, uri, true)).toMatchObject([{ status: 'changed', before: version }]);
  expect(fs.readFileSync((await resolve(`${uri}#subdirectory=team/bundle.md`)).path, 'utf8')).toBe('two');
});

test('one of this machine is read, pinned if wanted, and not from a folder that is not trusted', async () => {
  const { resolve, at, kept } = openHome();
  const bytes = zipArchive(GOOD);
  const uri = at(bytes);
  const hash = createHash('sha256').update(bytes).digest('hex');

  await expect(resolve(`${uri}#sha256=${'0'.repeat(64)}`)).rejects.toThrow(/is not the pinned content/);
  expect(kept()).toBe(0);
  expect((await resolve(`${uri}#subdirectory=team&sha256=${hash}`)).version).toBe(hash);

  const careful = openHome([path.dirname(new URL(uri.slice('zip+'.length)).pathname)]);
  if (process.platform !== 'win32') await expect(careful.resolve(uri)).rejects.toThrow(/not trusted/);
  await expect(resolve(`${uri.replace('a.zip', 'gone.zip')}`)).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('cannot be read'),
  });
});

test.each<[string, Buffer, RegExp]>([
  ['whose name leads out', zipArchive([{ name: '../evil.md' }]), /is not unpacked: invalid relative path/],
  ['whose name leads out further in', zipArchive([{ name: 'a/../../evil.md' }]), /invalid relative path/],
  ['of the root', zipArchive([{ name: '/evil.md' }]), /absolute path/],
  ['of a drive', zipArchive([{ name: 'C:/evil.md' }]), /absolute path/],
  ['with the other slashes', zipArchive([{ name: '..\\evil.md' }]), /invalid characters/],
  ['of a device', zipArchive([{ name: 'a/nul.md' }]), /cannot be made here, "a\/nul\.md"/],
  ['with a stream behind it', zipArchive([{ name: 'a.md:x' }]), /cannot be made here/],
  ['of git', zipArchive([{ name: '.git/hooks/post-checkout' }]), /cannot be made here/],
  [
    'that is a link',
    zipArchive([{ name: 'link', content: '/etc/passwd', mode: 0o120777 }]),
    /a symbolic link in it, "link"/,
  ],
  ['that is a device', zipArchive([{ name: 'fifo', mode: 0o010644 }]), /cannot be made here, "fifo"/],
  [
    'twice',
    zipArchive([
      { name: 'a.md', content: '1' },
      { name: 'a.md', content: '2' },
    ]),
    /EEXIST/,
  ],
  [
    'larger than it says',
    zipArchive([{ name: 'bomb.md', content: Buffer.alloc(MB), size: 10 }]),
    /is not unpacked: too many bytes/,
  ],
  [
    'of many that unpack to too much',
    zipArchive(
      Array.from({ length: 5 }, (_, index) => ({ name: `${index}.md`, content: Buffer.alloc(50 * MB) })),
    ),
    /more than 200 MB unpacked/,
  ],
  [
    'of too many',
    zipArchive(Array.from({ length: 10_001 }, (_, index) => ({ name: `${index}.md` }))),
    /more than 10000 files/,
  ],
])('a file %s is refused, and nothing is kept', async (_what, bytes, expected) => {
  const { resolve, at, kept, folder } = openHome();
  const error = await resolve(at(bytes)).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'PatchbayError', kind: 'config', remedy: expect.any(String) });
  expect(error.message).toMatch(expected);
  expect(kept()).toBe(0);
  expect(fs.readdirSync(folder.at('home/definitions/tmp'))).toEqual([]);
  expect(fs.readdirSync(folder.path).sort()).toEqual(['a.zip', 'home', 'project']);
});

test.each<[string, Buffer]>([
  ['no archive', Buffer.from('<html>')],
  ['cut off', zipArchive(GOOD).subarray(0, -30)],
])('%s is told as such', async (_what, bytes) => {
  const { resolve, at } = openHome();
  await expect(resolve(at(bytes))).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('is not unpacked'),
    remedy: expect.stringContaining('whether it is a zip archive'),
  });
});

test('one larger than 50 MB is not read', async () => {
  const { resolve, at } = openHome();
  await expect(resolve(at(Buffer.alloc(50 * MB + 1)))).rejects.toThrow(/has more than 50 MB/);
});
