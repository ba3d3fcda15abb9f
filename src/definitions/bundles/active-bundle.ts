/** The bundle in use with all it includes, as one: what the settings name, else the default one (DL-10…13). */
import type { PlacedFile } from '../agents/agent-places.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type LoadedSettings, layerOf } from '../settings.ts';
import type { SourceResolver } from '../sources/source.ts';
import type { Bundle, BundleInclude, BundleParts } from './bundle.ts';
import { bundledAgents } from './bundle-agents.ts';
import { readKnownBundle } from './bundle-cache.ts';
import { bundleContent } from './bundle-content.ts';
import { type BundlePlaces, type KnownBundle, knownBundles, registeredAgentFiles } from './bundle-places.ts';
import { type BundleTree, loadBundleTree } from './bundle-tree.ts';
import { mergeBundles } from './merge.ts';

/** What is in use when the settings name none; it is there to be read and included. */
export const DEFAULT_BUNDLE = 'default';

export interface BundlesRequest extends Omit<BundlePlaces, 'added'> {
  readonly resolve: SourceResolver;
  /** The file of one more bundle, laid over all others: the definition of the agent that works. */
  readonly over?: string | undefined;
}

export interface LoadedBundle {
  /** Undefined when it cannot be read, or there is none. */
  readonly parts: BundleParts | undefined;
  /** Every bundle that takes part, lowest first. */
  readonly bundles: BundleTree['bundles'];
  readonly known: readonly KnownBundle[];
  /** Their folders by namespace. */
  readonly namespaces: BundleTree['namespaces'];
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws. */
export async function loadActiveBundle(
  loaded: LoadedSettings,
  request: BundlesRequest,
): Promise<LoadedBundle> {
  const { active, app = [] } = loaded.settings.bundle ?? {};
  const { over } = request;
  const named = [
    ...(active === undefined ? [] : [{ uri: active, path: ['bundle', 'active'] }]),
    ...app.map((uri) => ({ uri, path: ['bundle', 'app'] })),
  ];
  const start = named.map(({ uri, path }) => ({ uri, origin: settingOrigin(loaded, path) }));
  const last = over === undefined ? [] : [{ uri: over, origin: { file: over, isRemote: false } }];
  return load(loaded, request, [...start, ...last], active === undefined);
}

/** Another bundle than the one in use, alone. */
export async function loadNamedBundle(
  uri: string,
  loaded: LoadedSettings,
  request: BundlesRequest,
): Promise<LoadedBundle> {
  return load(loaded, request, [{ uri, origin: { file: request.cwd, isRemote: false } }], false);
}

async function load(
  { settings }: LoadedSettings,
  request: BundlesRequest,
  named: readonly BundleInclude[],
  withDefault: boolean,
): Promise<LoadedBundle> {
  const { bundles: known, diagnostics } = await knownBundles({
    ...request,
    added: settings.bundle?.added ?? {},
  });
  const shipped = known.find(({ name }) => withDefault && name === DEFAULT_BUNDLE);
  const byDefault = shipped ? [{ uri: shipped.name, origin: { file: shipped.uri, isRemote: false } }] : [];
  const start = [...byDefault, ...named];
  const tree = await loadBundleTree(start, { ...request, known });
  const contents = await Promise.all(tree.bundles.map((bundle) => bundleContent(bundle, tree.namespaces)));
  const [first, ...others] = contents.map(({ parts }) => parts);
  const merged = first && others.reduce(mergeBundles, first);
  // Those that are laid over it leave it its name.
  const main = tree.bundles.find(({ file }) => file === tree.starts[0]);
  return {
    parts: merged && main ? { ...merged, ...identity(main) } : merged,
    bundles: tree.bundles,
    known,
    namespaces: tree.namespaces,
    diagnostics: [...diagnostics, ...tree.diagnostics, ...contents.flatMap((each) => each.diagnostics)],
  };
}

function identity({ name, version, description, file }: Bundle) {
  return { name, version, description, file };
}

/** In order of precedence: those of the bundle, then the registered ones that are no part of it. */
export async function agentsOfBundle(
  { parts, bundles, diagnostics: told }: LoadedBundle,
  home: string,
): Promise<{ files: PlacedFile[]; diagnostics: Diagnostic[] }> {
  const known = new Set([...bundles, ...told].map(({ file }) => file));
  const others = (await registeredAgentFiles(home)).filter((file) => !known.has(file));
  const reads = await Promise.all(others.map((file) => readKnownBundle(file, false)));
  const registered = reads.flatMap(({ bundle }) => bundle?.agents.inline ?? []);
  return {
    files: [
      ...(await bundledAgents(parts?.agents ?? [])),
      ...(await bundledAgents(registered, 'registered')),
    ],
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
  };
}

function settingOrigin(loaded: LoadedSettings, path: readonly string[]): BundleInclude['origin'] {
  const layer = layerOf(loaded, path);
  return { file: layer?.file ?? 'the settings', ...layer?.placeOf(path), isRemote: false };
}
