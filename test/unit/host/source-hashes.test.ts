/** A service's code as a hash: a change of anything it imports by relative path makes it another (RT-36). */
import { expect, it, onTestFinished } from 'vitest';
import { SourceHashes } from '../../../src/host/source-hashes.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

function openFolder(files: Record<string, string>): Folder {
  const folder = createFolder(files);
  onTestFinished(() => folder[Symbol.dispose]());
  return folder;
}

it.each([
  ['a static import', "import { a } from './lib/a.mjs';", 'lib/a.mjs'],
  ['an import for its effect', "import './lib/a.mjs';", 'lib/a.mjs'],
  ['a dynamic import', "const a = await import('./lib/a.mjs');", 'lib/a.mjs'],
  ['a re-export', "export * from '../shared.ts';", '../shared.ts'],
  ['a require without its ending', 'const a = require("./lib/a");', 'lib/a.js'],
  ['a require of a folder', "const a = require('./lib');", 'lib/index.js'],
])('is another after a change behind %s, and the same after it is undone', async (_what, text, file) => {
  const folder = openFolder({ 'tools/service.mjs': text });
  const path = `tools/${file}`;
  folder.write(path, 'one');
  const hashes = new SourceHashes();
  const of = () => hashes.ofModule(folder.at('tools/service.mjs'));
  const before = await of();
  expect(await of()).toBe(before);
  folder.write(path, 'another');
  const after = await of();
  expect(after).not.toBe(before);
  folder.write(path, 'one');
  expect(await of()).toBe(before);
});

it('follows imports of imports, in circles too', async () => {
  const folder = openFolder({
    'a.mjs': "import './b.mjs';",
    'b.mjs': "import './c.mjs';",
    'c.mjs': "import './a.mjs'; 1",
  });
  const hashes = new SourceHashes();
  const before = await hashes.ofModule(folder.at('a.mjs'));
  folder.write('c.mjs', "import './a.mjs'; 2");
  expect(await hashes.ofModule(folder.at('a.mjs'))).not.toBe(before);
});

it('notices that a missing module has come', async () => {
  const folder = openFolder({ 'a.mjs': "import './b.mjs';" });
  const hashes = new SourceHashes();
  const before = await hashes.ofModule(folder.at('a.mjs'));
  folder.write('b.mjs', 'here');
  expect(await hashes.ofModule(folder.at('a.mjs'))).not.toBe(before);
});

it('does not care for files that are not imported, nor for packages', async () => {
  const folder = openFolder({ 'a.mjs': "import 'zod'; import fs from 'node:fs';", 'other.mjs': '1' });
  const hashes = new SourceHashes();
  const before = await hashes.ofModule(folder.at('a.mjs'));
  expect(before).toBe(await hashes.ofFile(folder.at('a.mjs')));
  folder.write('other.mjs', '2');
  expect(await hashes.ofModule(folder.at('a.mjs'))).toBe(before);
});
