/** What an agent's frontmatter says, and what is wrong with it where (DL-2, DL-3, AT-20…30). */
import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentRoom, openAgentRoom } from '../../../builders/agent-file.ts';

let room: AgentRoom;
beforeEach(() => {
  room = openAgentRoom();
});

const yaml = (text: string) => `---\n${text}\n---\nHi`;

describe('an agent file (DL-1, DL-2)', () => {
  it('is its frontmatter and its instruction', async () => {
    const text = `---
meta:
  name: critic
  description: Reviews.
tools: [read_file, grep]
provider: openai
model: small
---

You review code.

---
Not frontmatter.
`;
    expect(await room.agent(text)).toMatchObject({
      name: 'critic',
      description: 'Reviews.',
      instruction: 'You review code.\n\n---\nNot frontmatter.',
      tools: ['read_file', 'grep'],
      declared_tools: ['read_file', 'grep'],
      provider: 'openai',
      model: 'small',
      contract: undefined,
      limits: {},
      file: room.folder.at('reviewer.md'),
      format: 'amplifier',
    });
  });

  it('may have its name and description without "meta"', async () => {
    expect(await room.agent(yaml('name: critic\ndescription: Reviews.'))).toMatchObject({
      name: 'critic',
      description: 'Reviews.',
    });
  });

  it('is named for its file when it says no name, and may use all tools', async () => {
    const agent = { name: 'reviewer', description: '', instruction: 'Just text.', tools: undefined };
    expect(await room.agent('Just text.')).toMatchObject(agent);
    expect(await room.agent('---\n# nothing\n---\nJust text.')).toMatchObject(agent);
    expect(await room.agent('\uFEFF---\ncolour: red\n---\r\nJust text.\r\n')).toMatchObject(agent);
    expect(await room.agent('---\ntools:\nname: ~\n---\nJust text.')).toMatchObject(agent);
  });

  it('says the model it needs in roles and preferences, those of "models" last (AT-32)', async () => {
    const text = yaml(`model_role: [coding, general]
provider_preferences:
  - {provider: anthropic, model: "claude-*", config: {effort: high}}
models: openrouter/meta/llama-4:free`);
    expect(await room.agent(text)).toMatchObject({
      model_role: ['coding', 'general'],
      provider_preferences: [
        { provider: 'anthropic', model: 'claude-*', config: { effort: 'high' } },
        { provider: 'openrouter', model: 'meta/llama-4:free' },
      ],
    });
    expect(await room.agent(yaml('meta: {name: a, model_role: fast}'))).toMatchObject({
      model_role: ['fast'],
    });
  });

  it('keeps modules with their configuration; they take no tools away', async () => {
    const text = yaml(`tools:
  - {module: tool-filesystem, source: "git+https://example.org/x", config: {a: 1}}
  - module: tool-own
providers: [{module: provider-x, id: mine}]
hooks: [logging]
session: {orchestrator: {module: loop-basic}, context: simple}`);
    expect(await room.agent(text)).toMatchObject({
      tools: undefined,
      declared_tools: ['read_file', 'write_file', 'edit_file'],
      modules: {
        tools: [
          { module: 'tool-filesystem', source: 'git+https://example.org/x', config: { a: 1 } },
          { module: 'tool-own' },
        ],
        providers: [{ module: 'provider-x', id: 'mine' }],
        hooks: [{ module: 'logging' }],
      },
      options: { session: { orchestrator: { module: 'loop-basic' }, context: 'simple' } },
    });
    expect(await room.agent(yaml('tools: []'))).toMatchObject({ tools: [] });
    expect(await room.agent(yaml('tools: [grep, {module: tool-bash}]'))).toMatchObject({ tools: ['grep'] });
  });

  it.each([
    ['all', 'all'],
    ['none', 'none'],
    ['explorer', ['explorer']],
    ['[explorer, "team:critic"]', ['explorer', 'team:critic']],
    ['[]', []],
  ])('may delegate to %s', async (written, agents) => {
    expect(await room.agent(yaml(`agents: ${written}`))).toMatchObject({ agents });
  });
});

describe('limits (AT-25, AT-29)', () => {
  const limits = {
    maxTurns: 4,
    llmTimeoutMs: 90_000,
    toolTimeoutMs: 500,
    maxRetries: 0,
    parallelToolCalls: false,
  };

  it('are read nested and flat', async () => {
    const nested = yaml(
      'limits: {maxToolTurns: 4, llmTimeout: 90s, toolTimeout: 500, maxRetries: 0, parallelToolCalls: false}',
    );
    const flat = yaml(
      'maxTurns: 4\nllmTimeout: 1.5m\ntoolTimeout: 500ms\nmaxRetries: 0\nparallelToolCalls: false',
    );
    expect((await room.agent(nested)).limits).toEqual(limits);
    expect((await room.agent(flat)).limits).toEqual(limits);
  });

  it('that say two things are a warning, and the flat one counts', async () => {
    const text = yaml('maxTurns: 3\nlimits:\n  maxToolTurns: 4');
    expect((await room.agent(text)).limits).toEqual({ maxTurns: 3 });
    expect(await room.faults(text)).toEqual([
      '4:17 warning: "limits.maxToolTurns" and "maxTurns" say different things; "maxTurns" counts. Keep one of the two.',
    ]);
  });

  it.each<[string, number]>([
    ['7', 7],
    ['7ms', 7],
    ['2s', 2_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1mo', 2_592_000_000],
    ['1y', 31_536_000_000],
  ])('read %s as %d ms', async (written, ms) => {
    expect((await room.agent(yaml(`toolTimeout: ${written}`))).limits).toEqual({ toolTimeoutMs: ms });
  });

  it.each(['5 parsecs', '-5', 'soon', '[1]', '1e', '5M'])('refuse %s as a time', async (written) => {
    expect(await room.faults(yaml(`llmTimeout: ${written}`))).toEqual([
      expect.stringMatching(
        /^2:13 error: "llmTimeout" cannot be .* Write milliseconds or a duration such as 30s/,
      ),
    ]);
  });

  it.each([
    ['off', 'off'],
    ['5m', 300_000],
    ['false', 'off'],
  ])('read a cache of %s', async (written, cache) => {
    expect((await room.agent(yaml(`cache: ${written}`))).options.cache).toBe(cache);
  });
});

describe('reasoning (AT-28)', () => {
  it.each([
    ['none', 'none'],
    ['unset', 'none'],
    ['null', 'none'],
    ['', 'none'],
    ['minimal', 'minimal'],
    ['high', 'high'],
    ['default', 'inherit'],
    ['inherit', 'inherit'],
    ["''", 'inherit'],
  ])('of %j is %s', async (written, reasoning) => {
    expect((await room.agent(yaml(`reasoning: ${written}`))).options.reasoning).toBe(reasoning);
  });

  it('of anything else is an error', async () => {
    expect(await room.faults(yaml('reasoning: huge'))).toEqual([
      expect.stringMatching(
        /^2:12 error: "reasoning" cannot be "huge": expected one of none, .* Write one of none/,
      ),
    ]);
  });
});

describe('a diagnostic (DL-3)', () => {
  it.each<[string, string, string | RegExp]>([
    ['broken YAML', 'name: [a', /^\d+:\d+ error: This is not valid YAML: .* Correct the frontmatter/],
    ['a tab', 'meta:\n\tname: a', /^3:1 error: This is not valid YAML: Tabs .* Indent with spaces\.$/],
    ['a key written twice', 'name: a\nname: b', /^3:1 error: .*unique.* Keep one of the two\.$/],
    ['a reference to nothing', 'tools: *none', /error: This is not valid YAML: .*none/],
    [
      'a name that is a number',
      'description: a\nname: 5',
      '3:7 error: "name" cannot be 5: expected string. Write a text; until then the agent is not available.',
    ],
    [
      'a name in meta that is a list',
      'meta:\n  name: [a]',
      /^3:9 error: "meta.name" cannot be \["a"\]: expected string\./,
    ],
    ['a name with a slash', 'name: ../x', /^2:7 error: "\.\.\/x" cannot be the name .*for example "x"/],
    [
      'tools that are no list',
      'tools: grep',
      /^2:8 error: "tools" cannot be "grep": expected array\. Write a list/,
    ],
    [
      'a tool that is a number',
      'tools:\n  - grep\n  - 5',
      /^4:5 error: "tools.1" cannot be 5\. Write a list/,
    ],
    [
      'a role that is a map',
      'model_role: {a: b}',
      /^2:13 error: "model_role" cannot be .* Write a name or a list/,
    ],
    [
      'a preference without its model',
      'provider_preferences:\n  - provider: openai',
      /^3:5 error: "provider_preferences.0.model" is missing\. Write a list of \{provider, model/,
    ],
    [
      'a model without its provider (AT-32)',
      'models: [a/b, gpt]',
      /^2:15 error: "models.1" cannot be "gpt"|^2:9 error: "models" cannot be/,
    ],
    ['agents that are a number', 'agents: 5', /^2:9 error: "agents" cannot be 5\. Write all, none/],
    ['frontmatter that is a list', '- a', /^2:1 error: The frontmatter has no keys\. Write "key: value"/],
    ['frontmatter that is text', 'just words', /^2:1 error: The frontmatter has no keys/],
  ])('of %s has its place and what would be right', async (_what, text, expected) => {
    const { agent } = await room.read(yaml(text));
    expect(agent).toBeUndefined();
    const faults = await room.faults(yaml(text));
    expect(faults[0]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('names every fault of a file at once (AT-51)', async () => {
    expect(await room.faults(yaml('name: 5\nmaxTurns: 0\ncaching: some'))).toEqual([
      expect.stringMatching(/^2:7 error: "name"/),
      expect.stringMatching(/^3:11 error: "maxTurns" cannot be 0.* Write a whole number from 1/),
      expect.stringMatching(/^4:10 error: "caching" cannot be "some": expected one of full, none/),
    ]);
  });

  it('counts lines from the start of the file, after "#!" too', async () => {
    const [fault] = await room.faults('#!/usr/bin/env patchbay\n---\nname: 5\n---\nHi', 'a.ai');
    expect(fault).toMatch(/^3:7 error: "name"/);
  });

  it('of an endless frontmatter says what is missing', async () => {
    expect(await room.faults('---\nname: a\n')).toEqual([
      '1:undefined error: The frontmatter has no end. Write a line of just --- below it.',
    ]);
  });

  it('of a file that is too large, no text or a folder is one line', async () => {
    expect(await room.faults(new Uint8Array(5 * 1024 * 1024 + 1).fill(97))).toEqual([
      expect.stringMatching(/error: The file has 5\.0 MB; an agent has at most 5\./),
    ]);
    expect(await room.faults(Uint8Array.of(45, 45, 45, 10, 0, 1))).toEqual([
      expect.stringMatching(/no text in UTF-8/),
    ]);
    expect(await room.faults(Uint8Array.of(0x61, 0xff, 0xfe))).toEqual([
      expect.stringMatching(/no text in UTF-8/),
    ]);
    room.folder.write('folder.md/inside.txt', 'x');
    expect(await room.faults('a', 'folder.md/other.md')).toEqual([]);
  });
});

describe('keys that are none of ours', () => {
  it('are errors in .ai files, with the name that was meant (AT-30)', async () => {
    expect(await room.faults(yaml('toolname: x\ncolour: red'), 'a.ai')).toEqual([
      '2:1 error: Unsupported frontmatter key(s): toolname, colour. Did you mean "toolName" for "toolname"?',
    ]);
    expect(await room.faults(yaml('description: d\nlimits: {maxTurn: 4}'), 'a.ai')).toEqual([
      '3:10 error: Unsupported frontmatter key(s): limits.maxTurn. Did you mean "limits.maxTurns" for "limits.maxTurn"?',
    ]);
  });

  it('that only a run decides belong on the command line (AT-30)', async () => {
    expect(await room.faults(yaml('verbose: true\nstream: true'), 'a.ai')).toEqual([
      expect.stringMatching(
        /^2:1 error: Unsupported frontmatter key\(s\): verbose, stream\. .*option on the command line\.$/,
      ),
    ]);
  });

  it('are kept and told of elsewhere (DL-5)', async () => {
    const { agent, diagnostics } = await room.read(yaml('colour: red\nx-own: {a: 1}'));
    expect(agent?.extra).toEqual({ colour: 'red', 'x-own': { a: 1 } });
    expect(diagnostics).toMatchObject([{ severity: 'information', line: 2, column: 1 }]);
  });

  it('that look misspelt are a warning elsewhere', async () => {
    expect(await room.faults(yaml('model-role: fast'))).toEqual([
      '2:1 warning: Unsupported frontmatter key(s): model-role. Did you mean "model_role" for "model-role"?',
    ]);
  });

  it('of every object are no keys of ours either', async () => {
    const { agent } = await room.read(yaml('constructor: 1\n__proto__: {polluted: true}\ntoString: x'));
    expect(agent?.name).toBe('reviewer');
    expect({}).not.toHaveProperty('polluted');
  });
});
