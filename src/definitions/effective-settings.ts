/** Every setting that counts, with its value and the place that says so (DL-15). Secrets are masked. */

import { isRecord } from '../protocol/reading.ts';
import { redactDeep } from '../protocol/redact.ts';
import type { BundleModule } from './bundles/bundle.ts';
import { providerName, withBundleSettings } from './bundles/bundle-settings.ts';
import type { Definitions } from './definitions.ts';
import { type Environment, shellEnvironment } from './environment.ts';
import { expandVariables } from './expand-variables.ts';
import { layerOf, PATH_LISTS } from './settings.ts';
import type { Settings } from './settings-schema.ts';

export interface SettingLine {
  /** Keys from the top, as in `routing.matrix`. */
  readonly key: string;
  readonly value: unknown;
  /** Whoever says so, the last word first; several for lists that join. */
  readonly from: readonly SettingOrigin[];
}

export interface SettingOrigin {
  /** Absent: settings of the editor, or options of the command. */
  readonly file?: string;
  readonly line?: number;
}

export function effectiveSettings(definitions: Definitions, environment: Environment): SettingLine[] {
  const { written, bundle } = definitions;
  const shown = maskedEnvironment(environment);
  const { settings: all } = bundle.parts ? withBundleSettings(bundle.parts, written, shown) : written;
  const settings = filled(all, shown);
  // Masked as a whole: what a value is may depend on its key.
  return leaves(redactDeep(settings), []).map(([path, value]) => ({
    key: path.join('.'),
    value,
    from: originsOf(path, definitions),
  }));
}

/** The values that services get of the environment (variables.ts), without what only a sidecar has. */
function filled(settings: Settings, environment: Environment): Settings {
  const { providers, services } = settings;
  const started = Object.entries(services ?? {}).map(([name, service]) => {
    const { env, config, url } = service as { env?: unknown; config?: unknown; url?: unknown };
    const given = Object.entries({ env, config, url }).filter(([, value]) => value !== undefined);
    return [name, { ...service, ...expandVariables(Object.fromEntries(given), environment) }] as const;
  });
  return {
    ...settings,
    ...(providers && { providers: expandVariables(providers, environment) }),
    ...(services && { services: Object.fromEntries(started) as Settings['services'] }),
  };
}

/** One line for each: `key: value  # file:line`. */
export function settingText({ key, value, from }: SettingLine): string {
  const places = from.map(({ file, line }) => {
    if (file === undefined) return "the editor's settings or options of the command";
    return line === undefined ? file : `${file}:${line}`;
  });
  return `${key}: ${JSON.stringify(value)}  # ${places.join(', ')}`;
}

function leaves(value: unknown, path: readonly string[]): [readonly string[], unknown][] {
  if (value === undefined) return [];
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (entries.length === 0) return path.length === 0 ? [] : [[path, value]];
  return entries.flatMap(([key, each]) => leaves(each, [...path, key]));
}

function originsOf(path: readonly string[], { written, bundle }: Definitions): SettingOrigin[] {
  const joins = path.length === 1 && PATH_LISTS.some((key) => key === path[0]);
  const layers = joins
    ? written.layers.filter(({ value }) => value[path[0]!] !== undefined).toReversed()
    : [layerOf(written, path)].filter((layer) => layer !== undefined);
  const found = layers.map(({ file, placeOf }): SettingOrigin => {
    const { line } = placeOf(path);
    return { ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
  });
  if (found.length > 0 || !bundle.parts) return found;
  const origin = providerOf(path, bundle.parts.providers)?.origin;
  return [
    { file: origin?.file ?? bundle.parts.file, ...(origin?.line !== undefined && { line: origin.line }) },
  ];
}

function providerOf(path: readonly string[], providers: readonly BundleModule[]): BundleModule | undefined {
  return path[0] === 'providers' ? providers.find((each) => providerName(each) === path[1]) : undefined;
}

/** Variables that look like secrets are named, not shown. */
function maskedEnvironment(environment: Environment): Environment {
  const open = shellEnvironment(environment);
  const masked = Object.keys(environment).map((name) => [name, open[name] ?? `[REDACTED:${name}]`] as const);
  return Object.fromEntries(masked);
}
