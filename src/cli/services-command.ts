/** `patchbay services`: what is described, by whom, how isolated. */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { diagnosticText } from '../definitions/diagnostic.ts';
import { type DescribedService, describeServices } from '../host/providers.ts';
import { EXIT } from './exit-codes.ts';
import { terminalHost } from './terminal-surroundings.ts';

/** Gives the exit code: a service that cannot be described makes it `failed`. */
export async function listServices(
  around: Surroundings,
  options: { readonly cwd: string; readonly json: boolean },
): Promise<number> {
  await using host = terminalHost(around);
  const composition = await host.compose({ cwd: resolve(options.cwd), trusted: true });
  for (const diagnostic of composition.diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
  const services = await describeServices(host, composition);
  for (const service of services) {
    stdout.write(`${options.json ? JSON.stringify(jsonOf(service)) : textOf(service)}\n`);
  }
  return services.some(({ error }) => error) ? EXIT.failed : EXIT.done;
}

function offers({ manifest }: DescribedService): Record<string, string[]> {
  if (!manifest) return {};
  const { tools, hooks, providers, orchestrators, context_managers: managers } = manifest.capabilities;
  const all = { tools, hooks, providers, orchestrators, 'context managers': managers };
  const named = Object.entries(all).map(([kind, list]) => [kind, list.map(({ name }) => name)] as const);
  return Object.fromEntries(named.filter(([, names]) => names.length > 0));
}

function textOf(service: DescribedService): string {
  const { spec, error } = service;
  const what = error
    ? `cannot be described: ${error.message}${error.remedy ? ` ${error.remedy}` : ''}`
    : Object.entries(offers(service))
        .map(([kind, names]) => `${kind}: ${names.join(', ')}`)
        .join('; ');
  const told = service.manifest?.capabilities.tools.filter(({ instructions }) => instructions) ?? [];
  const also =
    told.length > 0 ? `; in the system prompt: how to use ${told.map(({ name }) => name).join(', ')}` : '';
  const failed = service.manifest?.capabilities.tool_sources?.flatMap(({ error: why }) => why?.message ?? []);
  return `${spec.name.padEnd(20)} ${spec.isolation.padEnd(8)} ${spec.origin.padEnd(10)} ${[what + also, ...(failed ?? [])].join('; ')}`;
}

function jsonOf(service: DescribedService): object {
  const { spec, manifest, error } = service;
  const { name, isolation, origin } = spec;
  return {
    name,
    isolation,
    origin,
    ...(manifest && { capabilities: manifest.capabilities }),
    ...(error && { error: { kind: error.kind, message: error.message, remedy: error.remedy } }),
  };
}
