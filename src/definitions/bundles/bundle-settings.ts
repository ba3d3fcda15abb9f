/** What a bundle says that is a setting: providers, whom children get their tools from. It is the lowest layer. Pure. */
import { toolsOfModule } from '../agents/known-tools.ts';
import { type Environment, pickEnvironment } from '../environment.ts';
import { expandVariables } from '../expand-variables.ts';
import { type LoadedSettings, withLayer } from '../settings.ts';
import type { Settings } from '../settings-schema.ts';
import type { BundleModule, BundleParts } from './bundle.ts';

/** The person's settings with those of the bundle as the lowest layer. */
export function withBundleSettings(
  parts: BundleParts,
  loaded: LoadedSettings,
  environment: Environment,
): LoadedSettings {
  const providers = parts.providers
    .filter(({ service }) => !service)
    .map((each) => [providerName(each), filledOnce(providerConfig(each, environment))] as const)
    .filter(([, config]) => Object.keys(config).length > 0);
  const { tools, exclude_tools } = parts.spawn;
  const { spawn } = loaded.settings;
  const value: Settings = {
    ...(providers.length > 0 && { providers: Object.fromEntries(providers) }),
    // Tools that are left out there must not come back by the bundle's list.
    ...(!spawn && tools && { spawn: { tools: toolNames(tools) } }),
    ...(!spawn && !tools && exclude_tools && { spawn: { exclude_tools: toolNames(exclude_tools) } }),
    ...(parts.provider !== undefined && { provider: parts.provider }),
  };
  return withLayer(loaded, { file: parts.file, value, placeOf: () => ({}) }, 0);
}

/** What is left of a placeholder is text: one from elsewhere must not be filled by what only the person may name. */
function filledOnce(config: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(config).replaceAll('${', '$${');
  return JSON.parse(text) as Record<string, unknown>;
}

/** `provider-anthropic` is the provider `anthropic`. */
export function providerName({ module }: Pick<BundleModule, 'module'>): string {
  return module.replace(/^provider-/, '');
}

/** A bundle from elsewhere is told no secrets, and does not say where keys are sent. */
function providerConfig({ config, origin }: BundleModule, environment: Environment): Record<string, unknown> {
  if (!origin.isRemote) return { ...expandVariables(config, environment) };
  const { base_url: _address, ...rest } = expandVariables(config, pickEnvironment(environment));
  return rest;
}

/** Amplifier's policies name modules, ours tools. */
function toolNames(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const tools = toolsOfModule(name);
    return tools.length > 0 ? tools : [name];
  });
}
