/** Where sessions lie, and which ids may name a folder (DL-23, DL-30). */
import { describe, expect, test } from 'vitest';
import { projectSlug } from '../../../src/protocol/project-slug.ts';
import { checkSessionId, isSubSessionId } from '../../../src/session/session-folder.ts';

describe('the slug of a project (DL-30)', () => {
  test.each([
    ['/home/ann/my project', '-home-ann-my project'],
    ['/home/ann/app/', '-home-ann-app'],
    ['C:\\Users\\ann\\app', '-C-Users-ann-app'],
    ['\\\\server\\share\\app', '--server-share-app'],
    ['/', '-'],
  ])('of %s is %s', (cwd, slug) => {
    expect(projectSlug(cwd)).toBe(slug);
  });

  test('of a path too long for a file name is shortened, and still tells such paths apart', () => {
    const long = `/${'folder with ümlauts/'.repeat(40)}`;

    const slugs = [projectSlug(`${long}a`), projectSlug(`${long}b`)];

    expect(slugs[0]).not.toBe(slugs[1]);
    for (const slug of slugs) expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(200);
  });
});

describe('a session id', () => {
  test.each(['../secret', 'a/b', 'a\\b', '..', '.', '', 'C:evil', 'a\0b', 'a b'])(
    'may not be %j (DL-23)',
    (id) => {
      expect(() => checkSessionId(id)).toThrow(/is not a session id/);
    },
  );

  test.each(['0123', 'parent-123-zen-architect-abc456', '0000000000000000-1234567890abcdef_zen-architect'])(
    'may be %s',
    (id) => {
      expect(() => checkSessionId(id)).not.toThrow();
    },
  );

  test('of a child is told by its shape (DL-23)', () => {
    expect(isSubSessionId('0000000000000000-1234567890abcdef_zen-architect')).toBe(true);
    expect(isSubSessionId('d2f0a4f2-0a34-4be2-9a63-0c3c6a1f9f0a')).toBe(false);
  });
});
