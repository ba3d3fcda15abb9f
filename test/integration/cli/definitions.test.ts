/** `patchbay discover|register|install|update|refresh|unregister|uninstall` in a terminal (DL-12, DL-14). */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCommandRoom } from '../../builders/command-line.ts';
import { publishRepository, startDefinitionServer } from '../../builders/definition-server.ts';

test('definitions are installed, looked at, updated and removed (DL-14)', async () => {
  const repository = publishRepository({
    'bundle.md': '---\nbundle: { name: core, description: All of it }\n---\nHi',
    'agents/zen.md': '---\nmeta: { name: zen, description: Thinks }\n---\nYou think.',
  });
  const room = openCommandRoom();
  const source = `${repository.address}@main`;

  const installed = await room.run(['install', source, '--name', 'core']);
  expect(installed).toMatchObject({ code: 0, stderr: `fetching ${source}\n` });
  expect(installed.stdout).toMatch(/^core: 1 bundle, 1 agent \([0-9a-f]{12}\)\n.*definitions/);
  const discovered = await room.run(['discover', 'core']);
  expect(discovered.stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|'))).toEqual([
    'KIND|NAME|FILE|DESCRIPTION',
    'bundle|core|bundle.md|All of it',
    `agent|zen|${path.join('agents', 'zen.md')}|Thinks`,
    '',
  ]);

  repository.folder.write('agents/new.md', '---\nmeta: { name: new }\n---\n');
  const after = repository.commit();
  const checked = await room.run(['update', '--check']);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(
    /^STATUS +VERSION +NAMES +SOURCE\nchanged +[0-9a-f]{12} → [0-9a-f]{12} +core +git/,
  );
  expect(checked.stderr).toContain('Nothing was changed. To use what is new: patchbay update');
  expect(JSON.parse((await room.run(['update', 'core', '--json'])).stdout)).toMatchObject({
    uri: source,
    names: ['core'],
    status: 'changed',
    after,
  });
  expect((await room.run(['refresh'])).stdout).toMatch(/^core +1 bundle, 2 agents +git/m);

  expect((await room.run(['uninstall', 'core'])).stdout).toBe(
    `core is not registered any more.\n${source} was removed.\n`,
  );
  expect(await room.run(['uninstall', 'core'])).toMatchObject({
    code: 2,
    stderr: 'There are no definitions "core". Nothing is registered yet.\n',
  });
});

test('a source that cannot be reached is told, and what is cached goes on (DL-12)', async () => {
  const server = await startDefinitionServer();
  server.files.set('/zen.agent.md', '---\ndescription: Thinks\n---\nYou think.');
  const room = openCommandRoom();
  const url = `${server.url}/zen.agent.md`;
  expect((await room.run(['register', url, '--install'])).stdout).toMatch(/^zen: 1 agent /);
  await server.stop();

  const updated = await room.run(['update']);

  expect(updated.code).toBe(1);
  expect(updated.stdout).toMatch(/^unreachable +[0-9a-f]{12} +zen +http/m);
  expect(updated.stderr).toMatch(/cannot be reached: .*try again/);
  expect((await room.run(['discover', 'zen'])).stdout).toMatch(/^agent +zen +zen\.agent\.md +Thinks$/m);
});

test('paths are of the folder, and an address that is none says what would be right (DL-14)', async () => {
  const room = openCommandRoom();
  fs.mkdirSync(path.join(room.folder, 'ours'));
  expect((await room.run(['register', 'ours'])).stdout).toBe(
    `ours is now the name of ${path.join(room.folder, 'ours')}\n`,
  );
  expect((await room.run(['unregister', 'ours'])).stdout).toBe('ours is not registered any more.\n');
  expect(await room.run(['install', 'git+https://host/x@-y'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"-y" .* is not a branch, tag or commit\. Write a name/),
  });
});
