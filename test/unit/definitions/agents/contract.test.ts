/** Agents as tools of their own: what the contract needs and which schemas it has (AT-20…24, AT-31). */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { nameFromWire, wireName } from '../../../../src/definitions/agents/tool-name.ts';
import { type AgentRoom, openAgentRoom } from '../../../builders/agent-file.ts';

let room: AgentRoom;
beforeEach(() => {
  room = openAgentRoom();
});

const whole = (more: string) => `---
description: Finds customers.
usage: '"Who would buy this?"'
${more}
---
Hi`;

describe('a contract', () => {
  it('is what an agent offers as a tool', async () => {
    const text = whole(`toolName: research.icp
input: {format: json, schema: {type: object, properties: {topic: {type: string}}, required: [topic]}}
output: {format: json, schema: {type: array, items: {type: string}}}`);
    expect((await room.agent(text, 'icp.ai')).contract).toEqual({
      toolName: 'research.icp',
      usage: '"Who would buy this?"',
      inputFormat: 'json',
      inputSchema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] },
      outputFormat: 'json',
      outputSchema: { type: 'array', items: { type: 'string' } },
    });
  });

  it('takes a prompt and gives markdown when it says no more, and is named for its file', async () => {
    const { contract } = await room
      .agent(whole('output: {}'), 'market research.ai')
      .catch(() => room.agent(whole('name: market\noutput: {}'), 'market research.ai'));
    expect(contract).toMatchObject({
      toolName: 'market_research',
      inputFormat: 'text',
      inputSchema: {
        properties: { prompt: { type: 'string' }, reason: { type: 'string' } },
        required: ['prompt'],
      },
      outputFormat: 'markdown',
    });
  });

  it('is none where none is begun: a plain agent needs neither usage nor output (AT-21, AT-22)', async () => {
    const { agent, diagnostics } = await room.read('---\ndescription: Plain.\n---\nHi', 'plain.ai');
    expect(agent?.contract).toBeUndefined();
    expect(diagnostics).toEqual([]);
  });

  it.each([
    [
      'usage',
      'description: d\noutput: {format: text}',
      /^3:1 error: "usage" is missing: with "output" .* a tool of its own\. Write "usage:"/,
    ],
    [
      'output',
      'description: d\nusage: u',
      /^3:1 error: "output" is missing: .* Write "output: \{format: markdown\}"/,
    ],
    ['description', 'usage: u\noutput: {format: text}', /^2:1 error: "description" is missing/],
  ])('that is begun without its %s is an error', async (_what, text, expected) => {
    const { agent } = await room.read(`---\n${text}\n---\nHi`);
    expect(agent).toBeUndefined();
    expect(await room.faults(`---\n${text}\n---\nHi`)).toEqual([expect.stringMatching(expected)]);
  });

  it('with a format that is none is an error at its place', async () => {
    expect(await room.faults(whole('output:\n  format: xml'))).toEqual([
      expect.stringMatching(
        /^5:11 error: "output.format" cannot be "xml": expected one of json, markdown, text/,
      ),
    ]);
  });

  it('with a tool name that no provider takes is an error', async () => {
    expect(await room.faults(whole(`output: {format: text}\ntoolName: ${'a.'.repeat(20)}`))).toEqual([
      expect.stringMatching(/^5:11 error: The tool name .* is too long for a provider\. Write at most 64/),
    ]);
  });
});

describe('a schema (AT-31)', () => {
  const schemaOf = async (given: string) =>
    (await room.agent(whole(`output: {format: json, ${given}}`), 'a.ai')).contract?.outputSchema;

  it('may be an object, its text as JSON or YAML, or a file beside the agent', async () => {
    room.folder.write('schemas/out.json', '{"type": "string"}');
    room.folder.write('schemas/out.yaml', 'type: number');
    expect(await schemaOf('schema: {type: object}')).toEqual({ type: 'object' });
    expect(await schemaOf(`schema: '{"type": "boolean"}'`)).toEqual({ type: 'boolean' });
    expect(await schemaOf(`schema: 'type: "null"'`)).toEqual({ type: 'null' });
    expect(await schemaOf('schemaRef: schemas/out.json')).toEqual({ type: 'string' });
    expect(await schemaOf('schemaRef: ./schemas/out.yaml')).toEqual({ type: 'number' });
  });

  it('that is written beats one that is named', async () => {
    expect(await schemaOf('schemaRef: nowhere.json, schema: {type: object}')).toEqual({ type: 'object' });
  });

  it('names the files it came from, so that a change of one is seen', async () => {
    room.folder.write('out.json', '{}');
    const { files } = await room.read(whole('output: {format: json, schemaRef: out.json}'));
    expect(files).toEqual([room.folder.at('out.json')]);
  });

  it.each([
    ['is no schema', 'schema: {type: thing}', /"output.schema" is left out: schema.type is none of object/],
    [
      'is wrong further in',
      'schema: {properties: {a: {items: {type: 5}}}}',
      /schema\.properties\.a\.items\.type is none/,
    ],
    ['is a list', "schema: '[1]'", /schema is no object/],
    ['is broken text', `schema: '{"type": '`, /"output.schema" is left out: /],
    ['is in a file that is not there', 'schemaRef: none.json', /there is no file none\.json/],
    ['is in a broken file', 'schemaRef: broken.json', /"output.schemaRef" is left out: .*JSON/],
    ['is in a file of secrets', 'schemaRef: ../keys.env', /may hold secrets/],
  ])('that %s is left out with a warning', async (_what, given, expected) => {
    room.folder.write('agents/broken.json', '{');
    room.folder.write('keys.env', 'A=B');
    const { agent, diagnostics } = await room.read(whole(`output: {format: json, ${given}}`), 'agents/a.ai');
    expect(agent?.contract).toMatchObject({ outputFormat: 'json' });
    expect(agent?.contract).not.toHaveProperty('outputSchema');
    expect(diagnostics).toMatchObject([
      { severity: 'warning', line: 4, message: expect.stringMatching(expected) },
    ]);
  });
});

describe('the name of a tool on the wire (AT-23)', () => {
  it.each([
    ['research', 'research'],
    ['research.icp', 'research_x2e_icp'],
    ['a_b-C9', 'a_b-C9'],
    ['_x2e_', '_x5f_x2e_'],
  ])('of %s is %s', (name, wire) => {
    expect(wireName(name)).toBe(wire);
    expect(nameFromWire(wire)).toBe(name);
  });

  it('is one that providers take and comes back as the name it was, whatever the name', () => {
    const awkward = fc.array(fc.constantFrom('a', 'x', '_', '0', '9', '.', 'é', '😀', '-'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(awkward, (characters) => {
        const name = characters.join('');
        const wire = wireName(name);
        if (wire === undefined) return;
        expect(wire).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        expect(nameFromWire(wire)).toBe(name);
      }),
    );
  });
});
