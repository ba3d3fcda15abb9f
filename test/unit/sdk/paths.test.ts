import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolFailure } from '../../../src/sdk/define.ts';
import {
  deniedFilter,
  type GuardedPath,
  PathConfig,
  type PathContext,
  resolveForReading,
  resolveForWriting,
} from '../../../src/sdk/paths.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

/** `work` is the session's folder, `outside` a neighbour of it. */
function workspace(): Folder {
  const folder = createFolder({ 'work/a.txt': 'a', 'work/sub/b.txt': 'b', 'outside/secret.txt': 's' });
  fs.symlinkSync(folder.at('outside'), folder.at('work/leads-out'));
  fs.symlinkSync(folder.at('work/sub'), folder.at('outside/leads-in'));
  fs.symlinkSync('circle-b', folder.at('work/circle-a'));
  fs.symlinkSync('circle-a', folder.at('work/circle-b'));
  fs.symlinkSync(folder.at('outside/not-there'), folder.at('work/dangling-out'));
  fs.symlinkSync('not-there', folder.at('work/dangling-in'));
  return folder;
}

function contextOf(folder: Folder, config: Partial<PathConfig> = {}): PathContext {
  return {
    cwd: folder.at('work'),
    environment: { HOME: folder.at('home') },
    config: PathConfig.parse(config),
  };
}

describe('held to the allowed folders (DL-16)', () => {
  test.each([
    ['a.txt', 'work/a.txt', 'a.txt'],
    ['sub/../a.txt', 'work/a.txt', 'a.txt'],
    ['new/deep/file.txt', 'work/new/deep/file.txt', 'new/deep/file.txt'],
    ['dangling-in', 'work/not-there', 'dangling-in'],
    ['.', 'work', '.'],
  ])('%s is read and written at %s', async (given, real, shown) => {
    using folder = workspace();
    const expected = { real: folder.at(real), shown };
    expect(await resolveForReading(given, contextOf(folder))).toEqual(expected);
    expect(await resolveForWriting(given, contextOf(folder))).toEqual(expected);
  });

  test('a link outside that leads in is judged by where it leads', async () => {
    using folder = workspace();
    const found = await resolveForReading(folder.at('outside/leads-in/b.txt'), contextOf(folder));
    expect(found).toEqual({ real: folder.at('work/sub/b.txt'), shown: 'sub/b.txt' });
  });

  test.each([
    '../outside/secret.txt',
    '/etc/passwd',
    '~/.ssh/id_rsa',
    'leads-out/secret.txt',
    'leads-out/new.txt',
    'sub/../../outside/new/file.txt',
    'dangling-out',
    '..',
    '/',
  ])('%s is refused, with the setting that would allow it', async (given) => {
    using folder = workspace();
    const reading = await failureOf(resolveForReading(given, contextOf(folder)));
    expect(reading).toContain(given);
    expect(reading).toMatch(/outside the folders that may be read .*"allowed_read_paths"/);
    const writing = await failureOf(resolveForWriting(given, contextOf(folder)));
    expect(writing).toMatch(/outside the folders that may be written .*"allowed_write_paths"/);
  });

  test('links in a circle are an error, not a hang', async () => {
    using folder = workspace();
    expect(await failureOf(resolveForReading('circle-a', contextOf(folder)))).toMatch(/go in a circle/);
    expect(await failureOf(resolveForWriting('circle-a/new.txt', contextOf(folder)))).toMatch(
      /go in a circle/,
    );
  });

  test('a file used as a folder is said to be one', async () => {
    using folder = workspace();
    expect(await failureOf(resolveForReading('a.txt/b', contextOf(folder)))).toMatch(
      /as if it were a folder/,
    );
  });

  test('settings allow more to be read, or less to be written', async () => {
    using folder = workspace();
    const more = contextOf(folder, { allowed_read_paths: ['../outside'] });
    expect((await resolveForReading('leads-out/secret.txt', more)).real).toBe(
      folder.at('outside/secret.txt'),
    );
    expect(await failureOf(resolveForWriting('leads-out/secret.txt', more))).toMatch(/may be written/);
    const less = contextOf(folder, { allowed_write_paths: ['sub'] });
    expect((await resolveForWriting('sub/new', less)).real).toBe(folder.at('work/sub/new'));
    expect(await failureOf(resolveForWriting('a.txt', less))).toMatch(/"allowed_write_paths"/);
    expect((await resolveForReading('a.txt', less)).real).toBe(folder.at('work/a.txt'));
    const home = contextOf(folder, { allowed_write_paths: ['~/notes'] });
    expect((await resolveForWriting('~/notes/x', home)).real).toBe(folder.at('home/notes/x'));
  });

  test('what is denied stays denied, by whatever name it is reached', async () => {
    using folder = workspace();
    fs.symlinkSync('sub', folder.at('work/alias'));
    const denying = contextOf(folder, { denied_read_paths: ['sub'], denied_write_paths: ['a.txt'] });
    for (const given of ['sub', 'sub/b.txt', 'alias/b.txt', './x/../sub/new']) {
      expect(await failureOf(resolveForReading(given, denying))).toMatch(/denied by "denied_read_paths"/);
    }
    expect(await failureOf(resolveForWriting('a.txt', denying))).toMatch(/denied by "denied_write_paths"/);
    const byLink = contextOf(folder, { denied_read_paths: ['alias'] });
    expect(await failureOf(resolveForReading('sub/b.txt', byLink))).toMatch(/denied/);
    const isReadable = await deniedFilter(byLink);
    expect(isReadable(folder.at('work/sub/b.txt'))).toBe(false);
    expect(isReadable(folder.at('work/a.txt'))).toBe(true);
  });

  test('a session folder that is itself reached by a link is inside itself', async () => {
    using folder = workspace();
    fs.symlinkSync('work', folder.at('link-to-work'));
    const context = { ...contextOf(folder), cwd: folder.at('link-to-work') };
    const expected: GuardedPath = { real: folder.at('work/a.txt'), shown: 'a.txt' };
    expect(await resolveForReading('a.txt', context)).toEqual(expected);
    expect(await resolveForReading(folder.at('work/a.txt'), context)).toEqual(expected);
  });
});

test('no path of any form comes out of the session folder (DL-16)', async () => {
  using folder = workspace();
  const context = contextOf(folder);
  const part = fc.constantFrom(
    '..',
    '.',
    'sub',
    'a.txt',
    'leads-out',
    'circle-a',
    'dangling-out',
    '~',
    'new',
    '',
  );
  const given = fc
    .tuple(
      fc.constantFrom('', '/', '~/', folder.at('outside/leads-in/'), folder.path),
      fc.array(part, { maxLength: 6 }),
    )
    .map(([start, parts]) => start + parts.join('/'));
  await fc.assert(
    fc.asyncProperty(given, async (text) => {
      const outcome = await resolveForWriting(text, context).catch((error: unknown) => error);
      if (outcome instanceof ToolFailure) return;
      const { real } = outcome as GuardedPath;
      expect(`${real}/`.startsWith(`${folder.at('work')}${path.sep}`)).toBe(true);
      // What is really there, links followed by the system itself, is there too.
      const parent = fs.existsSync(real) ? real : path.dirname(real);
      if (fs.existsSync(parent)) expect(`${fs.realpathSync(parent)}/`).toContain(`${folder.at('work')}/`);
    }),
    { numRuns: 300 },
  );
});

async function failureOf(outcome: Promise<unknown>): Promise<string> {
  const error = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolFailure);
  return (error as ToolFailure).message;
}
