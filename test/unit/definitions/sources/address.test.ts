/** Addresses of definitions: what they mean, and what is said of those that mean nothing (DL-12). */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fetchedAs, isPinned, parseAddress } from '../../../../src/definitions/sources/address.ts';
import { suggestedName } from '../../../../src/definitions/sources/register.ts';
import { PatchbayError } from '../../../../src/protocol/errors.ts';

const HASH = 'ab'.repeat(32);
const COMMIT = '0f'.repeat(20);

function faultOf(address: string): PatchbayError {
  try {
    parseAddress(address);
  } catch (error) {
    if (error instanceof PatchbayError) return error;
    throw error;
  }
  throw new Error(`${address} was accepted`);
}

describe('an address (DL-12)', () => {
  const absolute = path.resolve('some folder', 'bundle.md');

  test.each<[string, object]>([
    [
      'git+https://github.com/owner/name',
      { kind: 'repository', repository: 'https://github.com/owner/name', isLocal: false },
    ],
    [
      'git+https://github.com/owner/name.git@feature/x#subdirectory=bundles/core%20one',
      {
        kind: 'repository',
        repository: 'https://github.com/owner/name.git',
        ref: 'feature/x',
        subdirectory: 'bundles/core one',
        isLocal: false,
      },
    ],
    [
      'git+https://host/@scope/name',
      { kind: 'repository', repository: 'https://host/@scope/name', isLocal: false },
    ],
    [
      'git+https://host/@scope/name@v1.2',
      { kind: 'repository', repository: 'https://host/@scope/name', ref: 'v1.2', isLocal: false },
    ],
    [
      'git+ssh://git@host/owner/name.git@main#subdirectory=a',
      {
        kind: 'repository',
        repository: 'ssh://git@host/owner/name.git',
        ref: 'main',
        subdirectory: 'a',
        isLocal: false,
      },
    ],
    [
      'git+ssh://host:2222/~me/name',
      { kind: 'repository', repository: 'ssh://host:2222/~me/name', isLocal: false },
    ],
    [
      `zip+https://host/a/b.zip?x=1#subdirectory=c&sha256=${HASH}`,
      { kind: 'archive', url: 'https://host/a/b.zip?x=1', subdirectory: 'c', sha256: HASH, isLocal: false },
    ],
    ['zip+file:///srv/b.zip', { kind: 'archive', url: 'file:///srv/b.zip', isLocal: true }],
    ['zip+http://127.0.0.1/b.zip', { kind: 'archive', url: 'http://127.0.0.1/b.zip', isLocal: true }],
    ['git+file:///srv/a%40b', { kind: 'repository', repository: 'file:///srv/a%40b', isLocal: true }],
    ['https://host/a/b.md?raw=1', { kind: 'file', url: 'https://host/a/b.md?raw=1', isLocal: false }],
    [
      `https://HOST/b.md#sha256=${HASH.toUpperCase()}`,
      { kind: 'file', url: 'https://host/b.md', sha256: HASH, isLocal: false },
    ],
    ['http://127.0.0.1:8080/b.md', { kind: 'file', url: 'http://127.0.0.1:8080/b.md', isLocal: true }],
    ['http://localhost/b.md', { kind: 'file', url: 'http://localhost/b.md', isLocal: true }],
    ['http://[::1]/b.md', { kind: 'file', url: 'http://[::1]/b.md', isLocal: true }],
    [pathToFileURL(absolute).href, { kind: 'path', path: absolute }],
    [
      `${pathToFileURL(path.dirname(absolute)).href}#subdirectory=bundle.md`,
      { kind: 'path', path: path.dirname(absolute), subdirectory: 'bundle.md' },
    ],
    [absolute, { kind: 'path', path: absolute }],
    ['../shared/bundle.md', { kind: 'path', path: '../shared/bundle.md' }],
    ['behaviors', { kind: 'path', path: 'behaviors' }],
  ])('%s is read', (address, expected) => {
    expect(parseAddress(address)).toEqual(expected);
  });

  test.each<[string, RegExp]>([
    ['', /is empty.*Write git\+https/],
    ['zip+http://example.com/b.zip', /is not encrypted.*Write zip\+https/],
    ['zip+ssh://host/b.zip', /begins with "zip\+ssh:".*zip\+https/],
    ['zip+file://host/b.zip#x=1', /means nothing here/],
    ['zip+https://me@host/b.zip', /user name or password/],
    ['ftp://host/x', /begins with "ftp:", which is not fetched\. Write git\+https/],
    ['git+ssh://me:word@host/x', /holds a user name or password/],
    ['git+ssh://-oProxyCommand=touch/x', /names no host that ssh can be sent to/],
    ['git+ssh://%2DoProxyCommand=touch/x', /names no host that ssh can be sent to/],
    ['git+ssh://-l@host/x', /names no host/],
    ['git+ssh://a;b@host/x', /names no host/],
    ['git+ssh://host', /names no repository/],
    ['ssh://git@host/x', /begins with "ssh:".*git\+ssh:/],
    ['ext::sh -c touch% /tmp/x', /white space/],
    ['ext::touch', /begins with "ext:"/],
    [
      'git@github.com:owner/name.git',
      /is an SSH address.*Write git\+ssh:\/\/git@github\.com\/owner\/name\.git/,
    ],
    ['http://example.com/x.md', /is not encrypted.*Write https:/],
    ['http://127.0.0.1.example.com/x.md', /is not encrypted/],
    ['https://user:word@host/x.md', /The address of host holds a user name or password/],
    ['git+https://token@host/x', /holds a user name or password.*credential helper/],
    ['https://', /is not an address/],
    ['https://host/a b', /white space.*%20/],
    [
      'https://github.com/owner/name',
      /is a web page or repository.*Write git\+https:\/\/github\.com\/owner\/name/,
    ],
    ['https://host/name.git', /Write git\+https:\/\/host\/name\.git/],
    [
      'https://github.com/o/n/blob/main/a/b.md',
      /Write https:\/\/raw\.githubusercontent\.com\/o\/n\/main\/a\/b\.md/,
    ],
    ['https://host/x#sha256=12', /The sha256 of .* is not one.*64 hexadecimal/],
    ['https://host/x#subdirectory=y', /means nothing here.*Only repositories and archives/],
    [`git+https://host/x#sha256=${HASH}`, /means nothing here.*whole commit/],
    ['git+https://host/x#folder=y', /"#folder=y" of .* means nothing here.*Known here: #subdirectory=/],
    ['git+https://host/x#subdirectory=a&subdirectory=b', /two values for subdirectory/],
    ['git+https://host/x?y=z', /has a query/],
    ['git+https://host', /names no repository/],
    ['git+https://host/x@', /"" in .* is not a branch, tag or commit/],
    ['git+https://host/x@-oProxyCommand=y', /"-oProxyCommand=y" in .* is not a branch/],
    ['git+https://host/x@--upload-pack=y', /is not a branch/],
    ['git+https://host/x@%2D-upload-pack=y', /"--upload-pack=y" in .* is not a branch/],
    ['git+https://host/x@a:b', /is not a branch/],
    ['git+https://host/x@a..b', /is not a branch/],
    ['git+https://host/x@+a', /is not a branch/],
    ['git+https://host/x@%zz', /has a % that stands for nothing/],
    ['git+https://host/x#subdirectory=', /"" is not a subdirectory/],
    ['git+https://host/x#subdirectory=../y', /"\.\.\/y" is not a subdirectory.*without "\.\."/],
    ['git+https://host/x#subdirectory=a/%2E%2E/%2e%2e/y', /is not a subdirectory/],
    ['git+https://host/x#subdirectory=/etc', /is not a subdirectory/],
    ['git+https://host/x#subdirectory=a%5C..%5Cb', /is not a subdirectory/],
    ['git+https://host/x#subdirectory=.git/hooks', /is not a subdirectory/],
  ])('%s is refused with what would be right', (address, expected) => {
    const { kind, message, remedy } = faultOf(address);
    expect(kind).toBe('config');
    expect(`${message} ${remedy}`).toMatch(expected);
  });
});

test.each([
  ['git+https://host/x@main#subdirectory=a', 'git+https://host/x@main', false],
  ['git+https://host/x/', 'git+https://host/x', false],
  [`git+https://host/x@${COMMIT}`, `git+https://host/x@${COMMIT}`, true],
  ['https://HOST:443/b.md', 'https://host/b.md', false],
  [`zip+https://host/b.zip#subdirectory=a`, 'zip+https://host/b.zip', false],
  [`zip+https://host/b.zip#subdirectory=a&sha256=${HASH}`, `zip+https://host/b.zip#sha256=${HASH}`, true],
  [`https://host/b.md#sha256=${HASH}`, `https://host/b.md#sha256=${HASH}`, true],
])('%s is fetched as %s', (address, expected, pinned) => {
  const parsed = parseAddress(address);
  if (parsed.kind === 'path') throw new Error('a path is not fetched');
  expect([fetchedAs(parsed), isPinned(parsed)]).toEqual([expected, pinned]);
});

test.each([
  ['git+https://github.com/owner/amplifier-foundation@main', 'amplifier-foundation'],
  ['git+https://host/owner/name.git', 'name'],
  ['git+https://host/owner/name#subdirectory=behaviors/careful.yaml', 'careful'],
  ['git+https://host/owner/name#subdirectory=bundles/core/bundle.md', 'core'],
  ['https://host/agents/scout.agent.md', 'scout'],
  ['/srv/my definitions', 'my-definitions'],
  ['zip+https://host/team.zip', 'team'],
  ['https://host/', undefined],
])('%s suggests the name %s (DL-14)', (address, expected) => {
  expect(suggestedName(parseAddress(address))).toBe(expected);
});
