/**
 * Settings in layers: `~/.amplifier/settings.yaml` < `.amplifier/settings.yaml` <
 * `.amplifier/settings.local.yaml` < the editor's. Maps merge deep, lists replace (DL-15).
 */
import { join } from 'node:path';
import { isRecord } from '../protocol/reading.ts';
import type { Diagnostic } from './diagnostic.ts';
import { Settings } from './settings-schema.ts';
import { type ReadResult, readYamlFile } from './yaml-file.ts';

export interface SettingsSource {
  readonly home: string;
  readonly cwd: string;
  /** False in an untrusted folder: its files are not even read (design §8). */
  readonly trusted: boolean;
  /** The editor's settings or a command's options: the last layer. */
  readonly overrides: Settings;
}

export interface LoadedSettings {
  readonly settings: Settings;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that took part, lowest first. */
  readonly files: readonly string[];
  /** The file that has the last word on each of the person's services; none for what the overrides bring. */
  readonly serviceFiles: ReadonlyMap<string, string>;
  /** What was merged, lowest first. */
  readonly layers: readonly SettingsLayer[];
}

export interface SettingsLayer {
  /** Undefined for the overrides. */
  readonly file: string | undefined;
  readonly value: Settings;
  readonly place?: ReadResult<Settings>['place'];
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
  const layers = await Promise.all(files.map((file) => readYamlFile(file, Settings)));
  const present = layers.flatMap(({ value }, index) => (value === undefined ? [] : [files[index]!]));
  const merged = [...layers.map(({ value }) => value ?? {}), overrides].reduce<Record<string, unknown>>(
    (below, above) => mergeDeep(below, above),
    {},
  );
  return {
    settings: merged as Settings,
    diagnostics: layers.flatMap(({ diagnostics }) => diagnostics),
    files: present,
    layers: [
      ...layers.flatMap(({ value, place }, index) =>
        value === undefined ? [] : [{ file: files[index]!, value, place }],
      ),
      { file: undefined, value: overrides },
    ],
    serviceFiles: new Map(
      layers.flatMap(({ value }, index) =>
        Object.keys(value?.services ?? {}).map((name) => [name, files[index]!] as const),
      ),
    ),
  };
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
