import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absolutePath,
  isForeignShare,
  isInside,
  pathPlatform,
  shownPath,
} from '../../../src/sdk/path-syntax.ts';

const linux = pathPlatform('linux');
const mac = pathPlatform('darwin');
const windows = pathPlatform('win32');

describe('what a path means (DL-16)', () => {
  const posix = { cwd: '/home/ann/project', home: '/home/ann' };

  test.each([
    ['src/a.ts', '/home/ann/project/src/a.ts'],
    ['./src/../a.ts', '/home/ann/project/a.ts'],
    ['../other', '/home/ann/other'],
    ['../../../../..', '/'],
    ['/etc/passwd', '/etc/passwd'],
    ['~', '/home/ann'],
    ['~/notes', '/home/ann/notes'],
    ['~ann/notes', '/home/ann/project/~ann/notes'],
    ['.', '/home/ann/project'],
  ])('%s is %s', (given, meant) => {
    expect(absolutePath(given, posix, linux)).toBe(meant);
  });

  test.each(['', '  ', 'a\0b'])('refuses %j, which names nothing', (given) => {
    expect(() => absolutePath(given, posix, linux)).toThrow(/empty|NUL/);
  });

  const drive = { cwd: 'C:\\work', home: 'C:\\Users\\Ann' };

  test.each([
    ['src/a.ts', 'C:\\work\\src\\a.ts'],
    ['D:\\x\\..\\y', 'D:\\y'],
    ['\\x', 'C:\\x'],
    ['~\\notes', 'C:\\Users\\Ann\\notes'],
    ['\\\\server\\share\\x', '\\\\server\\share\\x'],
  ])('on Windows %s is %s', (given, meant) => {
    expect(absolutePath(given, drive, windows)).toBe(meant);
  });

  test.each([
    '\\\\?\\C:\\work\\a',
    '\\\\.\\PhysicalDrive0',
    '//./pipe/x',
    'D:a.txt',
    'a.txt:hidden',
    'sub\\NUL',
    'con.txt',
    'COM1',
    'secret.txt.',
    'folder \\a',
  ])('on Windows refuses %s', (given) => {
    expect(() => absolutePath(given, drive, windows)).toThrow(/Give an ordinary path/);
  });
});

describe('what is inside a folder (DL-16)', () => {
  test.each([
    ['/w', '/w', true],
    ['/w', '/w/a/b', true],
    ['/w', '/w/..a', true],
    ['/w', '/wa', false],
    ['/w', '/', false],
    ['/w/a', '/w', false],
    ['/', '/anything', true],
    ['/W', '/w/a', false],
  ])('of %s and %s: %s', (folder, target, inside) => {
    expect(isInside(folder, target, linux)).toBe(inside);
  });

  test('macOS and Windows compare names without case, and macOS without regard to composition', () => {
    expect(isInside('/Users/ann/Code', '/users/ANN/code/a', mac)).toBe(true);
    expect(isInside('/w/caf\u00e9', '/w/cafe\u0301/a', mac)).toBe(true);
    expect(isInside('C:\\Work', 'c:\\WORK\\a', windows)).toBe(true);
    expect(isInside('C:\\Work', 'D:\\Work\\a', windows)).toBe(false);
    expect(isInside('C:\\Work', 'C:\\Worker', windows)).toBe(false);
  });

  const name = fc.constantFrom('a', 'b', '..', '.', 'c d', '...', '~', '');
  test.each([
    ['posix', linux, '/w/x'],
    ['Windows', windows, 'C:\\w\\x'],
  ])('on %s a path that is inside never climbs out, whatever it is made of', (_, platform, root) => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), (parts) => {
        const target = platform.path.resolve(root, parts.join(platform.path.sep));
        const isBelow = target === root || target.startsWith(root + platform.path.sep);
        expect(isInside(root, target, platform)).toBe(isBelow);
      }),
    );
  });
});

test('a share on another machine is told from one the work is on, before anything is looked at', () => {
  const target = '\\\\evil\\share\\x';
  expect(isForeignShare(target, ['C:\\work'], windows)).toBe(true);
  expect(isForeignShare(target, ['\\\\EVIL\\share\\work'], windows)).toBe(false);
  expect(isForeignShare('C:\\x', ['C:\\work'], windows)).toBe(false);
  expect(isForeignShare('/x', ['/w'], linux)).toBe(false);
});

test('paths are shown relative to the working folder, with forward slashes', () => {
  expect(shownPath('C:\\w\\a\\b.ts', 'C:\\w', windows)).toBe('a/b.ts');
  expect(shownPath('/w', '/w', linux)).toBe('.');
  expect(shownPath(path.posix.join('/', 'x'), '/w', linux)).toBe('/x');
});
