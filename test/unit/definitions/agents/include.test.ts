/** Other files in an agent's text, and the facts of a turn in its instruction (AT-33). */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are written so in agent files.
import fs from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { filledInstruction } from '../../../../src/definitions/agents/placeholders.ts';
import { createAgentReader } from '../../../../src/definitions/agents/reader.ts';
import { type AgentRoom, openAgentRoom } from '../../../builders/agent-file.ts';

let room: AgentRoom;
beforeEach(() => {
  room = openAgentRoom();
});

describe('an include', () => {
  it('stands for the text of a file beside the one that names it, in frontmatter and body', async () => {
    room.folder.write('agents/parts/front.yaml', 'description: Shared.\n');
    room.folder.write('agents/parts/rules.md', 'Rules: {{include:more/deep.md}}!\n');
    room.folder.write('agents/parts/more/deep.md', 'be brief');
    const text =
      '---\n${include:parts/front.yaml}\nmaxTurns: 2\n---\nFirst. ${include: parts/rules.md } Last.';
    expect(await room.agent(text, 'agents/a.ai')).toMatchObject({
      description: 'Shared.',
      limits: { maxTurns: 2 },
      instruction: 'First. Rules: be brief! Last.',
    });
  });

  it('leaves the places of faults where they were written', async () => {
    room.folder.write('front.yaml', 'description: d\nmaxTurns: zero');
    const text = '---\n${include:front.yaml}\nname: 5\n---\nHi';
    const { diagnostics } = await room.read(text, 'a.ai');
    expect(diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual([
      `${room.folder.at('front.yaml')}:2`,
      `${room.folder.at('a.ai')}:3`,
    ]);
  });

  it('may be eight deep and no deeper', async () => {
    for (let depth = 1; depth <= 9; depth += 1) {
      room.folder.write(`${depth}.md`, depth === 9 ? 'end' : `${depth} \${include:${depth + 1}.md}`);
    }
    expect((await room.agent('${include:2.md}', 'a.md')).instruction).toBe('2 3 4 5 6 7 8 end');
    const { agent, diagnostics } = await room.read('${include:1.md}', 'a.md');
    expect(agent).toBeUndefined();
    expect(diagnostics).toMatchObject([
      {
        file: room.folder.at('8.md'),
        line: 1,
        column: 3,
        message: expect.stringMatching(/more than 8 files in each other/),
      },
    ]);
  });

  it.each([
    ['that is not there', 'none.md', /there is no such file/],
    ['that leads back', 'agents/a.md', /it includes itself/],
    ['of keys', '../keys.env', /may hold secrets/],
    ['of a project’s environment', '../.env', /may hold secrets/],
    ['of a private key', '../home/id_rsa', /may hold secrets/],
    ['in a hidden folder', '../.ssh/config', /may hold secrets/],
    ['that only leads to a secret', 'innocent.md', /may hold secrets/],
    ['that is no text', 'picture.md', /no text in UTF-8/],
  ])('of a file %s is an error at its place', async (_what, path, expected) => {
    room.folder.write('keys.env', 'SECRET=hunter2');
    room.folder.write('.env', 'SECRET=hunter2');
    room.folder.write('home/id_rsa', 'hunter2');
    room.folder.write('.ssh/config', 'hunter2');
    room.folder.write('agents/picture.md', Uint8Array.of(0, 1));
    fs.symlinkSync(room.folder.at('.env'), room.folder.at('agents/innocent.md'));
    const written = path.replace('agents/', '');
    const { agent, diagnostics } = await room.read(`Line one.\n{{include:${written}}}`, 'agents/a.md');
    expect(agent).toBeUndefined();
    expect(diagnostics).toMatchObject([{ line: 2, column: 1, message: expect.stringMatching(expected) }]);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });

  it('is no directive in other programs’ agents', async () => {
    const { instruction } = await room.agent('${include:none.md}', '.claude/agents/a.md');
    expect(instruction).toBe('${include:none.md}');
  });

  it('is read again when its file changes or comes', async () => {
    const reader = createAgentReader();
    room.folder.write('a.md', '${include:part.md}');
    const instruction = async () => (await reader.read(room.folder.at('a.md'), 'user')).agent?.instruction;
    expect(await instruction()).toBeUndefined();
    room.folder.write('part.md', 'one');
    expect(await instruction()).toBe('one');
    room.folder.write('part.md', 'another');
    expect(await instruction()).toBe('another');
  });
});

describe('placeholders', () => {
  const facts = { now: new Date('2026-03-04T05:06:07Z'), maxTurns: 50, maxToolCalls: 9 };
  const fill = async (text: string, file = 'a.ai') => filledInstruction(await room.agent(text, file), facts);

  it('are filled in both spellings; names that are none of ours stay', async () => {
    expect(await fill('${DAY} {{TIMESTAMP}} ${MAX_TURNS}/{{MAX_TOOLS}} ${HOME} {{OTHER}} ${FORMAT}')).toBe(
      `${facts.now.toLocaleDateString('en-US', { weekday: 'long' })} 1772600767 50/9 \${HOME} {{OTHER}} markdown`,
    );
  });

  it('give the time with its offset, and the zone', async () => {
    const [time, zone] = (await fill('${DATETIME} ${TIMEZONE}')).split(' ');
    expect(time).toMatch(/^2026-03-0\dT\d\d:\d\d:07[+-]\d\d:\d\d$/);
    expect(new Date(time!).getTime()).toBe(facts.now.getTime());
    expect(zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it('say the agent’s own limits and form', async () => {
    const front = 'maxTurns: 3\nmaxToolCallsPerTurn: 2\ndescription: d\nusage: u\noutput: {format: json}';
    expect(await fill(`---\n${front}\n---\n\${MAX_TURNS} \${MAX_TOOLS} \${FORMAT}`)).toBe(
      '3 2 one JSON value and nothing else',
    );
  });

  it('are left alone in other programs’ agents', async () => {
    expect(await fill('${DAY}', '.claude/agents/a.md')).toBe('${DAY}');
  });
});
