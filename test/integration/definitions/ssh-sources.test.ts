/** Repositories by ssh (DL-12). No server is needed: a stand-in for git tells how it is called. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSourceResolver } from '../../../src/definitions/sources/resolver.ts';
import { createFolder } from '../../builders/folder.ts';

const COMMIT = '0f'.repeat(20);

/** @param fault what git says instead of fetching */
function openHome(fault = '') {
  const folder = createFolder({
    'bin/git': `#!/bin/sh
echo "$* [$GIT_ALLOW_PROTOCOL] [$GIT_SSH_COMMAND] [$GIT_TERMINAL_PROMPT]" >> '@asked'
case "$*" in
  *' fetch '*) if [ -n '${fault}' ]; then echo '${fault}' >&2; exit 128; fi ;;
  *' rev-parse '*) echo ${COMMIT} ;;
  *' checkout '*) mkdir a; printf fetched > a/bundle.md ;;
esac
`,
  });
  onTestFinished(() => folder[Symbol.dispose]());
  const program = folder.at('bin/git');
  fs.writeFileSync(program, folder.read('bin/git').replace('@asked', folder.at('asked')), { mode: 0o755 });
  fs.chmodSync(program, 0o755);
  const environment = { PATH: `${folder.at('bin')}${path.delimiter}${process.env.PATH}` };
  const resolve = createSourceResolver({ home: folder.at('home'), environment });
  return { folder, resolve: (uri: string, from = folder.path) => resolve(uri, from) };
}

const onPosix = test.skipIf(process.platform === 'win32');

onPosix('one is fetched over ssh alone, without questions, at what stands behind the @ (DL-12)', async () => {
  const { folder, resolve } = openHome();

  const found = await resolve('git+ssh://git@host.invalid/owner/name.git@main#subdirectory=a/bundle.md');

  expect(found).toMatchObject({ isRemote: true, version: COMMIT });
  expect(fs.readFileSync(found.path, 'utf8')).toBe('fetched');
  const fetches = folder
    .read('asked')
    .split('\n')
    .filter((line) => line.includes(' fetch '));
  expect(fetches).toEqual([
    expect.stringMatching(
      /protocol\.ext\.allow=never .* fetch --quiet --depth=1 --no-tags --no-recurse-submodules -- ssh:\/\/git@host\.invalid\/owner\/name\.git main \[ssh\] \[ssh -o BatchMode=yes\] \[0\]$/,
    ),
  ]);
});

onPosix(
  'what was fetched may name its neighbours, and nothing that the person’s keys open elsewhere (DL-12)',
  async () => {
    const { folder, resolve } = openHome();
    const ssh = path.dirname((await resolve('git+ssh://git@host.invalid/a#subdirectory=a/bundle.md')).path);
    const https = path.dirname((await resolve('git+https://host.invalid/a#subdirectory=a/bundle.md')).path);

    expect((await resolve('git+ssh://git@host.invalid/other', ssh)).isRemote).toBe(true);
    for (const [uri, from] of [
      ['git+ssh://git@elsewhere.invalid/x', ssh],
      ['git+ssh://git@host.invalid/x', https],
    ]) {
      await expect(resolve(uri!, from)).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining('would be fetched with your ssh keys'),
        remedy: expect.stringContaining('Register it yourself'),
      });
    }
    expect(folder.read('asked')).not.toContain('elsewhere');
  },
);

onPosix.each([
  [
    'Host key verification failed.',
    /connect once in a terminal, `git ls-remote ssh:\/\/git@host\.invalid\/x`/,
  ],
  ['git@host.invalid: Permission denied (publickey).', /Set up an ssh key that needs no question/],
])('what git says is an error with its remedy: %s', async (fault, remedy) => {
  const { resolve } = openHome(fault);
  await expect(resolve('git+ssh://git@host.invalid/x')).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/^git\+ssh:\/\/git@host\.invalid\/x cannot be fetched: /),
    remedy: expect.stringMatching(remedy),
  });
});
