/**
 * From agent, bundle, settings and options to what a turn is made of: services, provider, limits. The host only
 * sees the result.
 */
import { join } from 'node:path';
import type { NamedSecret } from '../protocol/known-secrets.ts';
import type { CandidateConfig, ChoiceReason, ModelPreference, ModelRole } from '../protocol/routing.ts';
import { secretsOf } from '../protocol/secret-variables.ts';
import { listedProviders, withAgentLayer } from './agent-layer.ts';
import { mentionPlaces } from './agents/agent-places.ts';
import type { MentionPlaces } from './agents/mention-places.ts';
import { moduleName } from './agents/name-faults.ts';
import type { Agent, AgentReader } from './agents.ts';
import { availableProviders, KEYED_PROVIDERS } from './available-providers.ts';
import { builtInServices } from './built-in-services.ts';
import type { BundleParts } from './bundles/bundle.ts';
import { type BundlePrompt, bundlePrompt } from './bundles/bundle-prompt.ts';
import { type BundleServicesOptions, bundleServices } from './bundles/bundle-services.ts';
import { providerName } from './bundles/bundle-settings.ts';
import { serviceOverrides } from './bundles/service-overrides.ts';
import { definitionsFor } from './definitions-for-agent.ts';
import { type Diagnostic, isError } from './diagnostic.ts';
import type { Environment } from './environment.ts';
import { variablesIn } from './expand-variables.ts';
import { ownService } from './own-services.ts';
import type { ServiceSpec } from './service-spec.ts';
import { homeSettingsFile, type LoadedSettings } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import type { Surroundings } from './surroundings.ts';
import { type FilledSettings, fillVariables, type MissingVariable, missingOf } from './variables.ts';

export type { Surroundings } from './surroundings.ts';

export interface ComposeRequest {
  readonly cwd: string;
  readonly trusted: boolean;
  readonly agent?: string;
  readonly provider?: string;
  readonly model?: string;
  /** What a delegating call wishes for, before the agent's own wishes (DL-27). */
  readonly preferences?: readonly ModelPreference[];
  readonly role?: ModelRole;
  /** What a child's parent works with: the child's default. */
  readonly inherited?: { readonly provider: string; readonly model?: string };
  /** The last layer of settings. */
  readonly overrides: Settings;
}

export interface Composition {
  readonly agent: Agent;
  /** All there are, this one among them. */
  readonly agents: readonly Agent[];
  readonly services: readonly ServiceSpec[];
  /** Names of those that the agent's own definition brings: it may use their tools whoever it works for. */
  readonly brought: readonly string[];
  readonly provider: string;
  readonly model: string | undefined;
  /** Whose word provider and model are; `key` and `nobody` leave them to the matrix's `general` role. */
  readonly chosenBy: ChosenBy;
  /** Why they are these, once the roles were looked at (host/model-choice.ts). */
  readonly reason?: ChoiceReason;
  /** The model roles there are with their descriptions (DL-40), known when the matrix is. */
  readonly roles?: Readonly<Record<string, string>>;
  /** What calls of this model are made with, unless they say otherwise. */
  readonly modelConfig?: CandidateConfig;
  /** Which wish could not be met. */
  readonly choiceNotice?: string;
  /** True when no model answers but a script. */
  readonly scripted: boolean;
  /** With the values of variables in it: never to be shown or stored. */
  readonly settings: Settings;
  /** Variables that providers and services ask for and nobody has. */
  readonly missing: readonly MissingVariable[];
  /** What its services know and nobody is to see: masked wherever it turns up. */
  readonly secrets: readonly NamedSecret[];
  /** What the bundle in use adds to the system prompt. */
  readonly bundle?: BundlePrompt;
  readonly diagnostics: readonly Diagnostic[];
}

export type ChosenBy = 'person' | 'agent' | 'parent' | 'settings' | 'key' | 'nobody';

/**
 * @param reader what keeps the agent files that did not change; absent: all are read
 * @throws PatchbayError `config` when the agent asked for does not exist.
 */
export async function compose(
  around: Surroundings,
  request: ComposeRequest,
  reader?: AgentReader,
): Promise<Composition> {
  const { agent, definitions, brought } = await definitionsFor(around, request, reader);
  const { bundle } = definitions;
  const { agents, entries, diagnostics } = definitions.catalog;
  const layered = withAgentLayer(definitions.loaded, entries.get(agent.name)!);
  const filled = await fillVariables(layered.loaded, around.environment);
  const { settings, missing } = filled;
  const listed = firstListed(around.environment, agent, settings, missing);
  const provider = chooseProvider(around.environment, request, agent, settings, listed, bundle.parts);
  const model = chooseModel(request, agent, provider, settings, listed);
  const builtIns = shippedServices(around, request, filled, agents);
  const { home } = around;
  const { cwd } = request;
  const named = [bundle.parts?.name ?? [], agent.namespace ?? [], agent.name].flat();
  const mentions = mentionPlaces(definitions.places);
  const overrides = serviceOverrides(layered.loaded, { agents: named, home, cwd });
  const bundled =
    bundle.parts && (await bundleParts(bundle.parts, builtIns, around, { cwd, overrides, mentions }));
  const own = personsServices(around, request, layered.loaded, filled);
  return {
    agent,
    agents,
    brought,
    services: [...(bundled?.services ?? builtIns), ...own.map((each) => keepGates(each, builtIns))],
    provider,
    model,
    chosenBy: chosenBy(request, agent, provider, model, settings, listed?.name),
    scripted: provider === 'replay',
    settings,
    missing,
    secrets: [...filled.secrets(), ...environmentSecrets(around.environment, bundle.parts)],
    ...(bundled && { bundle: bundled.prompt }),
    diagnostics: [
      ...definitions.diagnostics,
      ...layered.diagnostics,
      ...(bundled?.diagnostics ?? []),
      ...diagnostics.filter((each) => isShown(each, agent)),
    ],
  };
}

/** Of the environment: the keys of providers, and what the bundle in use asks for. */
function environmentSecrets(environment: Environment, parts: BundleParts | undefined): NamedSecret[] {
  const asked = parts
    ? variablesIn([parts.tools, parts.hooks, parts.providers, parts.session, parts.components])
    : [];
  const names = new Set([...KEYED_PROVIDERS.map(({ variable }) => variable), ...asked]);
  return [...names].flatMap((name) => {
    const value = Object.hasOwn(environment, name) ? environment[name]! : '';
    return secretsOf(name, value);
  });
}

/**
 * What is wrong with the modules of a bundle, in use or not, and with what it gives the model.
 * @param request.settings the person's own
 */
export async function moduleFaults(
  parts: BundleParts,
  around: Surroundings,
  request: { readonly cwd: string; readonly settings: Settings; readonly mentions: MentionPlaces },
): Promise<readonly Diagnostic[]> {
  return (
    await bundleParts(
      parts,
      shippedServices(around, request, { settings: request.settings, missing: [] }, []),
      around,
      request,
    )
  ).diagnostics;
}

function shippedServices(
  around: Surroundings,
  { cwd }: Pick<ComposeRequest, 'cwd'>,
  { settings, missing }: Pick<FilledSettings, 'settings' | 'missing'>,
  agents: readonly Agent[],
): ServiceSpec[] {
  return builtInServices({
    ...around,
    servicesFolder: join(around.productFolder, 'dist', 'services'),
    demoScript: join(around.productFolder, 'agents', 'demo', 'demo.replay.yaml'),
    settings,
    missing,
    cwd,
    agents,
  });
}

async function bundleParts(
  parts: BundleParts,
  builtIns: readonly ServiceSpec[],
  { home, environment }: Surroundings,
  request: Pick<BundleServicesOptions, 'cwd' | 'overrides'> & { readonly mentions?: MentionPlaces },
) {
  const { cwd, overrides } = request;
  const { services, ...found } = await bundleServices(parts, { builtIns, cwd, home, environment, overrides });
  const { prompt, ...read } = await bundlePrompt(parts, request.mentions);
  return { services, prompt, diagnostics: [...found.diagnostics, ...read.diagnostics] };
}

/** Of files that are used all the same, only what concerns the agent that works. */
function isShown(diagnostic: Diagnostic, agent: Agent): boolean {
  return isError(diagnostic) || (diagnostic.severity === 'warning' && diagnostic.file === agent.file);
}

/** The first of the agent's own list that can be asked. */
function firstListed(
  env: Environment,
  agent: Agent,
  settings: Settings,
  missing: readonly MissingVariable[],
): Listed | undefined {
  if (agent.modules.providers.length === 0) return undefined;
  const services = Object.keys(settings.services ?? {});
  const known = availableProviders(env, settings, missing).map((each) => each.name);
  const names = [...known, ...services, 'replay'].map(moduleName);
  return listedProviders(agent).find(({ name }) => names.includes(name));
}

type Listed = ReturnType<typeof listedProviders>[number];

function chooseProvider(
  env: Environment,
  request: ComposeRequest,
  agent: Agent,
  settings: Settings,
  listed: Listed | undefined,
  bundle: BundleParts | undefined,
): string {
  const withKey = KEYED_PROVIDERS.filter(({ variable }) => (env[variable] ?? '') !== '');
  const ofBundle = bundle?.providers.map(providerName) ?? [];
  const byKey = (withKey.find(({ name }) => ofBundle.includes(name)) ?? withKey[0])?.name;
  const { provider, inherited } = request;
  return (
    provider ??
    agent.provider ??
    listed?.name ??
    inherited?.provider ??
    settings.provider ??
    byKey ??
    'replay'
  );
}

function chooseModel(
  { model, inherited }: ComposeRequest,
  agent: Agent,
  provider: string,
  settings: Settings,
  listed: Listed | undefined,
): string | undefined {
  const own = modelOf(agent, provider) ?? (listed?.name === provider ? listed.model : undefined);
  const parents = inherited?.provider === provider ? inherited.model : undefined;
  return model ?? own ?? parents ?? modelFor(provider, settings);
}

function chosenBy(
  request: ComposeRequest,
  agent: Agent,
  provider: string,
  model: string | undefined,
  settings: Settings,
  listed: string | undefined,
): ChosenBy {
  if (request.provider !== undefined || request.model !== undefined) return 'person';
  if (agent.provider !== undefined || agent.model !== undefined || listed !== undefined) return 'agent';
  if (request.inherited) return 'parent';
  if (settings.provider !== undefined || model !== undefined) return 'settings';
  return provider === 'replay' ? 'nobody' : 'key';
}

/** An agent's model belongs to the agent's provider: another one would not know it. */
function modelOf(agent: Agent, provider: string): string | undefined {
  return agent.provider === undefined || agent.provider === provider ? agent.model : undefined;
}

function modelFor(provider: string, settings: Settings): string | undefined {
  const isChosen = settings.provider === undefined || settings.provider === provider;
  return (isChosen ? settings.model : undefined) ?? settings.providers?.[provider]?.default_model;
}

/** The person's own services; their paths are relative to the project, or to home for the home's file. */
function personsServices(
  { home, environment }: Surroundings,
  { cwd }: ComposeRequest,
  loaded: LoadedSettings,
  { settings, missing, variable }: FilledSettings,
): ServiceSpec[] {
  return Object.entries(settings.services ?? {}).map(([name, given]) => {
    const file = loaded.serviceFiles.get(name);
    const written = loaded.settings.services?.[name];
    return ownService(name, given, {
      cwd,
      base: file === homeSettingsFile(home) ? home : cwd,
      home,
      environment,
      origin: file ?? 'the settings',
      ...missingOf(missing, 'service', name),
      writtenEnv: written && 'env' in written ? written.env : undefined,
      variable: (token) => variable(token, ['services', name, 'token_env']),
    });
  });
}

/** One that takes the place of ours by its name guards what that guarded: denied or broken, it leaves no gate open. */
function keepGates(own: ServiceSpec, builtIn: readonly ServiceSpec[]): ServiceSpec {
  const replaced = builtIn.find(({ name }) => name === own.name)?.gates ?? [];
  return replaced.length === 0 ? own : { ...own, gates: [...new Set([...(own.gates ?? []), ...replaced])] };
}
