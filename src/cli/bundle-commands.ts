/** `patchbay bundle list|show|use|clear|current|add|remove`. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import { mentionPlaces } from '../definitions/agents/agent-places.ts';
import { loadNamedBundle } from '../definitions/bundles/active-bundle.ts';
import type { BundleSource } from '../definitions/bundles/bundle-places.ts';
import {
  type BundleLine,
  bundleLines,
  effectiveBundle,
  effectiveBundleText,
} from '../definitions/bundles/bundle-report.ts';
import { moduleFaults, type Surroundings } from '../definitions/compose.ts';
import { type Definitions, loadDefinitions } from '../definitions/definitions.ts';
import { type Diagnostic, diagnosticText, isError } from '../definitions/diagnostic.ts';
import { homeSettingsFile, layerOf } from '../definitions/settings.ts';
import { isAddress } from '../definitions/sources/address.ts';
import { addBundle, chooseBundle, removeBundle } from '../host/bundle-choice.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { EXIT } from './exit-codes.ts';

interface Where {
  readonly cwd: string;
}
interface Written extends Where {
  /** Into the folder's settings instead of the person's own. */
  readonly project: boolean;
}

const HEADINGS: Readonly<Record<BundleSource, string>> = {
  project: 'Of this project',
  user: 'Yours',
  added: 'Added',
  shipped: 'Shipped',
};

/** Grouped by source, the one in use marked. */
export async function listBundles(
  around: Surroundings,
  options: Where & { readonly json: boolean },
): Promise<void> {
  const { bundle } = await load(around, options);
  report(bundle.diagnostics);
  const lines = await bundleLines(bundle);
  if (options.json) {
    for (const line of lines) print(JSON.stringify(line));
    return;
  }
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  const groups = Object.entries(HEADINGS).map(([source, heading]) => {
    const own = lines.filter((line) => line.source === source);
    return own.length === 0 ? '' : [heading, ...own.map((line) => lineText(line, width))].join('\n');
  });
  print(groups.filter((group) => group !== '').join('\n\n'));
}

/**
 * What a bundle is with all it includes, as YAML; gives the exit code.
 * @throws PatchbayError `config` when there is none of that name
 */
export async function showBundle(
  around: Surroundings,
  uri: string | undefined,
  options: Where & { readonly json: boolean },
): Promise<number> {
  const { parts, bundles, diagnostics } = await named(around, uri, options);
  report(diagnostics);
  if (options.json) print(JSON.stringify(effectiveBundle(parts, bundles)));
  else stdout.write(effectiveBundleText(parts, bundles));
  return diagnostics.some(isError) ? EXIT.failed : EXIT.done;
}

/** @throws PatchbayError `config` when there is no such bundle, or the settings cannot be read. */
export async function useBundle(around: Surroundings, uri: string, options: Written): Promise<void> {
  const { parts, diagnostics } = await named(around, uri, options);
  report(diagnostics);
  const file = settingsFile(around, options);
  await chooseBundle(file, writtenUri(uri, await knownNames(around, options), options));
  print(`${parts.name} is the bundle in use now (${file}).`);
  const after = await load(around, options);
  if (after.bundle.parts?.file !== parts.file) {
    stderr.write(`In this folder "${after.bundle.parts?.name}" still counts: its own settings name it.\n`);
  }
}

/** @throws PatchbayError `config` when the settings cannot be read. */
export async function clearBundle(around: Surroundings, options: Written): Promise<void> {
  await chooseBundle(settingsFile(around, options), undefined);
  await currentBundle(around, options);
}

/** Its name, its file, and which setting says so. */
export async function currentBundle(around: Surroundings, options: Where): Promise<void> {
  const { bundle, loaded } = await load(around, options);
  report(bundle.diagnostics);
  const layer = layerOf(loaded, ['bundle', 'active']);
  const line = layer?.placeOf(['bundle', 'active']).line;
  const by = layer
    ? `chosen in ${layer.file ?? 'the settings'}${line === undefined ? '' : `:${line}`}`
    : 'by default';
  print(bundle.parts ? `${bundle.parts.name} (${bundle.parts.file}), ${by}` : `none, ${by}`);
}

/** @throws PatchbayError `config` when it cannot be read: nothing is written. */
export async function addBundleNamed(
  around: Surroundings,
  uri: string,
  options: Written & { readonly name?: string; readonly app: boolean },
): Promise<void> {
  const { parts, diagnostics } = await named(around, uri, options);
  report(diagnostics);
  const name = options.name ?? parts.name;
  const file = settingsFile(around, options);
  await addBundle(file, name, writtenUri(uri, [], options), options.app);
  const over = options.app ? ' and laid over every bundle in use' : '';
  print(`${name} is known now${over} (${file}).`);
}

/** @throws PatchbayError `config` when the settings do not name it. */
export async function removeBundleNamed(around: Surroundings, name: string, options: Written): Promise<void> {
  const file = settingsFile(around, options);
  if (!(await removeBundle(file, name))) {
    throw new PatchbayError('config', `${file} has no bundle "${name}".`, {
      remedy: 'Only what was added can be removed; --project means the settings of the folder.',
    });
  }
  print(`${name} is not known any more (${file}).`);
  const { bundle } = await load(around, options);
  report(bundle.diagnostics);
}

/** What a bundle named by its name, path or address is; the one in use when none is named. */
async function named(around: Surroundings, uri: string | undefined, options: Where) {
  const definitions = await load(around, options);
  const request = requestOf(around, options);
  const loaded =
    uri === undefined ? definitions.bundle : await loadNamedBundle(uri, definitions.loaded, request);
  const { parts, bundles, diagnostics } = loaded;
  if (parts) {
    const faults = await moduleFaults(parts, around, {
      cwd: resolve(options.cwd),
      settings: definitions.written.settings,
      mentions: { ...mentionPlaces(definitions.places), bundleFolder: (name) => loaded.namespaces.get(name) },
    });
    return { parts, bundles, diagnostics: [...diagnostics, ...faults] };
  }
  const [first] = diagnostics.filter(isError);
  const message =
    first && first.file !== request.cwd ? diagnosticText({ ...first, remedy: '' }).trim() : first?.message;
  throw new PatchbayError('config', message ?? 'There is no bundle.', { remedy: first?.remedy });
}

async function knownNames(around: Surroundings, options: Where): Promise<string[]> {
  return (await load(around, options)).bundle.known.map(({ name }) => name);
}

function load(around: Surroundings, { cwd }: Where): Promise<Definitions> {
  return loadDefinitions(around, { cwd: resolve(cwd), trusted: true, overrides: {} });
}

function requestOf({ home, productFolder, resolveSource }: Surroundings, { cwd }: Where) {
  return { home, productFolder, cwd: resolve(cwd), trusted: true, resolve: resolveSource };
}

function settingsFile({ home }: Surroundings, { cwd, project }: Written): string {
  return project ? join(resolve(cwd), '.amplifier', 'settings.yaml') : homeSettingsFile(home);
}

/** A path in the person's own settings counts in every folder; in the folder's it moves with the folder. */
function writtenUri(uri: string, names: readonly string[], { cwd, project }: Written): string {
  if (names.includes(uri) || isAddress(uri) || /^[^\\/]{2,}:[^\\/]/.test(uri)) return uri;
  const path = resolve(cwd, uri);
  const inside = relative(resolve(cwd), path);
  const isInside = !isAbsolute(inside) && !inside.startsWith('..');
  return project && isInside ? `./${inside.replaceAll('\\', '/')}` : path;
}

function lineText({ name, description, isActive, shadows, uri, source }: BundleLine, width: number): string {
  const about = description === '' && source === 'added' ? uri : description;
  const more = shadows.length === 0 ? '' : ` (shadows ${shadows.join(', ')})`;
  return `${isActive ? '*' : ' '} ${name.padEnd(width)}  ${about}${more}`;
}

function report(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
}

function print(line: string): void {
  stdout.write(`${line}\n`);
}
