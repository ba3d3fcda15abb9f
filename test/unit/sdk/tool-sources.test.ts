/** Tools as plain JSON Schema, and sources that list them (AT-53). */
import { describe, expect, it } from 'vitest';
import type { ServiceDefinition } from '../../../src/sdk/define.ts';
import { defineTool, type ToolSource } from '../../../src/sdk/index.ts';
import { inProcess } from '../../builders/in-process-service.ts';

const schema = {
  type: 'object',
  properties: { text: { type: 'string' }, count: { type: ['integer', 'null'] }, mode: { enum: ['a', 'b'] } },
  required: ['text'],
  additionalProperties: false,
};
const plain = (name: string, execute: (input: unknown) => unknown = () => name) =>
  defineTool({ name, description: `${name}.`, input: { jsonSchema: schema }, execute });
const source = (name: string, list: ToolSource['list'], timeoutMs?: number): ToolSource => ({
  name,
  list,
  ...(timeoutMs !== undefined && { timeoutMs }),
});

async function described(service: ServiceDefinition) {
  const { capabilities } = await inProcess(service).call('describe', {});
  return { names: capabilities.tools.map(({ name }) => name), sources: capabilities.tool_sources };
}

describe('a tool with plain JSON Schema (AT-53)', () => {
  const service = inProcess({ name: 's', tools: [plain('it', (input) => ({ type: 'json', value: input }))] });
  const call = (input: Record<string, unknown>) => service.call('tool.execute', { name: 'it', input });

  it.each([
    [{}, 'Invalid input for it: "text" is missing.'],
    [{ text: 1 }, 'Invalid input for it: "text" must be of type string.'],
    [{ text: 'x', count: 1.5 }, 'Invalid input for it: "count" must be of type integer or null.'],
    [{ text: 'x', mode: 'c' }, 'Invalid input for it: "mode" must be one of "a", "b".'],
    [{ text: 'x', other: 1 }, 'Invalid input for it: "other" is unknown.'],
  ])('refuses %j', async (input, message) => {
    expect(await call(input)).toMatchObject({ success: false, error: { message } });
  });

  it('gets what its schema accepts', async () => {
    const input = { text: 'x', count: null, mode: 'b' };
    expect(await call(input)).toEqual({ success: true, output: input });
  });

  it.each([
    ['plain text', 'plain text'],
    [{ type: 'text', value: 'typed' }, 'typed'],
    [{ type: 'json', value: [1] }, [1]],
    [{ type: 'json', value: null }, null],
    [
      { type: 'text', value: 'x', more: 1 },
      { type: 'text', value: 'x', more: 1 },
    ],
    [
      { type: 'image', value: 'x' },
      { type: 'image', value: 'x' },
    ],
  ])('may answer %j', async (answer, output) => {
    const answering = inProcess({ name: 's', tools: [plain('it', () => answer)] });
    expect(await answering.call('tool.execute', { name: 'it', input: { text: '' } })).toEqual({
      success: true,
      output,
    });
  });

  it('may not call a text what is none', async () => {
    const wrong = inProcess({ name: 's', tools: [plain('it', () => ({ type: 'text', value: 1 }))] });
    await expect(wrong.call('tool.execute', { name: 'it', input: { text: '' } })).rejects.toThrow(
      'Tool "it" answered a text whose value is no string.',
    );
  });
});

describe('a source of tools (AT-53)', () => {
  it('is asked once; its tools are described and run like any other', async () => {
    let asked = 0;
    const service = inProcess({
      name: 's',
      tools: [plain('own')],
      toolSources: [
        source('api', async () => {
          asked += 1;
          return [plain('listed')];
        }),
      ],
    });
    // A service that was started anew is asked to run a tool before it is asked what it offers.
    expect(await service.call('tool.execute', { name: 'listed', input: { text: '' } })).toMatchObject({
      output: 'listed',
    });
    const { capabilities } = await service.call('describe', {});
    expect(capabilities.tools.map(({ name }) => name)).toEqual(['own', 'listed']);
    expect(capabilities.tool_sources).toEqual([{ name: 'api' }]);
    expect(asked).toBe(1);
    await expect(service.call('tool.execute', { name: 'x', input: {} })).rejects.toThrow('Unknown tool "x".');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no route')), 'tool', /"bad" of service "s".*no route/],
    ['hangs', () => new Promise<never>(() => undefined), 'timeout', /"bad" of service "s".*within 20 ms/],
    ['gives no list', async () => ({}) as never, 'protocol', /"bad" of service "s".*no list/],
    ['lists no tools', async () => [{ name: 'x' }] as never, 'protocol', /"bad" of service "s".*entry 0/],
  ])('that %s is named, and the other tools stay', async (_how, list, kind, message) => {
    const { names, sources } = await described({
      name: 's',
      tools: [plain('own')],
      toolSources: [source('bad', list, 20), source('good', async () => [plain('listed')])],
    });
    expect(names).toEqual(['own', 'listed']);
    expect(sources).toMatchObject([
      { name: 'bad', error: { kind, message: expect.stringMatching(message) } },
      { name: 'good' },
    ]);
  });

  it('that failed is asked again, and a call of its tool says why it cannot be had', async () => {
    let isUp = false;
    const service = inProcess({
      name: 's',
      toolSources: [
        source('api', async () => {
          if (!isUp) throw new Error('down');
          return [plain('listed')];
        }),
      ],
    });
    const call = () => service.call('tool.execute', { name: 'listed', input: { text: '' } });
    await expect(call()).rejects.toMatchObject({ component: 'api', service: 's' });
    isUp = true;
    expect(await call()).toMatchObject({ success: true });
  });

  it('does not replace a tool that is there already', async () => {
    const { names, sources } = await described({
      name: 's',
      tools: [plain('own')],
      toolSources: [source('api', async () => [plain('own'), plain('new')])],
    });
    expect(names).toEqual(['own', 'new']);
    expect(sources?.[0]?.error?.message).toContain('lists "own", which the service has already');
  });

  it('lists tools that can be configured', async () => {
    const { z } = await import('../../../src/sdk/standalone.ts');
    const listed = defineTool({
      name: 'listed',
      description: 'x',
      input: { jsonSchema: {} },
      config: z.object({ word: z.string() }),
      execute: (_input, { config }) => config.word,
    });
    const service = inProcess({ name: 's', toolSources: [source('api', async () => [listed])] });
    await service.call('configure', { config: { listed: { word: 'hello' } } });
    expect(await service.call('tool.execute', { name: 'listed', input: {} })).toMatchObject({
      output: 'hello',
    });
  });
});
