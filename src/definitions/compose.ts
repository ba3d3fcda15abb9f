/**
 * From agent, settings and options to what a turn is made of: services, provider, limits. Later this is where
 * behaviors and bundles are resolved; the host only sees the result.
 */
import { join, resolve } from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import type { CandidateConfig, ChoiceReason, ModelPreference, ModelRole } from '../protocol/routing.ts';
import { listedProviders, withAgentLayer } from './agent-layer.ts';
import type { AgentPlaces } from './agents/agent-places.ts';
import { moduleName } from './agents/name-faults.ts';
import { type Agent, type AgentReader, loadCatalog } from './agents.ts';
import { availableProviders, KEYED_PROVIDERS } from './available-providers.ts';
import { builtInServices } from './built-in-services.ts';
import { type Diagnostic, isError } from './diagnostic.ts';
import { type Environment, networkEnvironment, pickEnvironment } from './environment.ts';
import type { ServiceSpec } from './service-spec.ts';
import { homeSettingsFile, type LoadedSettings, loadSettings } from './settings.ts';
import { DEFAULT_AGENT, type Settings } from './settings-schema.ts';
import { type FilledSettings, fillVariables, type MissingVariable, missingOf } from './variables.ts';

/** Where things are and what may be known; put together once by a composition root. */
export interface Surroundings {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  /** The folder of the installed product: `dist/`, `agents/`. */
  readonly productFolder: string;
  /** A copy of the process environment with the person's stored keys laid over it. */
  readonly environment: Environment;
  readonly ripgrep: string | undefined;
  readonly node: { readonly command: readonly string[]; readonly env: Environment };
}

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
  const loaded = await loadSettings({ ...request, home: around.home });
  const catalog = await loadCatalog(agentPlaces(around, request, loaded.settings), reader);
  const { agents, diagnostics } = catalog;
  const name = request.agent ?? loaded.settings.default_agent ?? DEFAULT_AGENT;
  const agent = agents.find((each) => each.name === name);
  if (!agent) {
    throw new PatchbayError('config', `There is no agent "${name}".`, {
      remedy: `Choose one of: ${agents.map((each) => each.name).join(', ')}.`,
    });
  }
  const layered = withAgentLayer(loaded, catalog.entries.get(name)!);
  const filled = await fillVariables(layered.loaded, around.environment);
  const { settings, missing } = filled;
  const listed = firstListed(around.environment, agent, settings, missing);
  const provider = chooseProvider(around.environment, request, agent, settings, listed?.name);
  const model = chooseModel(request, agent, provider, settings, listed);
  const builtIn = builtInServices({
    ...around,
    servicesFolder: join(around.productFolder, 'dist', 'services'),
    demoScript: join(around.productFolder, 'agents', 'demo', 'demo.replay.yaml'),
    settings,
    missing,
    cwd: request.cwd,
    agents,
  });
  const own = ownServices(around, request, loaded, filled);
  return {
    agent,
    agents,
    services: [...builtIn, ...own.map((each) => keepGates(each, builtIn))],
    provider,
    model,
    chosenBy: chosenBy(request, agent, provider, model, settings, listed?.name),
    scripted: provider === 'replay',
    settings,
    missing,
    diagnostics: [
      ...loaded.diagnostics,
      ...layered.diagnostics,
      ...filled.diagnostics,
      ...diagnostics.filter((each) => isShown(each, agent)),
    ],
  };
}

/** Where the agents of a folder are. */
export function agentPlaces(around: Surroundings, request: ComposeRequest, settings: Settings): AgentPlaces {
  const { home, productFolder, environment } = around;
  const { cwd, trusted } = request;
  const projectFirst = settings.agents?.project_first ?? false;
  return { home, productFolder, environment, cwd, trusted, projectFirst };
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
  listed: string | undefined,
): string {
  const byKey = KEYED_PROVIDERS.find(({ variable }) => (env[variable] ?? '') !== '')?.name;
  const { provider, inherited } = request;
  return (
    provider ?? agent.provider ?? listed ?? inherited?.provider ?? settings.provider ?? byKey ?? 'replay'
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
function ownServices(
  around: Surroundings,
  request: ComposeRequest,
  loaded: LoadedSettings,
  { settings, missing, variable }: FilledSettings,
): ServiceSpec[] {
  return Object.entries(settings.services ?? {}).map(([name, given]) => {
    const file = loaded.serviceFiles.get(name);
    const base = file === homeSettingsFile(around.home) ? around.home : request.cwd;
    const common = {
      name,
      config: given.config ?? {},
      gates: given.gates,
      onFailure: given.on_failure,
      origin: file ?? 'the settings',
      thirdParty: { folder: request.cwd, given: writtenEnv(loaded, name) },
      ...missingOf(missing, 'service', name),
    };
    if ('url' in given) {
      const { url, token_env: tokenName } = given;
      const token =
        tokenName === undefined ? undefined : variable(tokenName, ['services', name, 'token_env']);
      return { ...common, isolation: 'http' as const, env: {}, url, token, tokenName };
    }
    const env = Object.freeze({ ...pickEnvironment(around.environment), ...given.env });
    if ('entry' in given) {
      return {
        ...common,
        env,
        isolation: 'thread' as const,
        entry: resolve(base, given.entry),
        maxHeapMb: given.max_heap_mb,
      };
    }
    const process = {
      ...common,
      env,
      isolation: 'process' as const,
      cwd: given.cwd === undefined ? request.cwd : resolve(base, given.cwd),
    };
    if ('command' in given) return { ...process, command: given.command };
    const script = resolve(base, given.python.script);
    const python = {
      script,
      requirements: (given.python.requirements ?? []).map((each) => requirementIn(base, each)),
      environments: join(around.home, 'environments'),
      installEnv: { ...networkEnvironment(around.environment, []), ...given.env },
    };
    return { ...process, command: ['python3', script], python };
  });
}

/** As the settings have it, before variables are filled: a new value of a key does not make it another service. */
function writtenEnv(
  { settings }: LoadedSettings,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const written = settings.services?.[name];
  return written && 'env' in written ? written.env : undefined;
}

/** One that takes the place of ours by its name guards what that guarded: denied or broken, it leaves no gate open. */
function keepGates(own: ServiceSpec, builtIn: readonly ServiceSpec[]): ServiceSpec {
  const replaced = builtIn.find(({ name }) => name === own.name)?.gates ?? [];
  return replaced.length === 0 ? own : { ...own, gates: [...new Set([...(own.gates ?? []), ...replaced])] };
}

/** `./wheels/x.whl` and the like are files of the settings' folder; anything else is for the installer to read. */
function requirementIn(base: string, requirement: string): string {
  return /^\.{1,2}[\\/]/.test(requirement) ? resolve(base, requirement) : requirement;
}
