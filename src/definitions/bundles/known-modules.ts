/** Which of our own services does what a module of Amplifier's does. Pure. */
import { nearestName } from '../agents/nearest-name.ts';
import type { ServiceSpec } from '../service-spec.ts';

export type ModuleKind = 'tools' | 'hooks' | 'providers' | 'orchestrator' | 'context';

/** Names that are none of ours by another spelling. */
const ALIASES: Readonly<Record<string, string>> = {
  'tool-filesystem': 'tools-files',
  'tool-file': 'tools-files',
  'tool-bash': 'tools-shell',
  'tool-delegate': 'tools-delegation',
  'tool-task': 'tools-delegation',
  'loop-basic': 'loop-streaming',
};
/** Done by the host itself: models by role, what is shown, what the system prompt says of the folder. */
const BY_THE_HOST = [
  'hooks-routing',
  'hooks-streaming-ui',
  'hooks-todo-display',
  'hooks-status-context',
  'hooks-session-naming',
];
const PREFIX: Readonly<Record<ModuleKind, readonly string[]>> = {
  tools: ['tool-', 'tools-'],
  hooks: ['hook-', 'hooks-'],
  providers: ['provider-'],
  orchestrator: ['loop-'],
  context: ['context-'],
};

export type KnownModule =
  | { readonly by: 'service'; readonly service: string; readonly components: readonly string[] }
  | { readonly by: 'host' }
  | { readonly by: 'nobody'; readonly nearest: string | undefined };

/** @param specs our own services; the keys of a service's configuration are its components. */
export function knownModule(name: string, kind: ModuleKind, specs: readonly ServiceSpec[]): KnownModule {
  const wanted = spelled(name);
  if (BY_THE_HOST.includes(wanted)) return { by: 'host' };
  const spec = specs.find((each) => names(wanted, kind).includes(each.name));
  if (spec) return { by: 'service', service: spec.name, components: Object.keys(spec.config) };
  for (const each of specs) {
    const component = Object.keys(each.config).find((key) => spelled(key) === wanted);
    if (component !== undefined) return { by: 'service', service: each.name, components: [component] };
  }
  const known = [...Object.keys(ALIASES), ...BY_THE_HOST, ...specs.map((each) => each.name)];
  return { by: 'nobody', nearest: nearestName(wanted, known) };
}

/** The component that a name of configuration means: `mode-tool` and `routing_hook` are spelled so in Amplifier. */
export function isComponent(key: string, component: string): boolean {
  const wanted = spelled(component);
  return [wanted, wanted.replace(/-(?:tool|hook)$/, '')].includes(spelled(key));
}

function names(wanted: string, kind: ModuleKind): string[] {
  // What its name says it is counts, whichever list it stands in.
  const family = Object.values(PREFIX).find((each) => each.some((prefix) => wanted.startsWith(prefix)));
  const prefixes = family ?? PREFIX[kind];
  const short = wanted.slice(prefixes.find((prefix) => wanted.startsWith(prefix))?.length ?? 0);
  const all = [wanted, ...prefixes.map((prefix) => `${prefix}${short}`)];
  return all.flatMap((each) => (Object.hasOwn(ALIASES, each) ? [each, ALIASES[each]!] : [each]));
}

/** `foundation:streaming` is the component `streaming`. */
function spelled(name: string): string {
  return name
    .slice(name.lastIndexOf(':') + 1)
    .toLowerCase()
    .replaceAll('_', '-');
}
