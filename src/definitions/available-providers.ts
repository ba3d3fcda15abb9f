/** Which providers can be asked: those with a key or an address, and those the settings name (DL-42). Pure. */
import type { Environment } from './environment.ts';
import type { Settings } from './settings-schema.ts';
import type { MissingVariable } from './variables.ts';

export interface ProviderAccess {
  readonly name: string;
  /** Where it is asked, when that is not the vendor's own address. */
  readonly baseUrl: string | undefined;
}

/** The providers that need a key, in the order in which a key decides for them. */
export const KEYED_PROVIDERS = [
  {
    name: 'anthropic',
    variable: 'ANTHROPIC_API_KEY',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    host: 'anthropic.com',
  },
  { name: 'openai', variable: 'OPENAI_API_KEY', baseUrlVariable: 'OPENAI_BASE_URL', host: 'openai.com' },
] as const;

/** @param missing variables nobody has: a provider that asks for one cannot be asked */
export function availableProviders(
  environment: Environment,
  settings: Settings,
  missing: readonly MissingVariable[] = [],
): ProviderAccess[] {
  const all = providersNamed(environment, settings);
  return all.filter(({ name }) => !missing.some(({ scope, id }) => scope === 'provider' && id === name));
}

function providersNamed(environment: Environment, settings: Settings): ProviderAccess[] {
  const configured = settings.providers ?? {};
  const keyed = KEYED_PROVIDERS.flatMap(({ name, variable }) => {
    const baseUrl = foreignAddress(environment, settings, name);
    const hasKey = filled(environment[variable]) ?? filled(configured[name]?.api_key);
    return hasKey !== undefined || baseUrl !== undefined ? [{ name, baseUrl }] : [];
  });
  const names = new Set([settings.provider, ...Object.keys(configured)]);
  const others = [...names].filter(
    (name) =>
      name !== undefined && name !== 'replay' && !KEYED_PROVIDERS.some((provider) => provider.name === name),
  );
  return [
    ...keyed,
    ...others.map((name) => ({ name: name!, baseUrl: foreignAddress(environment, settings, name!) })),
  ];
}

/** Undefined for a vendor's own address. */
export function foreignAddress(
  environment: Environment,
  settings: Settings,
  provider: string,
): string | undefined {
  const vendor = KEYED_PROVIDERS.find(({ name }) => name === provider);
  const fromEnvironment = vendor && environment[vendor.baseUrlVariable];
  const url = filled(settings.providers?.[provider]?.base_url) ?? filled(fromEnvironment);
  if (url === undefined || !vendor || !URL.canParse(url)) return url;
  return `.${new URL(url).hostname}`.endsWith(`.${vendor.host}`) ? undefined : url;
}

function filled(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
