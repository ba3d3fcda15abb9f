/** The bundle in use with all it includes, as one: what the settings name, else the default one (DL-10…13). */
import type { PlacedFile } from '../agents/agent-places.ts';
import { readText } from '../agents/read-text.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type LoadedSettings, layerOf } from '../settings.ts';
import type { SourceResolver } from '../sources/source.ts';
import { type Bundle, type BundleInclude, type BundleParts, placeOf } from './bundle.ts';
import { bundledAgents } from './bundle-agents.ts';
import { bundleContent } from './bundle-content.ts';
import { type BundlePlaces, type KnownBundle, knownBundles } from './bundle-places.ts';
import { type BundleTree, loadBundleTree } from './bundle-tree.ts';
import { mergeBundles } from './merge.ts';

/** What is in use when the settings name none; it is there to be read and included. */
export const DEFAULT_BUNDLE = 'default';

export interface BundlesRequest extends Omit<BundlePlaces, 'added'> {
  readonly resolve: SourceResolver;
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
  const named = [
    ...(active === undefined ? [] : [{ uri: active, path: ['bundle', 'active'] }]),
    ...app.map((uri) => ({ uri, path: ['bundle', 'app'] })),
  ];
  const start = named.map(({ uri, path }) => ({ uri, origin: settingOrigin(loaded, path) }));
  return load(loaded, request, start, active === undefined);
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

/** What of a bundle goes into the system prompt. */
export interface BundlePrompt {
  readonly name: string;
  readonly instruction: string;
  readonly context: readonly { readonly name: string; readonly text: string }[];
}

export async function bundlePrompt(
  parts: BundleParts,
): Promise<{ prompt: BundlePrompt; diagnostics: Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  const texts = await Promise.all(parts.context.map(({ file }) => readText(file, 'a context file')));
  const context = parts.context.flatMap((each, index) => {
    const text = texts[index]!;
    if (typeof text === 'string') return [{ name: each.key, text: text.trim() }];
    diagnostics.push({ ...text, ...placeOf(each), message: `"${each.key}" is not read: ${text.message}` });
    return [];
  });
  return { prompt: { name: parts.name, instruction: parts.instruction, context }, diagnostics };
}

export function agentsOfBundle({ parts }: LoadedBundle): Promise<PlacedFile[]> {
  return bundledAgents(parts?.agents ?? []);
}

function settingOrigin(loaded: LoadedSettings, path: readonly string[]): BundleInclude['origin'] {
  const layer = layerOf(loaded, path);
  return { file: layer?.file ?? 'the settings', ...layer?.placeOf(path), isRemote: false };
}
