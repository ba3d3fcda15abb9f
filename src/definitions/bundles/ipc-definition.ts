/** amplifier-ipc's agent and behavior definitions as bundles: services, configuration, includes (DL-11). */
import { basename, dirname } from 'node:path';
import * as z from 'zod/mini';
import { isRecord } from '../../protocol/reading.ts';
import { Text } from '../agents/values.ts';
import type { Bundle, BundleAgent, BundleInclude, BundleModule, ComponentConfig, Data } from './bundle.ts';
import { type BundleKey, Command, Words } from './bundle-keys.ts';
import type { BundleReading } from './bundle-reading.ts';

const KINDS = ['agent', 'behavior'] as const;
/** Only lists of other programs use what these say. */
const Listed = z.unknown();
const Service = z.strictObject({
  stack: z.optional(z.string()),
  source: z.optional(Text),
  command: z.optional(Command),
});
const Config = z.record(z.string(), z.record(z.string(), z.unknown()));

const Definition = z.strictObject({
  ref: z.optional(Text),
  uuid: z.optional(Words),
  version: z.optional(Words),
  description: z.optional(z.string()),
  orchestrator: z.optional(Text),
  context_manager: z.optional(Text),
  provider: z.optional(Text),
  base: z.optional(Text),
  tools: z.optional(Listed),
  hooks: z.optional(Listed),
  agents: z.optional(Listed),
  context: z.optional(Listed),
  behaviors: z.optional(
    z.union([z.array(z.union([Text, z.record(z.string(), Text)])), z.record(z.string(), Text)]),
  ),
  service: z.optional(Service),
  config: z.optional(Config),
  component_config: z.optional(Config),
});
const DEFINITION: BundleKey<typeof Definition> = {
  schema: Definition,
  expects:
    '{ref, uuid, behaviors: [{name: address}], service: {source, command}, config: {component: {…}}, …}',
  keys: [...Object.keys(Definition.shape), ...Object.keys(Service.shape)],
};
/** What older files say, by what is said now. */
const OLDER: Readonly<Record<string, string>> = { local_ref: 'ref', installer: 'service' };

export function isIpcDefinition(content: Data): boolean {
  return KINDS.some((kind) => isRecord(content[kind]));
}

export function readIpcDefinition(reading: BundleReading): Bundle | undefined {
  const { content, check, origin, file, isRemote, instruction } = reading;
  check.onlyKnown(content, [], [...KINDS, '_meta']);
  const kind = KINDS.find((each) => isRecord(content[each]))!;
  const given = withoutNulls(modern(content[kind] as Data));
  const definition = check.read(given, [kind], DEFINITION);
  if (!definition) return undefined;
  const { service, base } = definition;
  const name = definition.ref ?? basename(file).replace(/\.ya?ml$/i, '');
  const at = (...path: PropertyKey[]) => origin([kind, ...path]);
  const own: BundleModule[] = service?.command
    ? [
        {
          module: name,
          source: service.source,
          config: {},
          service: { command: service.command },
          startedBy: at('service'),
          origin: at('service'),
        },
      ]
    : [];
  return {
    name,
    version: definition.version,
    description: definition.description ?? '',
    file,
    root: dirname(file),
    isRemote,
    includes: includesOf(definition.behaviors, (step) => at('behaviors', step)),
    session: {
      ...part('orchestrator', definition.orchestrator, at),
      ...part('context', definition.context_manager, at),
      more: {},
    },
    providers: [],
    // What a service offers is known when it is asked; it composes as one that brings tools.
    tools: own,
    hooks: [],
    components: [
      ...componentsOf(definition.config, own, (key) => at('config', key)),
      ...componentsOf(definition.component_config, own, (key) => at('component_config', key)),
    ],
    agents: { roster: 'none', inline: kind === 'agent' ? [agentOf(name, definition.description, at())] : [] },
    context: base === undefined ? [] : [{ path: base, origin: at('base') }],
    spawn: {},
    ...(definition.provider !== undefined && { provider: componentName(definition.provider) }),
    instruction,
  };
}

/** Work is given to it by its `ref`. What it is to do stands in its `base` and in what it composes. */
function agentOf(name: string, description: string | undefined, origin: BundleAgent['origin']): BundleAgent {
  const frontmatter = description === undefined ? {} : { description };
  const { file } = origin;
  return {
    name,
    namespace: name,
    file,
    inline: { frontmatter, instruction: '' },
    isDefinition: true,
    origin,
  };
}

function modern(given: Data): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      const now = OLDER[key];
      return [now === undefined || now in given ? key : now, value];
    }),
  );
}

function withoutNulls(given: Data): Data {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function part(
  key: 'orchestrator' | 'context',
  name: string | undefined,
  at: (path: string) => BundleModule['origin'],
): { [Key in typeof key]?: BundleModule } {
  if (name === undefined) return {};
  return { [key]: { module: name, config: {}, origin: at(key === 'context' ? 'context_manager' : key) } };
}

/** `providers:anthropic` is the component `anthropic`. */
function componentName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

type Behaviors = z.infer<typeof Definition>['behaviors'];

function includesOf(
  behaviors: Behaviors,
  at: (step: PropertyKey) => BundleInclude['origin'],
): BundleInclude[] {
  if (behaviors === undefined) return [];
  const entries = Array.isArray(behaviors) ? behaviors : [behaviors];
  return entries.flatMap((each, index): BundleInclude[] => {
    if (typeof each === 'string') return [{ uri: each, origin: at(index) }];
    const step = (alias: string) => (Array.isArray(behaviors) ? index : alias);
    return Object.entries(each).map(([alias, uri]) => ({ uri, alias, origin: at(step(alias)) }));
  });
}

/** `service:component` goes to that service, a bare name to the definition's own, or to whoever has it. */
function componentsOf(
  config: z.infer<typeof Config> | undefined,
  own: readonly BundleModule[],
  at: (key: string) => ComponentConfig['origin'],
): ComponentConfig[] {
  return Object.entries(config ?? {}).map(([key, value]) => {
    const [component, service = own[0]?.module] = key.split(':', 2).reverse() as [string, string?];
    return { ...(service !== undefined && { service }), component, config: value, origin: at(key) };
  });
}
