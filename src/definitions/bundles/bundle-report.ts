/** Bundles as a person reads them: which there are, and what one is with all it includes. */
import { stringify } from 'yaml';
import { redactDeep } from '../../protocol/redact.ts';
import { isAddress } from '../sources/address.ts';
import type { LoadedBundle } from './active-bundle.ts';
import type { BundleModule, BundleParts, Origin } from './bundle.ts';
import { readKnownBundle } from './bundle-cache.ts';
import { BUNDLE_SOURCES, type BundleSource, type KnownBundle } from './bundle-places.ts';

export interface BundleLine {
  readonly name: string;
  readonly source: BundleSource;
  /** Absolute path, or the address as it was added. */
  readonly uri: string;
  /** Empty for one that was not fetched or cannot be read. */
  readonly description: string;
  readonly isActive: boolean;
  /** Of bundles of the same name that are not used. */
  readonly shadows: readonly string[];
}

/** Every bundle that has a name, by where it comes from. */
export async function bundleLines({ known, parts }: LoadedBundle): Promise<BundleLine[]> {
  const first = known.filter((each, index) => known.findIndex(({ name }) => name === each.name) === index);
  const lines = await Promise.all(
    first.map(
      async (each): Promise<BundleLine> => ({
        ...each,
        description: await descriptionOf(each),
        isActive: parts !== undefined && (parts.file === each.uri || parts.name === each.name),
        shadows: known.filter((other) => other.name === each.name && other !== each).map(({ uri }) => uri),
      }),
    ),
  );
  return lines.toSorted((a, b) => BUNDLE_SOURCES.indexOf(a.source) - BUNDLE_SOURCES.indexOf(b.source));
}

async function descriptionOf({ uri }: KnownBundle): Promise<string> {
  if (isAddress(uri)) return '';
  const { bundle } = await readKnownBundle(uri, false);
  return bundle?.description.split('\n', 1)[0] ?? '';
}

/** Plain data, in the order in which it is to be read; secrets are masked. */
export function effectiveBundle(
  parts: BundleParts,
  bundles: LoadedBundle['bundles'],
): Record<string, unknown> {
  const { orchestrator, context: manager, more } = parts.session;
  const lists = Object.fromEntries(
    (['providers', 'tools', 'hooks'] as const)
      .filter((key) => parts[key].length > 0)
      .map((key) => [key, parts[key].map(shownModule)]),
  );
  const whole = {
    name: parts.name,
    version: parts.version,
    description: parts.description,
    file: parts.file,
    includes: bundles.filter(({ file }) => file !== parts.file).map(({ name, file }) => ({ name, file })),
    session: {
      ...(orchestrator && { orchestrator: shownModule(orchestrator) }),
      ...(manager && { context: shownModule(manager) }),
      ...more,
    },
    provider: parts.provider,
    ...lists,
    components: parts.components.map(({ service, component, config, origin }) => ({
      component: service === undefined ? component : `${service}:${component}`,
      config,
      from: placeText(origin),
    })),
    agents: parts.agents.map(({ name, namespace, file }) => ({ name: `${namespace}:${name}`, file })),
    context: parts.context.map(({ key, file }) => ({ name: key, file })),
    spawn: parts.spawn,
    instruction: parts.instruction,
  };
  return redactDeep(Object.fromEntries(Object.entries(whole).filter(([, value]) => !isEmpty(value))));
}

/** The same as YAML, for people. */
export function effectiveBundleText(parts: BundleParts, bundles: LoadedBundle['bundles']): string {
  return stringify(effectiveBundle(parts, bundles), { lineWidth: 0 });
}

function shownModule({ module, id, source, config, service, origin }: BundleModule) {
  return {
    module,
    ...(id !== undefined && { id }),
    ...(source !== undefined && { source }),
    ...(service && { service: JSON.parse(JSON.stringify(service)) as unknown }),
    ...(Object.keys(config).length > 0 && { config }),
    from: placeText(origin),
  };
}

function placeText({ file, line }: Origin): string {
  return line === undefined ? file : `${file}:${line}`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
