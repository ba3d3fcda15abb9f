/** The services that ship with us: how each is isolated and what of the environment it may see. */
import { join, resolve } from 'node:path';
import type { Agent } from './agents.ts';
import { type Environment, networkEnvironment, pickEnvironment, shellEnvironment } from './environment.ts';
import type { ServiceSpec } from './service-spec.ts';
import { homeSettingsFile, projectSettingsFiles } from './settings.ts';
import type { Settings } from './settings-schema.ts';
import { sidecarOf } from './sidecar.ts';
import { type MissingVariable, missingOf } from './variables.ts';

export interface BuiltInOptions {
  /** The folder of the built service bundles. */
  readonly servicesFolder: string;
  readonly environment: Environment;
  readonly settings: Settings;
  /** Variables that the settings ask for and nobody has. */
  readonly missing: readonly MissingVariable[];
  readonly home: string;
  readonly cwd: string;
  readonly agents: readonly Agent[];
  /** The scripted demonstration's script. */
  readonly demoScript: string;
  /** ripgrep, where the place of it is known. */
  readonly ripgrep: string | undefined;
  /** Runs a module as a Node process: program, arguments before the module, extra variables. */
  readonly node: { readonly command: readonly string[]; readonly env: Environment };
}

/** In composition order: a later service with a tool of the same name replaces an earlier one's. */
export function builtInServices(options: BuiltInOptions): ServiceSpec[] {
  const { servicesFolder, environment, settings, home, cwd } = options;
  const base = pickEnvironment(environment);
  const entry = (name: string) => join(servicesFolder, `${name}.js`);
  const components = settings.components ?? {};
  const thread = (name: string, env: Environment, config: Record<string, unknown> = {}): ServiceSpec => ({
    name,
    isolation: 'thread',
    entry: entry(name),
    env,
    config: { ...config, ...pick(components, Object.keys(config)) },
    origin: 'built-in',
  });
  const provider = (name: string) => settings.providers?.[name] ?? {};
  // Whatever the settings allow, no tool of a model reads or writes what fills their variables.
  const files = [
    homeSettingsFile(home),
    ...projectSettingsFiles(cwd),
    ...options.agents.map(({ file }) => file),
  ];
  const sidecars = files.map(sidecarOf);
  const paths = {
    ...pick(settings, ['allowed_read_paths', 'allowed_write_paths']),
    denied_read_paths: [...(settings.denied_read_paths ?? []), ...new Set(sidecars)],
    denied_write_paths: [...(settings.denied_write_paths ?? []), ...new Set(sidecars)],
  };
  const search = { ...paths, ...(options.ripgrep !== undefined && { rg_path: options.ripgrep }) };
  const approvals = settings.approvals ?? {};
  const { script: ownScript } = provider('replay');
  const script = typeof ownScript === 'string' ? resolve(cwd, ownScript) : options.demoScript;
  return [
    thread('loop-streaming', base, { streaming: {} }),
    thread('context-simple', base, { simple: {} }),
    {
      ...thread(
        'provider-anthropic',
        networkEnvironment(environment, ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL']),
        { anthropic: provider('anthropic') },
      ),
      ...missingOf(options.missing, 'provider', 'anthropic'),
    },
    {
      ...thread('provider-openai', networkEnvironment(environment, ['OPENAI_API_KEY', 'OPENAI_BASE_URL']), {
        openai: provider('openai'),
      }),
      ...missingOf(options.missing, 'provider', 'openai'),
    },
    thread('provider-replay', base, { replay: { ...provider('replay'), script } }),
    thread('tools-files', base, { read_file: paths, write_file: paths, edit_file: paths }),
    thread('tools-search', base, { glob: search, grep: search }),
    {
      name: 'tools-shell',
      isolation: 'process',
      entry: entry('tools-shell'),
      command: [...options.node.command, entry('tools-shell')],
      env: { ...shellEnvironment(environment, settings.shell_environment), ...options.node.env },
      config: { bash: components.bash ?? {} },
      origin: 'built-in',
    },
    thread('tools-todo', base),
    {
      ...thread('tools-delegation', base, { run_agent: { contracts: contractsOf(options.agents) } }),
      grants: ['request.session_spawn', 'request.session_resume'],
    },
    {
      ...thread('hook-approval', base, {
        approval: { rules: approvals.rules ?? [], mode: approvals.mode ?? 'ask', workspace: cwd },
      }),
      gates: ['tool:pre'],
    },
    thread('hook-redaction', base, { redaction: {} }),
    thread('hook-logging', base, { logging: { folder: join(home, 'logs') } }),
  ];
}

/** What the agents that are tools of their own take and answer, by agent. */
function contractsOf(agents: readonly Agent[]): Record<string, unknown> {
  return Object.fromEntries(
    agents.flatMap(({ name, contract }) => (contract ? [[name, contract] as const] : [])),
  );
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}
