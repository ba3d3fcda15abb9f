/** Node's permission flags for a service (RT-8). */
import { homedir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isNode, nodeHolds, permissionFlags } from '../../../../src/host/permissions/node-permissions.ts';
import { createFolder } from '../../../builders/folder.ts';

const holds = { flag: '--permission', network: false };

test('this Node says itself what it can hold; another program holds nothing', async () => {
  expect(await nodeHolds(process.execPath, {})).toMatchObject({ flag: '--permission' });
  expect(await nodeHolds(path.join(process.execPath, 'no-such-program'), {})).toBeUndefined();
});

test('a command that brings flags of its own could widen ours: it counts as not held', () => {
  expect(isNode({ command: ['node', 'a.js'], env: {} })).toBe(true);
  expect(isNode({ command: [process.execPath, '--no-warnings', 'a.js'], env: {} })).toBe(true);
  expect(isNode({ command: ['./node', 'a.js'], env: {} })).toBe(false);
  expect(isNode({ command: ['python3', 'a.py'], env: {} })).toBe(false);
  expect(isNode({ command: ['node', '--allow-fs-read=*', 'a.js'], env: {} })).toBe(false);
  expect(isNode({ command: ['node', 'a.js'], env: { NODE_OPTIONS: '--allow-child-process' } })).toBe(false);
});

test('it reads its own folder and packages, what it imports, and what is granted', async () => {
  using folder = createFolder({
    'tools/a.mjs': '',
    'shared/b.mjs': '',
    'package.json': '{}',
    'node_modules/x/index.js': '',
  });
  const held = {
    files: [folder.at('tools/a.mjs')],
    imported: [folder.at('tools/a.mjs'), folder.at('shared/b.mjs')],
    folder: folder.path,
  };

  const narrow = await permissionFlags(holds, { ...held, permissions: {} });
  const wide = await permissionFlags(holds, {
    ...held,
    permissions: { read: ['data', '~/notes'], write: ['*'], child_processes: true, network: ['*'] },
  });

  const reads = (paths: readonly string[]) => paths.map((each) => `--allow-fs-read=${each}`);
  expect(narrow).toEqual(
    expect.arrayContaining([
      '--permission',
      ...reads([
        folder.at('tools/a.mjs'),
        folder.at('tools/*'),
        folder.at('shared/b.mjs'),
        folder.at('node_modules/*'),
        folder.at('package.json'),
      ]),
    ]),
  );
  expect(narrow).not.toContain(`--allow-fs-read=${folder.at('shared/*')}`);
  expect(narrow.join(' ')).not.toMatch(/--allow-(fs-write|child|worker|addons|net)/);
  expect(wide).toEqual(
    expect.arrayContaining([
      ...reads([folder.at('data'), folder.at('data/*'), path.join(homedir(), 'notes')]),
      '--allow-fs-write=*',
      '--allow-child-process',
    ]),
  );
  expect(wide).not.toContain('--allow-net');
  expect(
    await permissionFlags({ ...holds, network: true }, { ...held, permissions: { network: ['a'] } }),
  ).toContain('--allow-net');
});
