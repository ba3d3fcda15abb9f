/** A third-party service as it may be started: with what it was granted, and nothing else (RT-8). */
import { type Environment, pickEnvironment } from '../../definitions/environment.ts';
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import type { Permissions } from '../../protocol/manifest.ts';
import type { HostMethod } from '../../protocol/methods.ts';
import type { SourceHashes } from '../source-hashes.ts';
import { isNode, type NodeHolds, nodeHolds, permissionFlags } from './node-permissions.ts';
import { filesOf } from './service-files.ts';

/** What a manifest may name under `permissions.editor`. All else is the orchestrator's, as it goes past the gates. */
export const EDITOR_PERMISSIONS: ReadonlyMap<string, HostMethod> = new Map([
  ['approval', 'request.approval'],
  ['session_spawn', 'request.session_spawn'],
  ['session_resume', 'request.session_resume'],
]);

/** The word under `permissions.editor` for a request; undefined for those that are never granted. */
export function editorPermission(method: HostMethod): string | undefined {
  return [...EDITOR_PERMISSIONS].find(([, each]) => each === method)?.[0];
}

export interface HoldingOptions {
  /** The person's environment, of which it gets what is granted by name. */
  readonly environment: Environment;
  readonly hashes: SourceHashes;
}

/** @param spec a third-party service's. */
export async function heldSpec(
  spec: ServiceSpec,
  permissions: Permissions,
  { environment, hashes }: HoldingOptions,
): Promise<ServiceSpec> {
  const grants = (permissions.editor ?? []).flatMap((name) => EDITOR_PERMISSIONS.get(name) ?? []);
  if (spec.isolation === 'http') return { ...spec, grants };
  // What the settings give it by value goes before.
  const env = { ...pickEnvironment(environment, permissions.env), ...spec.env };
  const holds = await holderOf(spec);
  if (!holds || spec.isolation !== 'process') return { ...spec, env, grants };
  const files = await filesOf(spec);
  const imported = (await Promise.all(files.map((file) => hashes.filesOfModule(file)))).flat();
  const folder = spec.thirdParty?.folder ?? '.';
  const [program = '', ...args] = spec.command;
  const flags = await permissionFlags(holds, { permissions, files, imported, folder });
  return { ...spec, env, grants, command: [program, ...flags, ...args] };
}

/** What holds the service to its permissions, beside us; undefined when nothing does. */
export function holderOf(spec: ServiceSpec): Promise<NodeHolds | undefined> {
  // With a PATH of the settings' own, `node` may be anything.
  const isMoved = Object.keys(spec.thirdParty?.given ?? {}).some((name) => /^path$/i.test(name));
  const isHeld = spec.isolation === 'process' && spec.python === undefined && !isMoved && isNode(spec);
  return isHeld ? nodeHolds(spec.command[0]!, spec.env) : Promise.resolve(undefined);
}

/**
 * The service as it is asked what it offers before anybody allowed it anything. A module of a thread says the same
 * as a process, where Node can hold it.
 * @param node runs a module as a process.
 */
export async function specToDescribe(
  named: ServiceSpec,
  node: { readonly command: readonly string[]; readonly env: Environment },
  options: HoldingOptions,
): Promise<ServiceSpec> {
  const spec = { ...named, env: withoutFilled(named) };
  if (spec.isolation !== 'thread') return heldSpec(spec, {}, options);
  const { entry, maxHeapMb: _ofThreads, ...common } = spec;
  const asProcess: ServiceSpec = {
    ...common,
    isolation: 'process',
    command: [...node.command, entry],
    env: { ...spec.env, ...node.env },
    cwd: spec.thirdParty?.folder ?? '.',
  };
  return (await holderOf(asProcess)) ? heldSpec(asProcess, {}, options) : heldSpec(spec, {}, options);
}

/** Variables of the person's that the settings hand on are handed on to what is allowed. */
function withoutFilled({ env, thirdParty }: ServiceSpec): Environment {
  const isFilled = (name: string) => thirdParty?.given?.[name]?.includes('${') === true;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isFilled(name)));
}
