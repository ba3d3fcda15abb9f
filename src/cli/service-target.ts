/** What `patchbay service check` is to check: a service of the settings or built in, a file, or a command. */
import { stat } from 'node:fs/promises';
import { extname, isAbsolute, join, resolve } from 'node:path';
import type { Surroundings } from '../definitions/compose.ts';
import { type Environment, pickEnvironment, shellEnvironment } from '../definitions/environment.ts';
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { missingError } from '../definitions/variables.ts';
import type { Host } from '../host/host.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { terminalHost } from './terminal-surroundings.ts';

export interface TargetOptions {
  /** The folder in which names, files and commands are looked for. */
  readonly cwd: string;
  /** The temporary folder: a process runs in it, and a built-in service has its home there. */
  readonly folder: string;
  /** For a module: run it as a process rather than in a thread. */
  readonly process: boolean;
  /** Variables handed on although they look like secrets. */
  readonly env: readonly string[];
}

/** @throws PatchbayError `config` when there is no such service, file or setting. */
export async function serviceTarget(
  around: Surroundings,
  target: readonly string[],
  options: TargetOptions,
): Promise<ServiceSpec> {
  const [first = ''] = target;
  if (target.length === 1) {
    const known = await knownService(around, first, options);
    if (known?.missing) throw missingError(known.missing, first);
    if (known) return inFolder(known, options.folder);
    const file = resolve(options.cwd, first);
    if (await isFile(file)) return fileService(around, file, first, options);
    if (!isAbsolute(first) && /[\\/.]/.test(first)) throw noSuch(first, 'file');
    throw noSuch(first, 'service');
  }
  return {
    name: first,
    isolation: 'process',
    command: await absoluteFiles(target, options.cwd),
    cwd: options.folder,
    ...unconfigured(around, options),
  };
}

/** Built-in services keep nothing of the check: their home is the temporary folder. No key is handed on unasked. */
async function knownService(
  around: Surroundings,
  name: string,
  { cwd, folder, env }: TargetOptions,
): Promise<ServiceSpec | undefined> {
  const environment = shellEnvironment(around.environment, env);
  await using host = terminalHost({ ...around, environment });
  const service = await find(host, name, cwd);
  if (service?.origin !== 'built-in') return service;
  await using apart = terminalHost({ ...around, environment, home: join(folder, '.amplifier') });
  return await find(apart, name, folder);
}

async function find(host: Host, name: string, cwd: string): Promise<ServiceSpec | undefined> {
  const { services } = await host.compose({ cwd, trusted: true });
  return services.find((service) => service.name === name);
}

/** A process without a folder of its own runs in the session's: here in the temporary one. */
function inFolder(spec: ServiceSpec, folder: string): ServiceSpec {
  return spec.isolation === 'process' && spec.cwd === undefined ? { ...spec, cwd: folder } : spec;
}

function fileService(around: Surroundings, file: string, given: string, options: TargetOptions): ServiceSpec {
  const common = { name: given, ...unconfigured(around, options) };
  const asProcess = (command: readonly string[], env: Environment = {}): ServiceSpec => ({
    ...common,
    isolation: 'process',
    command,
    cwd: options.folder,
    env: { ...common.env, ...env },
  });
  const kind = extname(file).toLowerCase();
  if (MODULES.has(kind)) {
    if (!options.process) return { ...common, isolation: 'thread', entry: file };
    return asProcess([...around.node.command, file], around.node.env);
  }
  return asProcess(kind === '.py' ? ['python3', file] : [file]);
}

const MODULES: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts']);

function unconfigured(around: Surroundings, { env }: TargetOptions) {
  return { env: pickEnvironment(around.environment, env), config: {}, origin: 'the command line' };
}

/** Arguments that are files here are so in the temporary folder too. */
function absoluteFiles(command: readonly string[], cwd: string): Promise<string[]> {
  return Promise.all(
    command.map(async (part) => ((await isFile(resolve(cwd, part))) ? resolve(cwd, part) : part)),
  );
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

function noSuch(name: string, what: 'file' | 'service'): PatchbayError {
  return new PatchbayError('config', `There is no ${what} "${name}".`, {
    remedy:
      'Name a file, a service that `patchbay services` lists, or a command after `--`: patchbay service check -- python3 my.py',
  });
}
