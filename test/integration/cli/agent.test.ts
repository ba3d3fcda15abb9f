/** `patchbay agent`: agents listed, shown, begun, checked and explained in a terminal (DL-4, DL-6, AT-90…91). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type CommandRoom, openCommandRoom } from '../../builders/command-line.ts';

function roomWith(files: Readonly<Record<string, string>>): CommandRoom & { at(file: string): string } {
  const room = openCommandRoom();
  const at = (file: string) => path.join(room.folder, file);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true });
    fs.writeFileSync(at(file), text);
  }
  return { ...room, at };
}

const critic = '---\ndescription: Mine.\nllmTimeout: 90000\ncolour: red\n---\nYou judge.';

describe('patchbay agent', () => {
  test('list groups agents by where they come from, and says what is shadowed and what is faulty', async () => {
    const room = roomWith({
      '.amplifier/agents/critic.md': critic,
      '.claude/agents/critic.md': '---\nname: critic\n---\nHi',
      '.amplifier/agents/broken.md': '---\nname: [\n---\n',
    });
    const listed = await room.run(['agent', 'list']);
    const json = await room.run(['agent', 'list', '--json']);

    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(
      /^Of this project\n {2}critic {2,}Mine\. \(shadows project: .*\.claude.agents\)\n\nShipped\n/,
    );
    expect(listed.stdout).toMatch(/^ {2}explorer +Finds /m);
    expect(listed.stderr).toBe('1 more cannot be used: patchbay agent check says why.\n');
    expect(JSON.parse(json.stdout.split('\n', 1)[0]!)).toEqual({
      name: 'critic',
      source: 'project',
      description: 'Mine.',
      file: room.at('.amplifier/agents/critic.md'),
      shadows: [room.at('.claude/agents/critic.md')],
    });
  });

  test('list has the agents that are registered definitions of amplifier-ipc (DL-11)', async () => {
    const room = openCommandRoom();
    fs.mkdirSync(path.join(room.home, 'definitions'));
    fs.writeFileSync(path.join(room.home, 'agents.yaml'), 'demo: agent_demo_1\n');
    const file = path.join(room.home, 'definitions', 'agent_demo_1.yaml');
    fs.writeFileSync(file, "agent: { ref: demo, uuid: '1', description: Shows things. }\n");

    const listed = await room.run(['agent', 'list']);
    const shown = await room.run(['agent', 'show', 'demo']);

    expect(listed.stdout).toMatch(/^Registered definitions\n {2}demo +Shows things\.\n\nShipped\n/);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(file) });
  });

  test('show prints what counts as YAML, with the file that won and what it shadows', async () => {
    const room = roomWith({ '.amplifier/agents/critic.md': critic, '.github/agents/critic.agent.md': 'Hi' });
    const { code, stdout } = await room.run(['agent', 'show', 'critic']);
    const json = await room.run(['agent', 'show', 'critic', '--json']);

    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({
      name: 'critic',
      description: 'Mine.',
      source: 'project',
      file: room.at('.amplifier/agents/critic.md'),
      shadows: [{ source: 'project', file: room.at('.github/agents/critic.agent.md') }],
      llmTimeout: '90s',
      extra: { colour: 'red' },
      instruction: 'You judge.',
    });
    expect(JSON.parse(json.stdout)).toEqual(parse(stdout));
  });

  test('show of one that does not exist exits with 2 and names the nearest, or why it is not there', async () => {
    const room = roomWith({ '.amplifier/agents/broken.md': '---\nname: [\n---\n' });
    const unknown = await room.run(['agent', 'show', 'exploer']);
    const faulty = await room.run(['agent', 'show', 'broken']);

    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toBe('There is no agent "exploer". Did you mean "explorer"?\n');
    expect(faulty.code).toBe(2);
    expect(faulty.stderr).toMatch(
      /^There is no agent "broken"\. .*broken\.md:\d+:\d+: This is not valid YAML/,
    );
  });

  test('check and `config` tell what is wrong with a sidecar, with its place (AT-42, DL-15)', async () => {
    const room = roomWith({ '.amplifier/.ai-agent.env': 'A=1\nno line\n' });
    for (const args of [['agent', 'check'], ['config']]) {
      const { code, stderr } = await room.run(args);
      expect(code).toBe(0);
      expect(stderr).toContain(`${room.at('.amplifier/.ai-agent.env')}:2:1: This line is no KEY=VALUE`);
    }
  });

  test('new writes an agent that is in order, and never over another', async () => {
    const room = roomWith({});
    const file = room.at('.amplifier/agents/scout.md');
    expect(await room.run(['agent', 'new', 'scout'])).toMatchObject({ code: 0, stdout: `${file}\n` });
    expect(await room.run(['agent', 'check', file])).toMatchObject({
      code: 0,
      stdout: '1 agent is in order.\n',
    });
    fs.writeFileSync(file, 'Mine.');
    const again = await room.run(['agent', 'new', 'scout']);
    expect(again).toMatchObject({
      code: 2,
      stderr: `There is ${file} already. Edit it, or choose another name.\n`,
    });
    expect(fs.readFileSync(file, 'utf8')).toBe('Mine.');
    expect((await room.run(['agent', 'new', '../evil'])).code).toBe(2);
    expect((await room.run(['agent', 'new', 'scout', '--user'])).stdout).toBe(
      `${path.join(room.home, 'agents', 'scout.md')}\n`,
    );
  });

  test('check prints every fault with its place and exits with 1 for an error', async () => {
    const room = roomWith({
      '.amplifier/agents/a.md': '---\ntools: [grepp, delegate]\nagents: [explore]\n---\nHi',
      'b.ai': '---\nnam: x\n---\nHi',
    });
    const all = await room.run(['agent', 'check']);
    const one = await room.run(['agent', 'check', 'b.ai', '--json']);

    expect(all.code).toBe(0);
    const a = room.at('.amplifier/agents/a.md');
    expect(all.stdout.trimEnd().split('\n')).toEqual([
      `${a}:3:10: There is no agent "explore". Did you mean "explorer"? (warning)`,
      `${a}:2:9: There is no tool "grepp". Did you mean "grep"? (warning)`,
    ]);
    expect(one.code).toBe(1);
    expect(JSON.parse(one.stdout)).toMatchObject({
      file: room.at('b.ai'),
      line: 2,
      column: 1,
      severity: 'error',
    });
  });

  test('help prints description, usage and a template that reads as the agent (AT-90, AT-91)', async () => {
    const front = 'description: Judges.\nusage: is this good?\noutput: {format: text}\nmaxTurns: 3';
    const room = roomWith({
      '.amplifier/agents/critic.ai': `#!/usr/bin/env patchbay\n---\n${front}\n---\nHi`,
    });
    const { code, stdout } = await room.run(['agent', 'help', 'critic']);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^DESCRIPTION\n {2}Judges\.\n\nUsage: patchbay run --agent critic "is this good\?"\n\nFrontmatter Template\n---\n/,
    );
    const template = stdout.slice(stdout.indexOf('---\n'));
    fs.writeFileSync(room.at('copy.ai'), `${template}Hi`);
    fs.rmSync(room.at('.amplifier/agents/critic.ai'));
    fs.renameSync(room.at('copy.ai'), room.at('.amplifier/agents/copy.ai'));
    const again = await room.run(['agent', 'help', 'critic']);
    expect(again.stdout).toBe(stdout);
  });
});
