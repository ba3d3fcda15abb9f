/** `@path` in the body of a bundle and in its context files (DL-1, DL-10). */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SourceResolver } from '../../../../src/definitions/sources/source.ts';
import { openBundleRoom } from '../../../builders/bundle-room.ts';

type Files = Readonly<Record<string, string>>;

async function mentionedIn(body: string, files: Files = {}, bundle = 'house') {
  const room = openBundleRoom({
    'house/bundle.md': `---\nbundle: { name: house }\nincludes: [./behaviors/care.md]\n---\n${body}\n`,
    'house/behaviors/care.md': '---\nbundle: { name: care, namespace_root: .. }\n---\n',
    ...files,
  });
  room.configure({ bundle });
  const { bundle: prompt } = await room.compose();
  const names = prompt?.mentioned.map(({ paths }) => paths.map(({ mention }) => mention).join(' '));
  return {
    prompt,
    names,
    texts: prompt?.mentioned.map(({ text }) => text.trim()),
    faults: await room.faults(),
    room,
  };
}

describe('the body of a bundle', () => {
  it('has the files behind it that it mentions: beside it, of a namespace, of the workspace, of the home (DL-1)', async () => {
    const { prompt, names, texts, faults } = await mentionedIn(
      'Read @rules/style.md, @care:context/words and @docs/how.md. Also @user:mine.md; not `@rules/none.md` or me@x.org.',
      {
        'house/rules/style.md': 'Style. See @tone.md.',
        'house/rules/tone.md': 'Tone.',
        'house/context/words.md': 'Words.',
        '/project/docs/how.md': 'How.',
        '/home/mine.md': 'Mine.',
      },
    );
    expect(faults).toEqual([]);
    expect(names).toEqual(['rules/style.md', 'care:context/words', 'docs/how.md', 'user:mine.md', 'tone.md']);
    expect(texts).toEqual(['Style. See @tone.md.', 'Words.', 'How.', 'Mine.', 'Tone.']);
    expect(prompt?.instruction).toContain('Read @rules/style.md');
  });

  it.each([
    ['that are not there', '@gone.md', 'there is no such file'],
    ['of nobody', '@nobody:x.md', 'there is no bundle "nobody"'],
    ['that lead out', '@../../../../outside.md', 'it leads out of its own folder'],
    ['that a link leads out to', '@link.md', 'it leads out of its own folder'],
    ['with secrets', '@.env', 'is hidden or may hold secrets'],
    ['that are itself', '@bundle.md', 'it is the very file that says so'],
  ])(
    'is told of mentions %s, with line and column, and works without (DL-1)',
    async (_, mention, message) => {
      const { room } = await mentionedIn(`Line.\nSee ${mention} now.`, {
        '/outside.md': 'Outside.',
        'house/.env': 'KEY=1',
      });
      fs.symlinkSync(room.root.at('outside.md'), room.root.at('project/.amplifier/bundles/house/link.md'));
      const { bundle } = await room.compose();
      expect(bundle?.mentioned).toEqual([]);
      expect(await room.faults()).toEqual([
        expect.stringContaining(`bundles/house/bundle.md:6:5: "${mention}" is not read: `),
      ]);
      expect((await room.faults())[0]).toContain(message);
    },
  );

  it('that lasts is the one whose mentions count, with the folder of its own bundle (DL-13)', async () => {
    const files = {
      'outer.md': '---\nincludes: [house]\n---\n\n',
      'house/rules.md': 'Of the house.',
      'rules.md': 'Of nobody.',
    };
    const { texts, faults } = await mentionedIn('See @rules.md.', files, 'outer');
    expect(faults).toEqual([]);
    expect(texts).toEqual(['Of the house.']);
  });

  it('that was fetched may mention its own files and the workspace’s, and nothing of the person’s home (DL-12)', async () => {
    let folder = '';
    const remote: SourceResolver = async (uri, from) => ({
      uri,
      path: uri.startsWith('https:') ? `${folder}/far/bundle.md` : from,
      isRemote: uri.startsWith('https:'),
      version: '1',
    });
    const room = openBundleRoom(
      {
        '/far/bundle.md': '---\n{}\n---\n@own.md @user:mine.md @~/mine.md @docs/how.md',
        '/far/own.md': 'Own.',
        '/home/mine.md': 'Mine.',
        '/project/docs/how.md': 'How.',
      },
      { resolveSource: remote },
    );
    folder = room.root.path;
    room.configure({ bundle: { active: 'https://host/far' } });
    const { bundle } = await room.compose();
    expect(bundle?.mentioned.map(({ text }) => text)).toEqual(['Own.', 'How.']);
    expect(await room.faults()).toEqual([
      expect.stringMatching(/^\/far\/bundle\.md:4:9: "@user:mine\.md" is not read: what was fetched may not/),
      expect.stringMatching(/^\/far\/bundle\.md:4:23: "@~\/mine\.md" is not read/),
    ]);
  });
});

describe('a file of context.include', () => {
  it('may be named as a mention is, and has what it mentions behind it, each once (DL-1, DL-10)', async () => {
    const { prompt, names, faults } = await mentionedIn('See @context/a.md.', {
      'house/bundle.md':
        '---\nbundle: { name: house }\ncontext: { include: ["@house:context/a.md", context/b.md] }\n---\nSee @context/a.md.\n',
      'house/context/a.md': 'A, see @b.md and @c.md and @gone.md.',
      'house/context/b.md': 'B, see @c.md.',
      'house/context/c.md': 'C.',
    });
    expect(prompt?.context.map(({ name }) => name)).toEqual(['house:context/a.md', 'house:context/b.md']);
    expect(names).toEqual(['c.md']);
    expect(faults).toEqual([expect.stringMatching(/context\/a\.md:1:28: "@gone\.md" is not read/)]);
  });
});
