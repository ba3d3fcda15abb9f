/** Services that are none of ours, as settings and bundles name them: programs, scripts, modules, addresses. */
import { join, resolve } from 'node:path';
import { type Environment, networkEnvironment, pickEnvironment } from './environment.ts';
import type { ServiceSpec } from './service-spec.ts';
import type { ServiceSettings } from './settings-schema.ts';

export interface ServicePlace {
  readonly cwd: string;
  /** The folder that the service's paths begin at. */
  readonly base: string;
  readonly home: string;
  readonly environment: Environment;
  /** The file that names it. */
  readonly origin: string;
  /** What its settings ask for and nobody has. */
  readonly missing?: ServiceSpec['missing'];
  /** Its variables as they are written: a new value of a key does not make it another service. */
  readonly writtenEnv: Readonly<Record<string, string>> | undefined;
  /** A variable of its own, such as its token's. */
  variable(name: string): string | undefined;
}

export function ownService(name: string, given: ServiceSettings, place: ServicePlace): ServiceSpec {
  const { base, environment } = place;
  const common = {
    name,
    config: given.config ?? {},
    gates: given.gates,
    onFailure: given.on_failure,
    origin: place.origin,
    thirdParty: { folder: place.cwd, given: place.writtenEnv },
    ...(place.missing && { missing: place.missing }),
  };
  if ('url' in given) {
    const { url, token_env: tokenName } = given;
    const token = tokenName === undefined ? undefined : place.variable(tokenName);
    return { ...common, isolation: 'http' as const, env: {}, url, token, tokenName };
  }
  const env = Object.freeze({ ...pickEnvironment(environment), ...given.env });
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
    cwd: given.cwd === undefined ? place.cwd : resolve(base, given.cwd),
  };
  if ('command' in given) return { ...process, command: given.command };
  const script = resolve(base, given.python.script);
  const python = {
    script,
    requirements: (given.python.requirements ?? []).map((each) => requirementIn(base, each)),
    environments: join(place.home, 'environments'),
    installEnv: { ...networkEnvironment(environment, []), ...given.env },
  };
  return { ...process, command: ['python3', script], python };
}

/** `./wheels/x.whl` and the like are files of the naming file's folder; anything else is for the installer to read. */
function requirementIn(base: string, requirement: string): string {
  return /^\.{1,2}[\\/]/.test(requirement) ? resolve(base, requirement) : requirement;
}
