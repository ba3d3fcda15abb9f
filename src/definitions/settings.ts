/**
 * Settings in layers: `~/.amplifier/settings.yaml` < `.amplifier/settings.yaml` <
 * `.amplifier/settings.local.yaml` < the editor's. Maps merge deep, lists replace, lists of paths join (DL-15).
 */
import { join } from 'node:path';
import { isRecord } from '../protocol/reading.ts';
import type { Diagnostic } from './diagnostic.ts';
import { Settings } from './settings-schema.ts';
import { readYamlFile } from './yaml-file.ts';

export interface SettingsSource {
  readonly home: string;
  readonly cwd: string;
  /** False in an untrusted folder: its files are not even read (design §8). */
  readonly trusted: boolean;
  /** The editor's settings or a command's options: the last layer. */
  readonly overrides: Settings;
}

/** What one place says. */
export interface SettingsLayer {
  /** Absent of the overrides: the editor's settings or a command's options. */
  readonly file: string | undefined;
  readonly value: Settings;
  /** Where a value stands in the file. */
  placeOf(path: readonly PropertyKey[]): Pick<Diagnostic, 'line' | 'column'>;
}

export interface LoadedSettings {
  readonly settings: Settings;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that took part, lowest first. */
  readonly files: readonly string[];
  /** Those and the overrides, lowest first. */
  readonly layers: readonly SettingsLayer[];
  /** The file that has the last word on each of the person's services; none for what the overrides bring. */
  readonly serviceFiles: ReadonlyMap<string, string>;
}

/** The person's own file, for all their folders. */
export function homeSettingsFile(home: string): string {
  return join(home, 'settings.yaml');
}

/** The folder's own, for all who work there and for this person. */
export function projectSettingsFiles(cwd: string): string[] {
  return [join(cwd, '.amplifier', 'settings.yaml'), join(cwd, '.amplifier', 'settings.local.yaml')];
}

/** Never throws: a file that is wrong is a diagnostic and counts as empty. */
export async function loadSettings({
  home,
  cwd,
  trusted,
  overrides,
}: SettingsSource): Promise<LoadedSettings> {
  const files = [homeSettingsFile(home), ...(trusted ? projectSettingsFiles(cwd) : [])];
  const reads = await Promise.all(files.map((file) => readYamlFile(file, Settings)));
  const written = reads.flatMap(({ value, placeOf }, index): SettingsLayer[] =>
    value === undefined || !placeOf ? [] : [{ file: files[index]!, value, placeOf }],
  );
  const layers = [...written, { file: undefined, value: overrides, placeOf: () => ({}) }];
  return {
    settings: layers.reduce<Settings>((below, { value }) => mergeSettings(below, value), {}),
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
    files: written.map(({ file }) => file!),
    layers,
    serviceFiles: new Map(
      written.flatMap(({ file, value }) =>
        Object.keys(value.services ?? {}).map((name) => [name, file!] as const),
      ),
    ),
  };
}

/** What each layer adds to, and none takes away from. */
export const PATH_LISTS = [
  'allowed_read_paths',
  'allowed_write_paths',
  'denied_read_paths',
  'denied_write_paths',
] as const;

/** One layer of settings over another. */
export function mergeSettings(below: Settings, above: Settings): Settings {
  const joined = PATH_LISTS.flatMap((key) => {
    const paths = [...new Set([...(below[key] ?? []), ...(above[key] ?? [])])];
    return paths.length > 0 ? [[key, paths] as const] : [];
  });
  return { ...(mergeDeep(below, above) as Settings), ...Object.fromEntries(joined) };
}

/** The same settings with one more layer, at a place from the lowest on. */
export function withLayer(loaded: LoadedSettings, layer: SettingsLayer, at: number): LoadedSettings {
  const layers = loaded.layers.toSpliced(at, 0, layer);
  const settings = layers.reduce<Settings>((below, { value }) => mergeSettings(below, value), {});
  return { ...loaded, settings, layers };
}

/** The layer that has the last word on a value; for lists of paths the last that adds to it. */
export function layerOf(
  { layers }: Pick<LoadedSettings, 'layers'>,
  path: readonly PropertyKey[],
): SettingsLayer | undefined {
  const says = (value: unknown) =>
    path.reduce<unknown>((at, key) => (hasKey(at, key) ? at[key as never] : undefined), value);
  return layers.findLast(({ value }) => says(value) !== undefined);
}

/** Maps merge key by key; anything else above replaces what is below; undefined above changes nothing. */
export function mergeDeep(
  below: Record<string, unknown>,
  above: Record<string, unknown>,
): Record<string, unknown> {
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined || key === '__proto__') continue;
    const old = merged[key];
    merged[key] = isRecord(old) && isRecord(value) ? mergeDeep(old, value) : value;
  }
  return merged;
}

function hasKey(value: unknown, key: PropertyKey): value is object {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
