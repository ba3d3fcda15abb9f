/** Routing matrices from disk: the person's shadow the shipped ones of the same name (DL-41). */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Matrix } from '../protocol/routing.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readKnownYaml } from './yaml-cache.ts';

export const DEFAULT_MATRIX = 'balanced';

export interface FoundMatrix {
  /** The file's name without its ending: what the settings call it. */
  readonly name: string;
  readonly file: string;
  readonly matrix: Matrix;
  /** Files of the same name further down, which it hides. */
  readonly shadows: readonly string[];
}

export interface MatrixPlaces {
  readonly home: string;
  readonly productFolder: string;
}

export interface Matrices {
  readonly matrices: readonly FoundMatrix[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The person's folder first: the first of a name wins. */
export function matrixFolders({ home, productFolder }: MatrixPlaces): string[] {
  return [join(home, 'routing'), join(productFolder, 'agents', 'routing')];
}

/** All there are, by name. One that is wrong is a diagnostic, and what it would have hidden counts instead. */
export async function listMatrices(places: MatrixPlaces): Promise<Matrices> {
  const files = (await Promise.all(matrixFolders(places).map(yamlFiles))).flat();
  return readMatrices(files);
}

/** The one of a name; without it, `matrices` is empty and a diagnostic says which there are. */
export async function findMatrix(places: MatrixPlaces, name: string, askedBy: string): Promise<Matrices> {
  // A name is no path: what leads out of the folders is nobody's name.
  const files = basename(name) === name ? ENDINGS.map((ending) => `${name}${ending}`) : [];
  const found = await readMatrices(
    matrixFolders(places).flatMap((folder) => files.map((file) => join(folder, file))),
  );
  if (found.matrices.length > 0 || found.diagnostics.length > 0) return found;
  const others = (await listMatrices(places)).matrices.map((each) => each.name);
  const message = `There is no routing matrix "${name}".`;
  return { matrices: [], diagnostics: [{ file: askedBy, message, remedy: remedyText(others, places) }] };
}

const ENDINGS = ['.yaml', '.yml'];

function remedyText(others: readonly string[], { home }: MatrixPlaces): string {
  const choices = others.length > 0 ? `Choose one of: ${others.join(', ')}; or write` : 'Write';
  return `${choices} your own into ${join(home, 'routing')}.`;
}

async function readMatrices(files: readonly string[]): Promise<Matrices> {
  const found = new Map<string, FoundMatrix>();
  const diagnostics: Diagnostic[] = [];
  const reads = await Promise.all(
    files.map(async (file) => [file, await readKnownYaml(file, Matrix)] as const),
  );
  for (const [file, read] of reads) {
    diagnostics.push(...read.diagnostics);
    if (!read.value) continue;
    const name = basename(file).replace(/\.ya?ml$/, '');
    const above = found.get(name);
    found.set(
      name,
      above
        ? { ...above, shadows: [...above.shadows, file] }
        : { name, file, matrix: read.value, shadows: [] },
    );
  }
  const matrices = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { matrices, diagnostics };
}

async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(folder, name));
}
