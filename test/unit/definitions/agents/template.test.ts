/** The template of an agent's frontmatter reads as the agent it was made from, with all defaults (AT-27, AT-90…92). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { AGENT_OPTIONS } from '../../../../src/definitions/agents/options.ts';
import { readAgentText } from '../../../../src/definitions/agents/read-agent.ts';
import {
  effectiveOptions,
  frontmatterTemplate,
  settingsDefaults,
} from '../../../../src/definitions/agents/template.ts';

async function agentOf(text: string, file = 'made.ai') {
  const { agent, diagnostics } = await readAgentText(text, file);
  if (!agent) throw new Error(diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return agent;
}

describe('the template', () => {
  it('has every key of the table, once, with what it means (AT-90, AT-92)', async () => {
    const template = frontmatterTemplate(effectiveOptions(await agentOf('Hi')));
    const keys = [...template.matchAll(/^# .+: .+\n(\w+):/gm)].map(([, key]) => key);
    expect(keys).toEqual(Object.keys(AGENT_OPTIONS));
  });

  it('of an agent that says nothing has the defaults, and leaves to the model what is the model’s (AT-27)', async () => {
    const { maxTurns, maxToolCallsPerTurn, maxRetries, llmTimeout, toolTimeout, ...rest } = effectiveOptions(
      await agentOf('Hi'),
    );
    // Higher than the guide's where work on code takes more calls, lower where a stuck call should show sooner.
    expect({ maxTurns, maxToolCallsPerTurn, maxRetries }).toEqual({
      maxTurns: 100,
      maxToolCallsPerTurn: 64,
      maxRetries: 4,
    });
    expect({ llmTimeout, toolTimeout }).toEqual({ llmTimeout: 120_000, toolTimeout: 120_000 });
    expect(rest).toEqual({
      name: 'made',
      reasoning: 'inherit',
      caching: 'full',
      cache: 'off',
      parallelToolCalls: true,
    });
  });

  it('has the file’s value before the settings’ before our own (AT-34)', async () => {
    const agent = await agentOf('---\nlimits: {maxToolTurns: 7, llmTimeout: 90000}\n---\nHi');
    const defaults = settingsDefaults({
      limits: { iterations: 50, tool_calls: 9 },
      timeouts: { tool_ms: 60_000 },
    });
    const template = frontmatterTemplate(effectiveOptions(agent, defaults));
    expect(parse(template.replaceAll('---', ''))).toMatchObject({
      name: 'made',
      description: null,
      maxTurns: 7,
      maxToolCallsPerTurn: 9,
      llmTimeout: '90s',
      toolTimeout: '1m',
      maxRetries: 4,
      reasoning: 'inherit',
      topP: null,
      limits: null,
    });
  });

  it('has the schemas themselves, as a path would lead elsewhere from another folder', async () => {
    const text =
      '---\ndescription: d\nusage: u\noutput: {format: json, schema: "type: number", schemaRef: x.json}\n---\nHi';
    const template = frontmatterTemplate(effectiveOptions(await agentOf(text)));
    expect(parse(template.replaceAll('---', ''))).toMatchObject({
      toolName: 'made',
      input: { format: 'text' },
      output: { format: 'json', schema: { type: 'number' } },
    });
    expect(template).not.toContain('x.json');
  });

  it('of an agent of Amplifier reads as a .ai file', async () => {
    const text = `---
meta: {name: zen, description: "Plans: carefully", model_role: [reasoning, general]}
tools: [{module: tool-search, config: {a: 1}}, grep]
provider_preferences: [{provider: anthropic, model: "claude-*"}]
agents: all
colour: red
---
Hi`;
    const agent = await agentOf(text, 'zen.md');
    const again = await agentOf(frontmatterTemplate(effectiveOptions(agent)), 'other.ai');
    const { name, description, model_role, tools, declared_tools, modules, provider_preferences, agents } =
      agent;
    expect(again).toMatchObject({
      name,
      description,
      model_role,
      tools,
      declared_tools,
      modules,
      provider_preferences,
      agents,
    });
  });

  const names = fc.array(fc.stringMatching(/^[a-z][a-z_]{0,8}$/), { minLength: 1, maxLength: 3 });
  const awkward = fc.oneof(
    fc.constantFrom(
      'null',
      '~',
      'yes',
      '5',
      '#x',
      '- a',
      "it's: so",
      '---',
      '"',
      'a\nb',
      ' a',
      '*x',
      '{}',
      '\t',
      'é😀',
    ),
    fc.string({ minLength: 1, maxLength: 20 }),
  );
  const written = fc.record(
    {
      description: awkward,
      usage: awkward,
      output: fc.constantFrom({ format: 'text' }, { format: 'json', schema: { type: 'object' } }, {}),
      input: fc.constantFrom(
        { format: 'json', schema: { properties: { a: { type: 'string' } } } },
        { format: 'text' },
      ),
      model_role: fc.oneof(fc.constant('fast'), names),
      models: fc.constantFrom('a/b', ['a/b/c', 'd/e']),
      tools: names,
      agents: fc.oneof(fc.constantFrom('all', 'none'), names),
      maxTurns: fc.integer({ min: 1 }),
      llmTimeout: fc.oneof(fc.nat(), fc.constantFrom('90s', '1.5m', '2w', '1mo')),
      toolTimeout: fc.nat(),
      cache: fc.constantFrom('off', '5m', 0),
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      reasoning: fc.constantFrom(null, 'none', 'high', '', 'default'),
      parallelToolCalls: fc.boolean(),
      budget: fc.record({ tokens: fc.integer({ min: 1 }) }),
      limits: fc.record({ maxToolTurns: fc.integer({ min: 1 }), llmTimeout: fc.nat() }, { requiredKeys: [] }),
    },
    { requiredKeys: ['description', 'usage', 'output'] },
  );

  it('pasted into a new .ai file reads in strict mode as the same, and is its own template (AT-91)', async () => {
    await fc.assert(
      fc.asyncProperty(written, async (front) => {
        const effective = effectiveOptions(await agentOf(`---\n${stringify(front)}---\nHi`));
        const template = frontmatterTemplate(effective);
        const again = await agentOf(`${template}Hi`, 'made.ai');
        const effectiveAgain = effectiveOptions(again);
        expect(effectiveAgain).toEqual(effective);
        expect(frontmatterTemplate(effectiveAgain)).toBe(template);
      }),
      { numRuns: 25 },
    );
  }, 30_000);
});
