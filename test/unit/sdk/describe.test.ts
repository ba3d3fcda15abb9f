/** A manifest is derived from the definitions, never written by hand (RT-3). */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { Manifest } from '../../../src/protocol/manifest.ts';
import type { ServiceDefinition } from '../../../src/sdk/define.ts';
import { describe as describeService } from '../../../src/sdk/describe.ts';
import {
  defineContextManager,
  defineHook,
  defineOrchestrator,
  defineProvider,
  defineTool,
} from '../../../src/sdk/index.ts';

const tool = (input: Parameters<typeof defineTool>[0]['input']) =>
  defineTool({ name: 'grep', description: 'Finds.', input, execute: () => null });
const schemaOf = (input: Parameters<typeof defineTool>[0]['input']) =>
  describeService({ name: 's', tools: [tool(input)] }).capabilities.tools[0]?.input_schema;

const whole: ServiceDefinition = {
  name: 'whole',
  version: '1.2.3',
  permissions: { network: ['example.org'], child_processes: false },
  tools: [
    defineTool({
      name: 'grep',
      description: 'Finds.',
      input: z.object({ pattern: z.string() }),
      annotations: { read_only: true },
      timeoutMs: 5_000,
      execute: () => null,
    }),
  ],
  hooks: [
    defineHook({ name: 'watch', events: ['*'], handle: () => undefined }),
    defineHook({
      name: 'guard',
      events: ['tool:pre'],
      priority: 5,
      onFailure: 'deny',
      config: mini.object({ rules: mini.array(mini.string()) }),
      handle: () => undefined,
    }),
  ],
  providers: [defineProvider({ name: 'model', complete: async () => ({}), models: async () => [] })],
  contextManagers: [
    defineContextManager({
      name: 'memory',
      create: () => ({ addMessage: () => undefined, getMessages: () => [], clear: () => undefined }),
    }),
  ],
  orchestrators: [defineOrchestrator({ name: 'loop', timeoutMs: 60_000, execute: async () => '' })],
  content: { paths: ['agents/a.md'], read: () => '' },
};

it('every component is in the manifest, with what it says of itself', () => {
  expect(describeService(whole)).toEqual({
    name: 'whole',
    protocol: 1,
    version: '1.2.3',
    permissions: { network: ['example.org'], child_processes: false },
    capabilities: {
      tools: [
        {
          name: 'grep',
          description: 'Finds.',
          input_schema: {
            type: 'object',
            properties: { pattern: { type: 'string' } },
            required: ['pattern'],
          },
          annotations: { read_only: true },
          timeout_ms: 5_000,
        },
      ],
      hooks: [
        { name: 'watch', events: ['*'], priority: 100 },
        {
          name: 'guard',
          events: ['tool:pre'],
          priority: 5,
          on_failure: 'deny',
          config_schema: {
            type: 'object',
            properties: { rules: { type: 'array', items: { type: 'string' } } },
            required: ['rules'],
          },
        },
      ],
      providers: [{ name: 'model' }],
      context_managers: [{ name: 'memory' }],
      orchestrators: [{ name: 'loop', timeout_ms: 60_000 }],
      content: { paths: ['agents/a.md'] },
    },
  });
});

it('a service that offers nothing says so', () => {
  expect(describeService({ name: 'empty' })).toEqual({
    name: 'empty',
    protocol: 1,
    capabilities: {
      tools: [],
      hooks: [],
      providers: [],
      context_managers: [],
      orchestrators: [],
      content: { paths: [] },
    },
  });
});

it('what a service describes, the host reads unchanged, over a line of text too', () => {
  const manifest = describeService(whole);
  expect(Manifest.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
});

describe('the JSON Schema of a tool’s input', () => {
  it('is the same from zod and from zod/mini', () => {
    const full = z.object({
      path: z.string().min(1).describe('Where.'),
      limit: z.int().positive().optional(),
      mode: z.enum(['a', 'b']).default('a'),
    });
    const small = mini.object({
      path: mini.string().check(mini.minLength(1), mini.describe('Where.')),
      limit: mini.optional(mini.int().check(mini.positive())),
      mode: mini._default(mini.enum(['a', 'b']), 'a'),
    });
    expect(schemaOf(small)).toEqual(schemaOf(full));
  });

  it('tells the model what it need not give', () => {
    const schema = schemaOf(
      z.object({ a: z.string(), b: z.string().optional(), c: z.string().default('x') }),
    );
    expect(schema).toMatchObject({ required: ['a'], properties: { c: { default: 'x', type: 'string' } } });
  });

  it('does not name its dialect', () => {
    expect(schemaOf(z.object({}))).not.toHaveProperty('$schema');
  });

  it('is taken as it is when the author gives one', () => {
    const jsonSchema = { type: 'object', properties: { a: { const: 1 } }, additionalProperties: false };
    expect(schemaOf({ jsonSchema })).toEqual(jsonSchema);
  });
});
