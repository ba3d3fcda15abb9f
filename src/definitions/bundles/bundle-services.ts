/** From the modules of a bundle to services: ours configured, those it brings started (DL-10, DL-11). */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { platform } from 'node:process';
import { isRecord } from '../../protocol/reading.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Environment, pickEnvironment } from '../environment.ts';
import { expandVariables } from '../expand-variables.ts';
import { ownService } from '../own-services.ts';
import type { ServiceSpec } from '../service-spec.ts';
import { mergeDeep } from '../settings.ts';
import {
  type BundleModule,
  type BundleParts,
  type BundleService,
  type ComponentConfig,
  type Data,
  placeOf,
} from './bundle.ts';
import { providerName } from './bundle-settings.ts';
import { isComponent, knownModule, type ModuleKind } from './known-modules.ts';
import { joinDeep } from './merge.ts';
import type { OverriddenService } from './service-overrides.ts';

export interface BundleServicesOptions {
  readonly builtIns: readonly ServiceSpec[];
  readonly cwd: string;
  readonly home: string;
  readonly environment: Environment;
  /** How the person starts some of them, by name. */
  readonly overrides?: ReadonlyMap<string, OverriddenService>;
}

export interface BundleServices {
  /** In composition order: ours, then the bundle's; the loop and the context it chooses come last. */
  readonly services: readonly ServiceSpec[];
  readonly diagnostics: readonly Diagnostic[];
}

type Placed = BundleModule & { readonly kind: ModuleKind };

export async function bundleServices(
  parts: BundleParts,
  options: BundleServicesOptions,
): Promise<BundleServices> {
  const { builtIns } = options;
  const diagnostics: Diagnostic[] = [];
  const own = new Map<string, ServiceSpec>();
  const configs = new Map<string, Data>();
  const chosen: string[] = [];
  const configure = (service: string, component: string, config: Data) => {
    const key = `${service}:${component}`;
    configs.set(key, joinDeep<Data>(configs.get(key) ?? {}, config));
  };

  for (const each of modulesOf(parts)) {
    const name = each.id ?? each.module;
    const isPart = each.kind === 'orchestrator' || each.kind === 'context';
    if (each.service) {
      if (builtIns.some((spec) => spec.name === name)) {
        const message = `"${name}" is the name of a service of Patchbay's own, which a bundle cannot replace.`;
        diagnostics.push({ ...placeOf(each), message, remedy: 'Give the entry an id of its own.' });
        continue;
      }
      own.set(name, await startedService(name, each, options));
      if (isPart) chosen.push(name);
      continue;
    }
    const brought = serviceOf(each, own);
    if (isPart && brought !== undefined) {
      chosen.push(brought);
      continue;
    }
    const known = knownModule(each.module, each.kind, builtIns);
    if (known.by === 'host') continue;
    if (known.by === 'nobody') {
      diagnostics.push(unknownModule(each, known.nearest));
      continue;
    }
    if (isPart) chosen.push(known.service);
    // A provider's configuration is one of the settings.
    if (each.kind === 'providers') {
      diagnostics.push(...addressLeftOut(each, known.service, builtIns));
      continue;
    }
    const config = allowed(each, known.service, diagnostics, options.environment);
    for (const component of known.components) configure(known.service, component, config);
    if (known.components.length === 0 && Object.keys(config).length > 0) {
      const message = `"${each.module}" takes no configuration.`;
      diagnostics.push({ ...placeOf(each), severity: 'warning', message, remedy: 'Remove the config.' });
    }
  }
  for (const each of parts.components) {
    const target = targetOf(each, own, builtIns);
    if (target) {
      const config = allowed(each, target.service, diagnostics, options.environment);
      configure(target.service, target.component, config);
    } else diagnostics.push(unknownComponent(each));
  }

  const all = [...builtIns, ...own.values()].map((spec) => configured(spec, configs, own.has(spec.name)));
  const last = all.filter(({ name }) => chosen.includes(name));
  return { services: [...all.filter((spec) => !last.includes(spec)), ...last], diagnostics };
}

function modulesOf({ tools, hooks, providers, session }: BundleParts): Placed[] {
  const of = (kind: ModuleKind, modules: readonly (BundleModule | undefined)[]) =>
    modules.flatMap((each): Placed[] => (each ? [{ ...each, kind }] : []));
  return [
    ...of('tools', tools),
    ...of('hooks', hooks),
    ...of('providers', providers),
    ...of('orchestrator', [session.orchestrator]),
    ...of('context', [session.context]),
  ];
}

/** `foundation:streaming` is of the bundle's service `foundation`. */
function serviceOf({ module }: BundleModule, own: ReadonlyMap<string, ServiceSpec>): string | undefined {
  return [module, module.split(':', 1)[0]!].find((name) => own.has(name));
}

async function startedService(
  name: string,
  { service, config, origin, startedBy = origin }: BundleModule,
  { cwd, home, environment, overrides }: BundleServicesOptions,
): Promise<ServiceSpec> {
  const known = knownTo({ origin }, environment);
  const override = overrides?.get(name);
  const given = expandVariables({ ...(override ? startedAs(service!, override) : service!), config }, known);
  const place = {
    cwd,
    home,
    environment: known,
    base: override?.base ?? dirname(startedBy.file),
    origin: override?.origin ?? startedBy.file,
    writtenEnv: 'env' in service! ? service.env : undefined,
    variable: (variable: string) => known[variable],
  };
  const spec = ownService(name, given, place);
  if (override || spec.isolation !== 'process' || spec.python) return spec;
  const [program, ...args] = spec.command;
  return { ...spec, command: [(await installed(home, startedBy.file, program!)) ?? program!, ...args] };
}

/** Whatever started it before; what it is given stays. */
function startedAs(service: BundleService, { command, cwd }: OverriddenService): BundleService {
  const { gates, on_failure } = service;
  return { command: [...command], cwd, gates, on_failure, ...('env' in service && { env: service.env }) };
}

/** A program that was installed for a definition of amplifier-ipc's, in the environment of its name. */
async function installed(home: string, file: string, program: string): Promise<string | undefined> {
  const definition = file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, '');
  const folder = join(home, 'environments', definition, platform === 'win32' ? 'Scripts' : 'bin');
  const path = join(folder, platform === 'win32' && !/\.exe$/i.test(program) ? `${program}.exe` : program);
  return (await stat(path).catch(() => undefined))?.isFile() ? path : undefined;
}

/** Hold the person's rules; no bundle has a say in them. */
const GUARDS = ['hook-approval', 'hook-redaction'];
/** What a bundle from elsewhere may not open. */
const OPENING = ['allowed_read_paths', 'allowed_write_paths'];

/** What a bundle may configure a service with, variables filled in; what it may not is told. */
function allowed(
  each: Pick<BundleModule, 'config' | 'origin'>,
  service: string,
  diagnostics: Diagnostic[],
  environment: Environment,
): Data {
  const refused = Object.keys(each.config).filter(
    (key) => GUARDS.includes(service) || (each.origin.isRemote && OPENING.includes(key)),
  );
  if (refused.length > 0) {
    const message = `A bundle cannot set ${refused.map((key) => `"${key}"`).join(', ')} of ${service}.`;
    const remedy = 'Write it into your own settings.';
    diagnostics.push({ ...placeOf(each), severity: 'warning', message, remedy });
  }
  const rest = Object.entries(each.config).filter(([key]) => !refused.includes(key));
  return expandVariables(Object.fromEntries(rest), knownTo(each, environment));
}

/** A bundle from elsewhere does not say where the person's keys are sent; nothing is lost where they say so themselves. */
function addressLeftOut(each: BundleModule, service: string, builtIns: readonly ServiceSpec[]): Diagnostic[] {
  const { base_url: address } = each.config;
  if (!each.origin.isRemote || address === undefined) return [];
  const name = providerName(each);
  const own = builtIns.find((spec) => spec.name === service)?.config[name];
  if (isRecord(own) && own.base_url !== undefined) return [];
  const message = `The base_url "${String(address)}" of "${each.module}" is left out: a fetched bundle does not say where your key is sent.`;
  const remedy = `If it is to be asked there, write providers: { ${name}: { base_url: … } } into your own settings.`;
  return [{ ...placeOf(each), severity: 'warning', message, remedy }];
}

/** What a bundle from elsewhere may know of the environment has no secrets in it. */
function knownTo({ origin }: Pick<BundleModule, 'origin'>, environment: Environment): Environment {
  return origin.isRemote ? pickEnvironment(environment) : environment;
}

function targetOf(
  { service, component }: ComponentConfig,
  own: ReadonlyMap<string, ServiceSpec>,
  builtIns: readonly ServiceSpec[],
): { service: string; component: string } | undefined {
  if (service !== undefined && own.has(service)) return { service, component };
  for (const spec of builtIns) {
    const key = Object.keys(spec.config).find((each) => isComponent(each, component));
    if (key !== undefined) return { service: spec.name, component: key };
  }
  return undefined;
}

/** The person's own settings, which are in ours already, stay above what the bundle says. */
function configured(spec: ServiceSpec, configs: ReadonlyMap<string, Data>, isOwn: boolean): ServiceSpec {
  const prefix = `${spec.name}:`;
  const given = [...configs].filter(([key]) => key.startsWith(prefix));
  if (given.length === 0) return spec;
  const config = Object.fromEntries(given.map(([key, value]) => [key.slice(prefix.length), value]));
  if (isOwn) return { ...spec, config: mergeDeep(spec.config, config) };
  const merged = Object.entries(mergeDeep(config, spec.config)).map(
    ([component, value]) =>
      [component, withDenied(value, config[component], spec.config[component])] as const,
  );
  return { ...spec, config: Object.fromEntries(merged) };
}

/** What either forbids is forbidden. */
function withDenied(merged: unknown, ...sides: readonly unknown[]): unknown {
  const joined = ['denied_read_paths', 'denied_write_paths'].flatMap((key) => {
    const paths = sides.flatMap((side) => (isRecord(side) && Array.isArray(side[key]) ? side[key] : []));
    return paths.length > 0 ? [[key, [...new Set(paths)]] as const] : [];
  });
  return isRecord(merged) ? { ...merged, ...Object.fromEntries(joined) } : merged;
}

function unknownModule(each: Placed, nearest: string | undefined): Diagnostic {
  const message = `There is no module "${each.module}" here.`;
  const remedy =
    nearest === undefined
      ? 'Say how it is started with a command, python or url; the rest of the bundle works without it.'
      : `Did you mean "${nearest}"? The rest of the bundle works without it.`;
  return { ...placeOf(each), severity: 'warning', message, remedy };
}

function unknownComponent(each: ComponentConfig): Diagnostic {
  const name = each.service === undefined ? each.component : `${each.service}:${each.component}`;
  const message = `There is nothing to configure as "${name}".`;
  const remedy = 'Write the name of a component, or service:component of a service in the bundle.';
  return { ...placeOf(each), severity: 'warning', message, remedy };
}
