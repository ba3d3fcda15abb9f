/**
 * Names for addresses: `<home>/definitions/registry.yaml`, one `name: address` a line. A name is as good as its
 * address wherever one is written. Comments in the file stay.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Document, isMap, isScalar, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { PatchbayError } from '../../protocol/errors.ts';
import { nearestName } from '../agents/nearest-name.ts';
import { diagnosticText } from '../diagnostic.ts';
import { readYamlFile } from '../yaml-file.ts';
import { definitionsFolder } from './cache.ts';
import { replaceFile } from './replace.ts';

/** Not like a path, nor like a file's name. */
const NAME = /^[a-z0-9][\w-]*(?:\.[\w-]+)*$/i;
const FILE = /\.(?:md|ya?ml|ai|json)$/i;
const Registry = z.record(z.string(), z.string().check(z.minLength(1))).check(
  z.check(({ value, issues }) => {
    for (const name of Object.keys(value).filter((each) => !isRegistryName(each))) {
      const message = 'a name has letters, digits, "-", "_" and "." and does not look like a file';
      issues.push({ code: 'custom', message, path: [name], input: name });
    }
  }),
);
const HEADING = ' Names of definitions for `includes` and commands: name: address';

export function isRegistryName(text: string): boolean {
  return NAME.test(text) && !FILE.test(text) && text.length <= 80;
}

export function registryFile(home: string): string {
  return join(definitionsFolder(home), 'registry.yaml');
}

/** Addresses by name, in the file's order. @throws PatchbayError `config` with the place of what is wrong */
export async function readRegistry(home: string): Promise<ReadonlyMap<string, string>> {
  const { value, diagnostics } = await readYamlFile(registryFile(home), Registry);
  const [first] = diagnostics;
  if (first) {
    const { remedy, ...place } = first;
    throw new PatchbayError('config', diagnosticText({ ...place, remedy: '' }).trim(), { remedy });
  }
  return new Map(Object.entries(value ?? {}));
}

/**
 * Sets the address of a name; undefined removes the name.
 * @throws PatchbayError `config` when the file is wrong: it is left as it is
 */
export async function changeRegistry(home: string, name: string, uri: string | undefined): Promise<void> {
  await readRegistry(home);
  const file = registryFile(home);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const document = text === undefined ? begun() : parseDocument(text);
  if (uri === undefined) removeEntry(document, name);
  else setEntry(document, name, uri);
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, document.toString({ lineWidth: 0 }));
}

/** The error for a name or address that nothing is known of: it says what is. */
export function unknownName(name: string, known: Iterable<string>): PatchbayError {
  const names = [...known];
  const near = nearestName(name, names);
  const choices = names.length > 0 ? `Choose one of: ${names.join(', ')}.` : 'Nothing is registered yet.';
  return new PatchbayError('config', `There are no definitions "${name}".`, {
    remedy: near === undefined ? choices : `Did you mean "${near}"?`,
  });
}

function setEntry(document: Document, name: string, uri: string): void {
  // An empty map is written `{}`; what is added to it shall have a line of its own.
  if (isMap(document.contents)) document.contents.flow = false;
  document.set(name, uri);
}

/** What stands above the first entry may be about the whole file. */
function removeEntry(document: Document, name: string): void {
  const first = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  if (isScalar(first) && first.value === name && first.commentBefore) {
    document.commentBefore = [document.commentBefore, first.commentBefore].filter(Boolean).join('\n\n');
  }
  document.delete(name);
}

function begun(): Document {
  const document = new Document({});
  document.commentBefore = HEADING;
  return document;
}
