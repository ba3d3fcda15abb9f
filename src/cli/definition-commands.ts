/** `patchbay discover|register|install|update|refresh|unregister|uninstall`: definitions by address (DL-12, DL-14). */
import { basename, relative, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { diagnosticText } from '../definitions/diagnostic.ts';
import { type DiscoveredDefinition, discoverDefinitions } from '../definitions/sources/discover.ts';
import type { SourceOptions } from '../definitions/sources/fetcher.ts';
import { countsText, type RefreshedSource, refreshSources } from '../definitions/sources/refresh.ts';
import {
  installSource,
  registerSource,
  uninstallSource,
  unregisterSource,
} from '../definitions/sources/register.ts';
import { type SourceUpdate, updateSources } from '../definitions/sources/update.ts';
import { EXIT } from './exit-codes.ts';
import { textTable } from './text-table.ts';

interface Output {
  readonly json: boolean;
}

interface Given extends Output {
  /** That relative paths are of. */
  readonly cwd: string;
}

interface Named extends Given {
  readonly name?: string;
}

/** What is in a folder or behind an address. Exit code `failed` when a definition there is broken. */
export async function discover(around: Surroundings, uri: string, options: Given): Promise<number> {
  const { path, found, diagnostics } = await discoverDefinitions(
    optionsOf(around),
    uri,
    resolve(options.cwd),
  );
  if (options.json) for (const each of found) print(JSON.stringify(each));
  else if (found.length === 0) stderr.write(`No agents, behaviors or bundles in ${path}.\n`);
  else
    printTable(
      ['KIND', 'NAME', 'FILE', 'DESCRIPTION'],
      found.map((each) => discoveredCells(each, path)),
    );
  for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
  return diagnostics.some(({ severity = 'error' }) => severity === 'error') ? EXIT.failed : EXIT.done;
}

/** Gives an address a name; with `install` it is fetched as well. */
export async function register(
  around: Surroundings,
  uri: string,
  options: Named & { readonly install: boolean },
): Promise<void> {
  if (options.install) return install(around, uri, options);
  const { name, uri: address, isNew } = await registerSource(optionsOf(around), namedAddress(uri, options));
  if (options.json) print(JSON.stringify({ name, uri: address, is_new: isNew }));
  else print(`${name} ${isNew ? 'is now' : 'was already'} the name of ${address}`);
}

/** Fetches what an address names and registers it. */
export async function install(around: Surroundings, uri: string, options: Named): Promise<void> {
  const sources = optionsOf(around);
  const done = await installSource(sources, namedAddress(uri, options));
  const { found, diagnostics } = await discoverDefinitions(sources, done.name, around.home);
  const { version, path } = done.source;
  if (options.json) print(JSON.stringify({ name: done.name, uri: done.uri, version, path, found }));
  else {
    print(`${done.name}: ${countsText(found)} (${version === undefined ? path : shortVersion(version)})`);
    print(path);
  }
  for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
}

/** Exit code `failed` when a source could not be reached. */
export async function update(
  around: Surroundings,
  which: string | undefined,
  options: Output & { readonly check: boolean },
): Promise<number> {
  const updates = await updateSources(optionsOf(around), which, !options.check);
  if (options.json) for (const each of updates) print(JSON.stringify(updateLine(each)));
  else if (updates.length === 0) stderr.write('Nothing was fetched yet: patchbay install <address>\n');
  else printTable(['STATUS', 'VERSION', 'NAMES', 'SOURCE'], updates.map(updateCells));
  for (const { reason, remedy = '' } of updates) if (reason) stderr.write(`${reason} ${remedy}\n`);
  const changed = updates.filter(({ status }) => status === 'changed').length;
  if (options.check && changed > 0)
    stderr.write(`Nothing was changed. To use what is new: patchbay update\n`);
  return updates.some(({ status }) => status === 'unreachable') ? EXIT.failed : EXIT.done;
}

/** Reads the registry and all it names again. Exit code `failed` when something cannot be had or used. */
export async function refresh(around: Surroundings, options: Output): Promise<number> {
  const sources = await refreshSources(optionsOf(around));
  if (options.json) for (const each of sources) print(JSON.stringify(each));
  else if (sources.length === 0) stderr.write('Nothing is registered yet: patchbay register <address>\n');
  else printTable(['NAME', 'DEFINITIONS', 'ADDRESS'], sources.map(refreshedCells));
  for (const { name, reason, remedy = '', diagnostics } of sources) {
    if (reason) stderr.write(`${name}: ${reason} ${remedy}\n`);
    for (const diagnostic of diagnostics) stderr.write(`${diagnosticText(diagnostic)}\n`);
  }
  const isBad = ({ reason, diagnostics }: RefreshedSource) => reason !== undefined || diagnostics.length > 0;
  return sources.some(isBad) ? EXIT.failed : EXIT.done;
}

export async function unregister(around: Surroundings, nameOrUri: string): Promise<void> {
  for (const name of await unregisterSource(around.home, nameOrUri))
    print(`${name} is not registered any more.`);
}

export async function uninstall(around: Surroundings, nameOrUri: string): Promise<void> {
  const { names, removed, keptFor } = await uninstallSource(around.home, nameOrUri);
  for (const name of names) print(`${name} is not registered any more.`);
  if (removed !== undefined) print(`${removed} was removed.`);
  else if (keptFor.length > 0) print(`What was fetched stays for ${keptFor.join(', ')}.`);
}

function optionsOf({ home, environment }: Surroundings): SourceOptions {
  return { home, environment, onFetch: (uri) => stderr.write(`fetching ${uri}\n`) };
}

function namedAddress(uri: string, { name, cwd }: Named) {
  return { uri, from: resolve(cwd), ...(name !== undefined && { name }) };
}

function discoveredCells({ kind, name, file, description }: DiscoveredDefinition, path: string): string[] {
  return [kind, name, relative(path, file) || basename(file), description];
}

function updateLine({ fetchedAt, ...rest }: SourceUpdate) {
  return { ...rest, fetched_at: fetchedAt };
}

function updateCells({ status, before, after, names, uri }: SourceUpdate): string[] {
  const version =
    status === 'changed' && after !== undefined
      ? `${shortVersion(before)} → ${shortVersion(after)}`
      : shortVersion(before);
  return [status, version, names.join(', ') || '-', uri];
}

function refreshedCells({ name, uri, found, reason, diagnostics }: RefreshedSource): string[] {
  const faults = diagnostics.length === 0 ? '' : `, ${diagnostics.length} broken`;
  return [name, reason === undefined ? `${countsText(found)}${faults}` : 'cannot be had', uri];
}

function shortVersion(version: string): string {
  return version.slice(0, 12);
}

function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of textTable([headings, ...rows])) print(line);
}

function print(line: string): void {
  stdout.write(`${line}\n`);
}
