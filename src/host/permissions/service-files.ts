/** What a third-party service is made of: the files it is started from, and one hash for its version (RT-8). */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import type { SourceHashes } from '../source-hashes.ts';

const MODULE = /\.[cm]?[jt]s$/;

/**
 * Sha256 in hex of what is run, with what the settings give it as environment. Modules count with all that they import by relative path, other files of the
 * command by their own content; what a script in another language imports is not seen.
 */
export async function printOf(spec: ServiceSpec, hashes: SourceHashes): Promise<string> {
  const files = await filesOf(spec);
  const contents = await Promise.all(
    files.map((file) => (MODULE.test(file) ? hashes.ofModule(file) : hashes.ofFile(file))),
  );
  const requirements = spec.isolation === 'process' ? spec.python?.requirements : undefined;
  // A command without a file of its own (`python3 -m …`) may run what it finds where it is started.
  const place = spec.isolation === 'process' && files.length === 0 ? spec.cwd : undefined;
  const given = Object.entries(spec.thirdParty?.given ?? {}).sort();
  return createHash('sha256')
    .update(
      JSON.stringify([spec.isolation, startOf(spec), place, given, tokenOf(spec), requirements, contents]),
    )
    .digest('hex');
}

/** The name of the variable whose value a service elsewhere is sent. */
export function tokenOf(spec: ServiceSpec): string | undefined {
  return spec.isolation === 'http' ? spec.tokenName : undefined;
}

/** Absolute: the module of a thread, and every part of a command that is a file, such as a script beside its interpreter. */
export async function filesOf(spec: ServiceSpec): Promise<string[]> {
  if (spec.isolation === 'http') return [];
  if (spec.isolation === 'thread') return [spec.entry];
  const [program = '', ...rest] = spec.command;
  // A bare name is looked up on the PATH, never in the folder.
  const parts = /[\\/]/.test(program) && program !== process.execPath ? [program, ...rest] : rest;
  const found = await Promise.all(
    parts.map(async (part) => {
      const path = resolve(spec.cwd ?? '.', part);
      const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? false;
      return isFile ? [path] : [];
    }),
  );
  return found.flat();
}

/** As the person reads it: what is started, in one line. */
export function startOf(spec: ServiceSpec): string {
  switch (spec.isolation) {
    case 'http':
      return spec.url;
    case 'thread':
      return spec.entry;
    case 'process':
      return spec.command.map((part) => (/\s/.test(part) ? JSON.stringify(part) : part)).join(' ');
    default:
      return spec satisfies never;
  }
}
