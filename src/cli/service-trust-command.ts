/** `patchbay service trust`: what the person allowed services that are not ours, and taking it back (RT-8). */
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Command } from 'commander';
import type { Surroundings } from '../definitions/compose.ts';
import { asksFor } from '../host/permissions/permission-words.ts';
import { describeServices } from '../host/providers.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { terminalHost } from './terminal-surroundings.ts';

export function addTrustCommands(service: Command, around: Surroundings): void {
  const trust = service
    .command('trust')
    .description('what services that are not ours were allowed')
    .helpCommand(false);
  trust
    .command('list')
    .description('list the decisions, by service and version')
    .option('--json', 'print one decision per line', false)
    .action((options) => listTrust(around, options));
  trust
    .command('allow')
    .argument('<name>', 'a service of the settings')
    .description('print what a service asks for, and allow it for its present version')
    .option('--cwd <folder>', 'folder', '.')
    .action((name: string, options) => allowService(around, name, options));
  trust
    .command('forget')
    .argument('<name>', 'service')
    .description('take back all decisions about a service: it is asked about again')
    .action((name: string) => forgetService(around, name));
}

async function listTrust(around: Surroundings, options: { readonly json: boolean }): Promise<void> {
  await using host = terminalHost(around);
  for (const decision of await host.admissions.store.all()) {
    const { name, origin, answer, version, print, permissions, at } = decision;
    const which = [version, print.slice(0, 12)].filter(Boolean).join(' ');
    const what = asksFor(permissions).join('; ') || 'nothing beyond its own files';
    const line = `${name.padEnd(20)} ${answer.padEnd(5)} ${at.slice(0, 10)}  ${which}  ${origin}  ${what}`;
    stdout.write(`${options.json ? JSON.stringify(decision) : line}\n`);
  }
}

/** @throws PatchbayError `config` when there is no such service, or it cannot say what it asks for. */
async function allowService(
  around: Surroundings,
  name: string,
  options: { readonly cwd: string },
): Promise<void> {
  await using host = terminalHost(around);
  // An earlier no must not keep it from being described.
  await host.admissions.forget(name);
  const composition = await host.compose({ cwd: resolve(options.cwd), trusted: true });
  const services = composition.services.filter((spec) => spec.name === name && spec.thirdParty);
  const [found] = await describeServices(host, { ...composition, services });
  if (!found) {
    throw new PatchbayError('config', `No settings name a service "${name}".`, {
      remedy: '`patchbay services` lists them; those that are built in need not be allowed.',
    });
  }
  // One that would be sent a token is not asked before it is allowed.
  if (found.error && found.error.kind !== 'denied') throw found.error;
  for (const line of await host.admissions.details(found.spec, found.manifest)) {
    stdout.write(`${line.name}: ${line.text}\n`);
  }
  await host.admissions.remember(found.spec, found.manifest, 'allow');
  stderr.write(`Allowed. \`patchbay service trust forget ${name}\` takes it back.\n`);
}

/** @throws PatchbayError `config` when nothing was decided. */
async function forgetService(around: Surroundings, name: string): Promise<void> {
  await using host = terminalHost(around);
  const count = await host.admissions.forget(name);
  if (count === 0) {
    throw new PatchbayError('config', `Nothing was decided about a service "${name}".`, {
      remedy: '`patchbay service trust list` has all decisions.',
    });
  }
  stderr.write(`"${name}" is asked about again when it next runs.\n`);
}
