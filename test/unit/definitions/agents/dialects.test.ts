/** Agent files of other programs, their keys mapped, what has no like here kept and told (DL-5). */
import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentRoom, openAgentRoom } from '../../../builders/agent-file.ts';

let room: AgentRoom;
beforeEach(() => {
  room = openAgentRoom();
});

describe('a .ai file', () => {
  it('may begin with "#!" and be run as a program', async () => {
    const text = '#!/usr/bin/env patchbay\n---\ndescription: d\ntools: grep, glob\n---\nYou find.\n';
    expect(await room.agent(text, 'finder.ai')).toMatchObject({
      name: 'finder',
      description: 'd',
      tools: ['grep', 'glob'],
      instruction: 'You find.',
      format: 'ai',
    });
    expect(await room.agent('#!/usr/bin/env patchbay', 'empty.ai')).toMatchObject({ instruction: '' });
  });
});

describe("Claude's agents", () => {
  const file = '.claude/agents/reviewer.md';
  const claude = (front: string) =>
    `---\nname: code-reviewer\ndescription: Reviews.\n${front}\n---\nYou review.`;

  it('have their tools and model by our names', async () => {
    const text = claude('tools: Read, Grep, Bash, TodoWrite, Edit, MultiEdit\nmodel: sonnet');
    expect(await room.agent(text, file)).toMatchObject({
      name: 'code-reviewer',
      tools: ['read_file', 'grep', 'bash', 'todo', 'edit_file'],
      provider_preferences: [{ provider: 'anthropic', model: 'claude-*sonnet*' }],
      model: undefined,
      format: 'claude',
    });
    expect(await room.faults(text, file)).toEqual([]);
  });

  it.each([
    ['inherit', []],
    ['claude-opus-4-1', [{ provider: 'anthropic', model: 'claude-opus-4-1' }]],
  ])('with model %s', async (model, preferences) => {
    expect(await room.agent(claude(`model: ${model}`), file)).toMatchObject({
      provider_preferences: preferences,
    });
  });

  it('may use all tools when they name none, and none when they name nothing', async () => {
    expect((await room.agent(claude(''), file)).tools).toBeUndefined();
    expect((await room.agent(claude('tools: []'), file)).tools).toEqual([]);
  });

  it('keep what has no like here, and tell it', async () => {
    const text = claude(
      'tools: [Read, WebFetch, mcp__jira__search, "Bash(git diff:*)"]\ncolor: blue\nskills: [a]',
    );
    const { agent } = await room.read(text, file);
    expect(agent?.extra).toEqual({ color: 'blue', skills: ['a'] });
    expect(agent?.tools).toEqual(['read_file', 'WebFetch', 'mcp__jira__search', 'bash']);
    expect(await room.faults(text, file)).toEqual([
      '4:15 information: "WebFetch" is a tool of Claude that has no like here. The agent works without it.',
      expect.stringMatching(
        /^4:44 warning: "Bash\(git diff:\*\)" is read as "Bash", without its pattern\. Write an approval rule/,
      ),
      '5:1 information: "color" is a key for Claude that has no like here. It is kept and not used.',
      '6:1 information: "skills" is a key for Claude that has no like here. It is kept and not used.',
    ]);
  });

  it('with a tool named like something every object has work too', async () => {
    expect((await room.agent(claude('tools: [constructor, __proto__]'), file)).tools).toEqual([
      'constructor',
      '__proto__',
    ]);
  });
});

describe("VS Code's agents", () => {
  it('have a name without spaces, our tools and whom they may ask', async () => {
    const text = `---
name: My Planner
description: Plans.
tools: ['search/codebase', 'editFiles', 'todo']
agents: ['*']
model: GPT-5 (copilot)
argument-hint: what to plan
handoffs:
  - label: Go
    agent: build
---
You plan.`;
    const { agent, diagnostics } = await room.read(text, '.github/agents/planner.agent.md');
    expect(agent).toMatchObject({
      name: 'My-Planner',
      tools: ['glob', 'grep', 'edit_file', 'write_file', 'todo'],
      agents: 'all',
      model: undefined,
      contract: undefined,
      format: 'vscode',
      extra: {
        model: 'GPT-5 (copilot)',
        'argument-hint': 'what to plan',
        handoffs: [{ label: 'Go', agent: 'build' }],
      },
    });
    expect(diagnostics.map(({ severity, line }) => `${severity} ${line}`)).toEqual([
      'information 6',
      'information 7',
      'information 8',
    ]);
  });

  it('are named for their file without ".agent"', async () => {
    expect(await room.agent('You plan.', 'planner.agent.md')).toMatchObject({
      name: 'planner',
      format: 'vscode',
    });
    expect(await room.agent('You plan.', '.github/agents/other.md')).toMatchObject({
      name: 'other',
      format: 'vscode',
    });
  });

  it('with wrong values are diagnostics at their place', async () => {
    expect(await room.faults('---\ndescription: [a]\n---\nHi', 'a.agent.md')).toEqual([
      expect.stringMatching(/^2:14 error: "description" cannot be \["a"\]/),
    ]);
  });
});
