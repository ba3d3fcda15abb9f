/** Who answers what, from the manifests alone (RT-11, protocol.md §5). */
import { describe, expect, it } from 'vitest';
import { RoutingTable } from '../../../src/host/routing-table.ts';
import { Manifest } from '../../../src/protocol/manifest.ts';

/** Capabilities by service name, in composition order, in the flat spelling. */
function table(services: Record<string, object>): RoutingTable {
  const entries = Object.entries(services).map(([name, given]) => [name, Manifest.parse(given)] as const);
  return new RoutingTable(new Map(entries));
}
const tools = (...names: string[]) => ({ tools: names.map((name) => ({ name })) });
const hook = (name: string, priority: number, ...events: string[]) => ({ name, priority, events });

describe('a tool', () => {
  it('is found by its name and by "service:name"', () => {
    const routes = table({ files: tools('read', 'write'), search: tools('grep') });
    expect(routes.tool('grep')?.service).toBe('search');
    expect(routes.tool('files:write')?.service).toBe('files');
    expect(routes.tool('search:write')).toBeUndefined();
    expect(routes.tool('constructor')).toBeUndefined();
    expect(routes.diagnostics).toEqual([]);
  });

  it('of two services is the later one’s, and the rule is said', () => {
    const routes = table({ built_in: tools('grep', 'glob'), mine: tools('grep') });
    expect(routes.tool('grep')?.service).toBe('mine');
    expect(routes.tool('built_in:grep')?.service).toBe('built_in');
    expect(routes.diagnostics).toEqual([expect.stringMatching(/"grep".*"built_in".*"mine".*built_in:grep/)]);
  });

  it('is told to the model once, by its plain name, in composition order', () => {
    const routes = table({ a: tools('one', 'two'), b: tools('two', 'three') });
    expect(routes.tools().map(({ service, descriptor }) => `${service} ${descriptor.name}`)).toEqual([
      'a one',
      'b two',
      'b three',
    ]);
  });
});

describe('a component', () => {
  const routes = table({
    first: { providers: [{ name: 'openai' }, { name: 'azure' }], orchestrators: [{ name: 'loop' }] },
    second: { providers: [{ name: 'openai' }] },
    third: { context_managers: [{ name: 'simple' }] },
  });

  it.each([
    ['providers', 'azure', 'first'],
    ['providers', 'openai', 'second'],
    ['providers', 'first:openai', 'first'],
    ['providers', undefined, 'second'],
    ['orchestrators', undefined, 'first'],
    ['context_managers', 'simple', 'third'],
    ['context_managers', 'other', undefined],
    ['orchestrators', 'second:loop', undefined],
  ] as const)('%s named %s is of service %s', (kind, name, service) => {
    expect(routes.component(kind, name)?.service).toBe(service);
  });

  it('of a kind is listed in composition order', () => {
    expect(routes.names('providers')).toEqual(['openai', 'azure', 'openai']);
  });
});

describe('hooks for an event', () => {
  const stops = (routes: RoutingTable, event: string) =>
    routes.hooks(event).map(({ service, hooks }) => `${service}: ${hooks.map(({ name }) => name).join(' ')}`);

  it('come by ascending priority, then composition order', () => {
    const routes = table({
      a: { hooks: [hook('late', 200, 'tool:pre')] },
      b: { hooks: [hook('same', 100, 'tool:pre')] },
      c: { hooks: [hook('same too', 100, 'tool:pre')] },
      d: { hooks: [hook('first', -10, 'tool:pre')] },
    });
    expect(stops(routes, 'tool:pre')).toEqual(['d: first', 'b: same', 'c: same too', 'a: late']);
  });

  it('of one service are one stop, at the place of its first', () => {
    const routes = table({
      a: { hooks: [hook('two', 90, 'tool:pre'), hook('one', 10, 'tool:pre'), hook('other', 0, 'tool:post')] },
      b: { hooks: [hook('middle', 50, 'tool:pre')] },
    });
    expect(stops(routes, 'tool:pre')).toEqual(['a: one two', 'b: middle']);
  });

  it('are those that name it or listen to all, single tokens only by name', () => {
    const routes = table({
      all: { hooks: [hook('star', 100, '*')] },
      tokens: { hooks: [hook('exact', 100, 'content_block:delta')] },
    });
    expect(stops(routes, 'anything:new')).toEqual(['all: star']);
    expect(stops(routes, 'content_block:delta')).toEqual(['tokens: exact']);
  });

  it('are none when nobody listens', () => {
    const routes = table({ a: { hooks: [hook('x', 1, 'tool:pre')] } });
    expect(routes.hooks('tool:post')).toEqual([]);
    expect(routes.allHooks().map(({ name }) => name)).toEqual(['x']);
  });
});
