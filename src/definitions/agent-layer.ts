/**
 * What an agent's file says of providers and hooks, as one more layer of the settings for its turns (DL-2): over the
 * files, under what the person says for the moment. It takes no guard away and sends nobody's key elsewhere.
 */
import { isRecord } from '../protocol/reading.ts';
import { moduleName } from './agents/name-faults.ts';
import type { Mention } from './agents/read-agent.ts';
import type { ModuleEntry } from './agents/values.ts';
import type { Agent } from './agents.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type LoadedSettings, withLayer } from './settings.ts';
import type { Settings } from './settings-schema.ts';

/** With them a provider's requests go to another server; whoever says so brings the key for it. */
const ADDRESS = ['base_url', 'headers'];
/** Ours are the person's to set up: two of the three are guards. */
const BUILT_IN_HOOKS = ['approval', 'redaction', 'logging'];

interface Entry {
  readonly agent: Agent;
  readonly mentions: readonly Mention[];
}

export function withAgentLayer(
  loaded: LoadedSettings,
  { agent, mentions }: Entry,
): { loaded: LoadedSettings; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const refuse = (kind: 'hooks' | 'providers', { module }: ModuleEntry, message: string, remedy: string) => {
    const place = mentions.find((each) => each.kind === kind && each.name === module)?.place;
    diagnostics.push({ file: agent.file, ...place, severity: 'warning', message, remedy });
  };
  const providers: Record<string, Record<string, unknown>> = {};
  for (const entry of agent.modules.providers) {
    if (!entry.config) continue;
    const taken = withoutAddress(entry.config);
    providers[moduleName(entry.module)] = taken;
    if (Object.keys(taken).length < Object.keys(entry.config).length) {
      const message = `The address of "${entry.module}" is left out: the key of the settings would be sent there.`;
      refuse(
        'providers',
        entry,
        message,
        'Write an api_key beside it, or put the address into the settings.',
      );
    }
  }
  const services: Record<string, { config: Record<string, unknown> }> = {};
  for (const entry of agent.modules.hooks) {
    if (!entry.config) continue;
    const name = moduleName(entry.id ?? entry.module);
    const found = hookOf(loaded.settings, name);
    if (found && !found.isGuard) services[found.service] = { config: { [found.component]: entry.config } };
    else if (found || BUILT_IN_HOOKS.includes(name)) {
      const message = `The configuration of the hook "${entry.module}" is not taken from an agent.`;
      refuse('hooks', entry, message, 'It is set in the settings, by the person.');
    }
  }
  const value = { providers, services } as Settings;
  if (Object.keys(providers).length + Object.keys(services).length === 0) return { loaded, diagnostics };
  const layer = { file: agent.file, value, placeOf: () => ({}) };
  return { loaded: withLayer(loaded, layer, loaded.layers.length - 1), diagnostics };
}

/** The providers an agent lists, best first, as the settings call them. */
export function listedProviders({ modules }: Agent): { name: string; model: string | undefined }[] {
  return modules.providers.map(({ module, config }) => ({
    name: moduleName(module),
    model: typeof config?.default_model === 'string' ? config.default_model : undefined,
  }));
}

function withoutAddress(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (typeof config.api_key === 'string' && config.api_key !== '') return { ...config };
  return Object.fromEntries(Object.entries(config).filter(([key]) => !ADDRESS.includes(key)));
}

/** One of the person's own services by its name, or by that of a component it has a configuration for. */
function hookOf(
  { services = {} }: Settings,
  name: string,
): { service: string; component: string; isGuard: boolean } | undefined {
  for (const [service, { config = {}, gates }] of Object.entries(services)) {
    const components = Object.keys(config).filter((key) => isRecord(config[key]));
    const named = components.find((key) => moduleName(key) === name);
    const isService = moduleName(service) === name;
    if (named === undefined && !isService) continue;
    const component = named ?? (components.length === 1 ? components[0]! : name);
    return { service, component, isGuard: gates !== undefined && gates.length > 0 };
  }
  return undefined;
}
