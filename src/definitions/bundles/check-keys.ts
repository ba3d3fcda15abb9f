/** Reads values of a definition file through schemas and says at its place what is wrong with each (DL-3). */
import * as z from 'zod/mini';
import { issueText } from '../../protocol/issues-text.ts';
import { isRecord } from '../../protocol/reading.ts';
import { nearestName } from '../agents/nearest-name.ts';
import { type Diagnostic, isError } from '../diagnostic.ts';
import type { PlacedYaml } from '../placed-yaml.ts';
import type { BundleKey } from './bundle-keys.ts';

export interface Checker {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined when it is not there or wrong. */
  read<S extends z.ZodMiniType>(
    value: unknown,
    path: readonly string[],
    key: BundleKey<S>,
  ): z.output<S> | undefined;
  /** Says which keys of a map are none of the known ones. */
  onlyKnown(
    content: Readonly<Record<string, unknown>>,
    path: readonly string[],
    known: readonly string[],
  ): void;
}

/** Kinds of issue that `issueText` says more about than the library. */
const SPOKEN = ['invalid_type', 'invalid_value', 'custom'];

export function createChecker(note: PlacedYaml['note']): Checker {
  const diagnostics: Diagnostic[] = [];
  const unknown = (path: readonly PropertyKey[], known: readonly string[]) => {
    const key = String(path.at(-1));
    const full = path.join('.');
    const near = nearestName(key, known);
    if (key === 'entry' && known.includes('command')) {
      const message = `"${full}": a bundle's services are never threads of the host.`;
      diagnostics.push(note({ path, at: 'key', message, remedy: 'Write a command instead.' }));
    } else if (near !== undefined) {
      const message = `There is no key "${full}".`;
      diagnostics.push(note({ path, at: 'key', message, remedy: `Did you mean "${near}"?` }));
    } else {
      // Of another program, or of a later version: the rest of the file is still what it says.
      const message = `There is no key "${full}"; it has no effect here.`;
      const remedy = `Known are: ${known.join(', ')}.`;
      diagnostics.push(note({ path, at: 'key', severity: 'warning', message, remedy }));
    }
  };
  const read: Checker['read'] = (value, path, key) => {
    // An empty value is one not given.
    if (value === undefined || value === null) return undefined;
    const parsed = z.safeParse(key.schema, value, { reportInput: true });
    if (parsed.success) return parsed.data;
    const before = diagnostics.length;
    const strangers: PropertyKey[][] = [];
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        strangers.push(...issue.keys.map((each) => [...issue.path, each]));
      } else diagnostics.push(note(wrongValue(value, path, issue, key.expects)));
    }
    for (const stranger of strangers) unknown([...path, ...stranger], key.keys ?? []);
    if (strangers.length === 0 || diagnostics.slice(before).some(isError)) return undefined;
    return read(without(value, strangers), path, key);
  };
  return {
    diagnostics,
    read,
    onlyKnown(content, path, known) {
      for (const key of Object.keys(content)) if (!known.includes(key)) unknown([...path, key], known);
    },
  };
}

function wrongValue(value: unknown, at: readonly string[], issue: z.core.$ZodIssue, expects: string) {
  const path = [...at, ...issue.path];
  const found = issue.path.reduce<unknown>(
    (each, step) => (each as Record<PropertyKey, unknown>)?.[step],
    value,
  );
  const why = SPOKEN.includes(issue.code) ? `: ${issueText(issue)}` : '';
  const message =
    found === undefined
      ? `"${path.join('.')}" is missing.`
      : `"${path.join('.')}" cannot be ${JSON.stringify(found).slice(0, 60)}${why}.`;
  return { path, message, remedy: `Write ${expects}; until then the bundle is not available.` };
}

function without(value: unknown, paths: readonly PropertyKey[][]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)[step], copy);
    if (isRecord(parent)) delete parent[String(path.at(-1))];
  }
  return copy;
}
