/** What a service says of itself, in every spelling the reference uses, has one normal form (protocol.md §5). */
import { describe, expect, it } from 'vitest';
import { Manifest } from '../../../src/protocol/manifest.ts';

const empty = {
  tools: [],
  hooks: [],
  orchestrators: [],
  context_managers: [],
  providers: [],
  content: { paths: [] },
};
const tool = { name: 'grep', description: 'Finds.', input_schema: { type: 'object' } };

describe('a manifest', () => {
  it('is read nested under "capabilities"', () => {
    const { name, capabilities } = Manifest.parse({ name: 'search', capabilities: { tools: [tool] } });
    expect({ name, capabilities }).toEqual({ name: 'search', capabilities: { ...empty, tools: [tool] } });
  });

  it('is read flat, and means the same', () => {
    const flat = Manifest.parse({ name: 'search', version: '2', protocol: 1, tools: [tool] });
    expect(flat).toMatchObject({ name: 'search', version: '2', protocol: 1 });
    expect(flat.capabilities).toEqual({ ...empty, tools: [tool] });
  });

  it('may be empty: a service that offers nothing', () => {
    expect(Manifest.parse({})).toMatchObject({ name: '', capabilities: empty });
    expect(Manifest.parse({ capabilities: {} })).toMatchObject({ name: '', capabilities: empty });
  });

  it('has the content as an object or as a list', () => {
    const paths = ['context/a.md', 'agents/b.md'];
    expect(Manifest.parse({ content: paths }).capabilities.content).toEqual({ paths });
    expect(Manifest.parse({ content: { paths } }).capabilities.content).toEqual({ paths });
    expect(Manifest.parse({ content: null }).capabilities.content).toEqual({ paths: [] });
  });

  it.each([
    ['text', 'a service'],
    ['a list', []],
    ['nothing', null],
    ['tools that are no list', { tools: { grep: tool } }],
    ['a tool without a name', { capabilities: { tools: [{ description: 'Finds.' }] } }],
    ['capabilities that are a list', { capabilities: [] }],
  ])('is refused when it is %s', (_what, value) => {
    expect(Manifest.safeParse(value).success).toBe(false);
  });

  it('keeps what a newer service adds', () => {
    const read = Manifest.parse({ capabilities: { widgets: [1], tools: [{ ...tool, colour: 'red' }] } });
    expect(read.capabilities).toMatchObject({ widgets: [1], tools: [{ colour: 'red' }] });
  });
});

describe('a tool in a manifest', () => {
  const read = (given: object) => Manifest.parse({ tools: [given] }).capabilities.tools[0];

  it('is read with "parameters" for "input_schema"', () => {
    const schema = { type: 'object', required: ['a'] };
    expect(read({ name: 'x', description: '', parameters: schema })?.input_schema).toEqual(schema);
  });

  it('takes any object when it has no schema', () => {
    expect(read({ name: 'x' })).toEqual({
      name: 'x',
      description: '',
      input_schema: { type: 'object', properties: {} },
    });
  });
});

describe('a hook in a manifest', () => {
  const read = (given: object) => Manifest.parse({ hooks: [given] }).capabilities.hooks[0];

  it('is read with a single "event"', () => {
    expect(read({ name: 'x', event: 'tool:pre' })).toEqual({
      name: 'x',
      events: ['tool:pre'],
      priority: 100,
    });
  });

  it('listens to nothing when it names no event', () => {
    expect(read({ name: 'x' })?.events).toEqual([]);
  });

  it('keeps its events, priority and what happens when it fails', () => {
    const hook = { name: 'x', events: ['a', 'b'], event: 'c', priority: -5, on_failure: 'deny' };
    expect(read(hook)).toEqual(hook);
  });

  it('is refused with a way to fail that does not exist', () => {
    expect(Manifest.safeParse({ hooks: [{ name: 'x', on_failure: 'maybe' }] }).success).toBe(false);
  });
});
