/** Bundles laid over one another (DL-13). Pure. */
import { isRecord } from '../../protocol/reading.ts';
import type { BundleModule, BundleParts, BundleSession, Data } from './bundle.ts';

/** @param below what is included, or composed first; `above` has the last word. */
export function mergeBundles(below: BundleParts, above: BundleParts): BundleParts {
  return {
    name: above.name,
    version: above.version,
    description: above.description,
    file: above.file,
    session: mergeSessions(below.session, above.session),
    providers: mergeModules(below.providers, above.providers),
    tools: mergeModules(below.tools, above.tools),
    hooks: mergeModules(below.hooks, above.hooks),
    components: [...below.components, ...above.components],
    agents: byKey([...below.agents, ...above.agents], ({ name }) => name),
    context: byKey([...below.context, ...above.context], ({ key }) => key),
    spawn: joinDeep(below.spawn, above.spawn),
    provider: above.provider ?? below.provider,
    ...instructionOf(above.instruction.trim() === '' ? below : above),
  };
}

function instructionOf({ instruction, instructionFrom }: BundleParts) {
  return { instruction, ...(instructionFrom && { instructionFrom }) };
}

/** Maps merge key by key, lists are joined without repeating anything, any other value above wins. */
export function joinDeep<T extends object>(below: T, above: T): T {
  const joined = { ...below } as Record<string, unknown>;
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined || key === '__proto__') continue;
    const old = joined[key];
    if (isRecord(old) && isRecord(value)) joined[key] = joinDeep(old, value);
    else if (Array.isArray(old) && Array.isArray(value)) joined[key] = joinedList(old, value);
    else joined[key] = value;
  }
  return joined as T;
}

/** By `id`, else by module; what is there already keeps its place. */
export function mergeModules(
  below: readonly BundleModule[],
  above: readonly BundleModule[],
): readonly BundleModule[] {
  const merged = new Map<string, BundleModule>();
  for (const each of [...below, ...above]) {
    const key = each.id ?? each.module;
    const old = merged.get(key);
    merged.set(key, old ? mergeModule(old, each) : each);
  }
  return [...merged.values()];
}

function mergeModule(below: BundleModule, above: BundleModule): BundleModule {
  // What was fetched stays what it is, whoever adds to it.
  const isRemote = below.origin.isRemote || above.origin.isRemote;
  const config = joinDeep<Data>(below.config, above.config);
  return { ...below, ...above, config, origin: { ...above.origin, isRemote } };
}

function mergeSessions(below: BundleSession, above: BundleSession): BundleSession {
  const orchestrator = mergePart(below.orchestrator, above.orchestrator);
  const context = mergePart(below.context, above.context);
  return {
    ...(orchestrator && { orchestrator }),
    ...(context && { context }),
    more: joinDeep(below.more, above.more),
  };
}

function mergePart(
  below: BundleModule | undefined,
  above: BundleModule | undefined,
): BundleModule | undefined {
  if (!below || !above) return above ?? below;
  // Another module is not started the way the one below is; what that was configured with stays, as in the reference.
  const { service, startedBy: _by, ...rest } = below;
  return mergeModule(above.module === below.module && service ? below : rest, above);
}

/** The last one of a key, at the place of the first. */
function byKey<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function joinedList(below: readonly unknown[], above: readonly unknown[]): unknown[] {
  const known = new Set<string>();
  return [...below, ...above].filter((each) => {
    const text = JSON.stringify(each);
    if (known.has(text)) return false;
    known.add(text);
    return true;
  });
}
