/**
 * `${VAR}` and `${VAR:default}` in what the settings say of providers and services (DL-15, AT-40 … AT-47): from the
 * sidecar of the file that has the placeholder, then from the environment, which is only read. What cannot be filled
 * is left out and noted; whoever needs it says so before it begins.
 */
import { PatchbayError } from '../protocol/errors.ts';
import type { NamedSecret } from '../protocol/known-secrets.ts';
import { isRecord } from '../protocol/reading.ts';
import { secretsOf } from '../protocol/secret-variables.ts';
import type { Environment } from './environment.ts';
import { type LoadedSettings, layerOf, type SettingsLayer } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import { readSidecar, type Sidecar, sidecarOf } from './sidecar.ts';

/** A placeholder that nothing fills. */
export interface MissingVariable {
  readonly scope: 'provider' | 'service';
  /** The provider's or the service's name. */
  readonly id: string;
  /** As it is written between the braces, without a default. */
  readonly variable: string;
  /** False: what is between the braces is no name of a variable. */
  readonly isName: boolean;
  /** `file:line:column`, or the settings that are in no file. */
  readonly origin: string;
  /** Where it can be written; none for settings that are in no file. */
  readonly sidecar: string | undefined;
}

export interface FilledSettings {
  /** With the values in it: for services, never to be shown or stored. */
  readonly settings: Settings;
  readonly missing: readonly MissingVariable[];
  /** What was filled in so far, or stands in a sidecar, and must not be seen. */
  secrets(): readonly NamedSecret[];
  /** A variable for the setting at a path, by the same rules. */
  variable(name: string, path: Path): string | undefined;
}

type Path = readonly (string | number)[];

/** What is filled of a service: its program is started as it is written, by a shell maybe. */
const OF_A_SERVICE = ['env', 'config', 'url'];
/** `$${` stands for a `${` that is none of ours. */
const PLACEHOLDER = /\$?\$\{([^}]*)\}/g;
const VARIABLE = /^([A-Za-z_]\w*)(?::([\s\S]*))?$/;
/** Left for a service to fill, call by call (AT-47). */
const PARAMETER = /^parameters\./;

/** Never throws. What is wrong with a sidecar is told by `loadDefinitions`. */
export async function fillVariables(
  loaded: LoadedSettings,
  environment: Environment,
): Promise<FilledSettings> {
  const sidecars = new Map<SettingsLayer, Sidecar>();
  for (const layer of loaded.layers) {
    // Also where no placeholder needs it: what a command shows of it must not be seen either.
    if (layer.file !== undefined) sidecars.set(layer, await readSidecar(sidecarOf(layer.file)));
  }
  const missing: MissingVariable[] = [];
  const fromEnvironment = new Map<string, string>();
  const lookUp = (name: string, path: Path) => {
    const beside = filled(sidecars.get(layerOf(loaded, path)!)?.values.get(name));
    if (beside !== undefined) return beside;
    const value = filled(environment[name]);
    if (value !== undefined) fromEnvironment.set(name, value);
    return value;
  };

  const fill = (text: string, path: Path, owner: Pick<MissingVariable, 'scope' | 'id'>) => {
    let isWhole = true;
    const result = text.replace(PLACEHOLDER, (whole, inner: string) => {
      if (whole.startsWith('$$')) return whole.slice(1);
      if (PARAMETER.test(inner)) return whole;
      const [, name, fallback] = VARIABLE.exec(inner) ?? [];
      const value = name === undefined ? undefined : (lookUp(name, path) ?? fallback);
      if (value !== undefined) return value;
      isWhole = false;
      missing.push({
        ...owner,
        variable: name ?? inner,
        isName: name !== undefined,
        ...origin(loaded, path),
      });
      return '';
    });
    // An empty default means that the setting is not made.
    return isWhole && (result !== '' || text === '') ? result : undefined;
  };

  const fillDeep = (value: unknown, path: Path, owner: Pick<MissingVariable, 'scope' | 'id'>): unknown => {
    if (typeof value === 'string') return fill(value, path, owner);
    if (Array.isArray(value))
      return value
        .map((each, index) => fillDeep(each, [...path, index], owner))
        .filter((each) => each !== undefined);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, fillDeep(each, [...path, key], owner)]);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  };

  const { providers, services } = loaded.settings;
  const filledProviders = mapValues(providers, (value, id) =>
    fillDeep(value, ['providers', id], { scope: 'provider', id }),
  );
  const filledServices = mapValues(services, (value, id) => ({
    ...value,
    ...mapValues(pick(value, OF_A_SERVICE), (each, key) =>
      fillDeep(each, ['services', id, key], { scope: 'service', id }),
    ),
  }));
  return {
    settings: {
      ...loaded.settings,
      ...(providers && { providers: filledProviders as Settings['providers'] }),
      ...(services && { services: filledServices as Settings['services'] }),
    },
    missing,
    secrets: () =>
      [fromEnvironment, ...[...sidecars.values()].map(({ values }) => values)]
        .flatMap((values) => [...values])
        .flatMap(([name, value]) => secretsOf(name, value)),
    variable: lookUp,
  };
}

/** Of one provider or service, as a service's spec has it. */
export function missingOf(
  missing: readonly MissingVariable[],
  scope: MissingVariable['scope'],
  id: string,
): { missing?: readonly MissingVariable[] } {
  const own = missing.filter((each) => each.scope === scope && each.id === id);
  return own.length === 0 ? {} : { missing: own };
}

/** What is missing as one error that names each, where it is asked for, and the remedy (AT-43). */
export function missingError(missing: readonly MissingVariable[], service?: string): PatchbayError {
  const { scope, id, sidecar } = missing[0]!;
  const names = [...new Set(missing.filter(({ isName }) => isName).map(({ variable }) => variable))];
  const odd = missing.filter(({ isName }) => !isName).map(({ variable }) => `\${${variable}}`);
  const parts = [
    names.length > 0 && `Missing: ${names.join(', ')}; define in shell or .ai-agent.env`,
    odd.length > 0 && `Unresolved: ${odd.join(', ')}; no name of a variable`,
  ].filter((part) => part !== false);
  const places = [...new Set(missing.map(({ origin: each }) => each))].join(', ');
  const write = sidecar === undefined ? 'Set it' : `Write ${names[0]}=… into ${sidecar}, or set it`;
  return new PatchbayError('config', `${parts.join('. ')} (${scope} "${id}", ${places}).`, {
    service,
    remedy:
      names.length > 0
        ? `${write} in the environment of the editor or terminal.`
        : // biome-ignore lint/suspicious/noTemplateCurlyInString: it shows how one is written
          'Write ${NAME} or ${NAME:default}, or $${ where nothing is to be filled in.',
  });
}

function origin(loaded: LoadedSettings, path: Path): Pick<MissingVariable, 'origin' | 'sidecar'> {
  const layer = layerOf(loaded, path);
  if (layer?.file === undefined)
    return { origin: 'the settings of the editor or command', sidecar: undefined };
  const { line, column } = layer.placeOf(path);
  const at = line === undefined ? layer.file : `${layer.file}:${line}:${column}`;
  return { origin: at, sidecar: sidecarOf(layer.file) };
}

/** Nobody means an empty variable: a shell has it where it was cleared. */
function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function mapValues<V>(
  from: Readonly<Record<string, V>> | undefined,
  change: (value: V, key: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(from ?? {}).map(([key, value]) => [key, change(value, key)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function pick(from: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
