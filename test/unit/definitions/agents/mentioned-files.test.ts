/** `@path` in an agent's body (DL-1). */
import fs from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MentionPlaces } from '../../../../src/definitions/agents/mention-places.ts';
import { contextFileText } from '../../../../src/definitions/agents/mentioned-files.ts';
import { createAgentReader } from '../../../../src/definitions/agents/reader.ts';
import { type AgentRoom, openAgentRoom } from '../../../builders/agent-file.ts';

const FILE = 'work/.amplifier/agents/a.md';

let room: AgentRoom;
let places: MentionPlaces;
beforeEach(() => {
  room = openAgentRoom();
  places = {
    home: room.folder.at('me/.amplifier'),
    personal: room.folder.at('me'),
    workspace: room.folder.at('work'),
    bundleFolder: (namespace) => (namespace === 'house' ? room.folder.at('bundles/house') : undefined),
  };
});

async function read(body: string, options: Partial<MentionPlaces> = {}, front = 'description: d') {
  const text = `---\n${front}\n---\n${body}`;
  const { agent, diagnostics } = await room.read(text, FILE, { mentions: { ...places, ...options } });
  return {
    instruction: agent?.instruction,
    context: agent?.context ?? [],
    texts: agent?.context.map(({ text: each }) => each),
    faults: diagnostics.map(
      ({ line, column, severity, message }) => `${line}:${column} ${severity} ${message}`,
    ),
    diagnostics,
  };
}

describe('a mention', () => {
  it.each([
    ['beside the agent', '@rules.md', 'work/.amplifier/agents/rules.md'],
    ['further up, in the workspace', '@../context/rules.md', 'work/.amplifier/context/rules.md'],
    ['of the workspace', '@docs/rules.md', 'work/docs/rules.md'],
    ['without its ending', '@docs/rules', 'work/docs/rules.md'],
    ['of the home', '@user:context/rules.md', 'me/.amplifier/context/rules.md'],
    ['of the home by its path', '@~/.amplifier/rules.md', 'me/.amplifier/rules.md'],
    ['of the project’s folder', '@project:rules.md', 'work/.amplifier/rules.md'],
    ['of a bundle', '@house:context/rules.md', 'bundles/house/context/rules.md'],
    ['that is one word', '@rules', 'work/.amplifier/agents/rules.md'],
  ])('draws in a file %s', async (_where, mention, file) => {
    room.folder.write(file, 'Be brief.\n');
    const { instruction, context, faults } = await read(`Keep to ${mention}.`);
    expect(faults).toEqual([]);
    expect(instruction).toBe(`Keep to ${mention}.`);
    expect(context.map(contextFileText)).toEqual([
      `<context_file paths="${mention} → ${room.folder.at(file)}">\nBe brief.\n</context_file>`,
    ]);
  });

  it('means the file beside the agent before that of the workspace', async () => {
    room.folder.write('work/rules.md', 'far');
    room.folder.write('work/.amplifier/agents/rules.md', 'near');
    expect((await read('@rules.md')).texts).toEqual(['near']);
  });

  it('of a file that is not there is told with its place, and the others are read', async () => {
    room.folder.write('work/there.md', 'I am.');
    const { texts, instruction, diagnostics } = await read(
      'First line.\n  See @docs/none.md, and @there.md!',
    );
    expect(instruction).toContain('@docs/none.md');
    expect(texts).toEqual(['I am.']);
    expect(diagnostics).toMatchObject([
      {
        file: room.folder.at(FILE),
        line: 5,
        column: 7,
        severity: 'warning',
        message: '"@docs/none.md" is not read: there is no such file.',
        remedy: expect.stringContaining('\\@'),
      },
    ]);
  });

  it.each([
    ['out of the allowed folders', '@../../../elsewhere.md', /leads out of/],
    ['by a link out of them', '@link.md', /leads out of/],
    ['of secrets', '@project:.ai-agent.env', /may hold secrets/],
    ['of keys in the home', '@user:keys.env', /may hold secrets/],
    ['in a hidden folder', '@.ssh/config', /may hold secrets/],
    ['of a bundle nobody has', '@nobody:x.md', /there is no bundle "nobody"/],
    ['that is no text', '@picture.png', /no text in UTF-8/],
    ['that is a folder', '@docs/', /there is no such file/],
    ['that is too large', '@large.md', /more than 128 KB/],
    ['of itself', '@a.md', /the very file/],
  ])('%s is refused', async (_what, mention, expected) => {
    room.folder.write('elsewhere.md', 'hunter2');
    room.folder.write('work/.amplifier/.ai-agent.env', 'KEY=hunter2');
    room.folder.write('me/.amplifier/keys.env', 'KEY=hunter2');
    room.folder.write('work/.ssh/config', 'hunter2');
    room.folder.write('work/docs/x.md', 'x');
    room.folder.write('work/large.md', 'x'.repeat(129 * 1024));
    room.folder.write('work/picture.png', Uint8Array.of(0, 1));
    room.folder.write(FILE, '');
    fs.symlinkSync(room.folder.at('elsewhere.md'), room.folder.at('work/link.md'));
    const { texts, faults } = await read(mention);
    expect(texts).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(expected)]);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('of a folder that is not trusted is not read', async () => {
    room.folder.write('work/rules.md', 'hunter2');
    const { texts, faults } = await read('@rules.md @project:rules.md', { workspace: undefined });
    expect(texts).toEqual([]);
    expect(faults).toHaveLength(2);
  });

  it('in a file that is mentioned counts from there; circles end, and the third file is the last', async () => {
    room.folder.write('work/docs/1.md', 'one @2.md @../docs/1.md');
    room.folder.write('work/docs/2.md', 'two @1.md\n @3.md');
    room.folder.write('work/docs/3.md', 'three @4.md');
    room.folder.write('work/docs/4.md', 'four');
    const { texts, diagnostics } = await read('@docs/1.md');
    expect(texts?.map((text) => text.split(' ')[0])).toEqual(['one', 'two', 'three']);
    expect(diagnostics).toMatchObject(
      [{ file: room.folder.at('work/docs/3.md'), line: 1, column: 7, message: /more than 3 files/ }].map(
        (each) => ({ ...each, message: expect.stringMatching(each.message) }),
      ),
    );
  });

  it('in a program is none', async () => {
    room.folder.write('work/x.ts', '@Injectable() /** @see other/file.ts */ class X {}');
    const { texts, faults } = await read('@x.ts');
    expect([texts?.length, faults]).toEqual([1, []]);
  });

  it('of the same file or the same text twice tells it once', async () => {
    room.folder.write('work/a.txt', 'same');
    room.folder.write('work/b.txt', 'same');
    const { context } = await read('@a.txt, @a.txt and @b.txt');
    expect(context.map(({ paths }) => paths.map(({ mention }) => mention))).toEqual([['a.txt', 'b.txt']]);
  });

  it.each([
    'write to me@example.com or first.last@docs/rules.md',
    'the decorator \\@docs/rules.md',
    'the span `@docs/rules.md` and ``a ` @docs/rules.md``',
    'a block\n\n```ts\n@docs/rules.md\n```',
    'a block\n~~~~\n```\n@docs/rules.md\n~~~\n@docs/rules.md\n~~~~',
    'https://example.com/@docs/rules.md',
    'ask @alice and @bob, at 5 @ most',
  ])('is not meant by %j', async (body) => {
    room.folder.write('work/docs/rules.md', 'no');
    expect(await read(body)).toMatchObject({ instruction: body, texts: [], faults: [] });
  });

  it('after code and a lone backtick still counts', async () => {
    room.folder.write('work/docs/rules.md', 'yes');
    expect((await read('a ` tick\n\n```\n@no/file.md\n```\n`x` (@docs/rules.md)')).texts).toEqual(['yes']);
  });

  it('keeps its place behind included text', async () => {
    room.folder.write('work/.amplifier/agents/part.md', 'one\ntwo @none/x.md');
    const { diagnostics } = await read('{{include:part.md}}\n@none/y.md');
    expect(diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual([
      `${room.folder.at('work/.amplifier/agents/part.md')}:2`,
      `${room.folder.at(FILE)}:5`,
    ]);
  });

  it('is looked for again when its file changes or comes', async () => {
    const reader = createAgentReader();
    room.folder.write(FILE, '@docs/rules.md');
    const texts = async () =>
      (await reader.read(room.folder.at(FILE), 'project', places)).agent?.context.map(({ text }) => text);
    expect(await texts()).toEqual([]);
    room.folder.write('work/docs/rules.md', 'one');
    expect(await texts()).toEqual(['one']);
    room.folder.write('work/docs/rules.md', 'another');
    expect(await texts()).toEqual(['another']);
  });

  it('is one in our own formats only', async () => {
    room.folder.write('work/.claude/agents/rules.md', 'x');
    const { agent } = await room.read('@rules.md', 'work/.claude/agents/a.md', { mentions: places });
    expect(agent?.context).toEqual([]);
  });
});
