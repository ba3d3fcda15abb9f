/** A bundle with everything it includes: each file read once, those of one level at the same time (DL-12). */
import { dirname } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import { type Bundle, type BundleInclude, placeOf } from './bundle.ts';
import { readKnownBundle } from './bundle-cache.ts';
import { type BundleSources, type Found, findBundle } from './bundle-source.ts';

export interface BundleTree {
  /** In the order in which they are laid over one another: what is included comes first. */
  readonly bundles: readonly Bundle[];
  /** The file of each that was asked for, in order; undefined where there is none. */
  readonly starts: readonly (string | undefined)[];
  /** The folder that `name:path` begins at, by name. */
  readonly namespaces: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Node {
  readonly bundle: Bundle;
  /** The file of each include, in order; absent where there is none. */
  readonly links: (string | undefined)[];
}

interface Task {
  readonly include: BundleInclude;
  readonly from: string;
  link(file: string): void;
}

/** Never throws: what cannot be included is a diagnostic, and the rest works. */
export async function loadBundleTree(
  start: readonly BundleInclude[],
  sources: Omit<BundleSources, 'namespaces'>,
): Promise<BundleTree> {
  const diagnostics: Diagnostic[] = [];
  const nodes = new Map<string, Promise<Node | undefined>>();
  const namespaces = new Map<string, string>();
  const starts: (string | undefined)[] = [];
  const open = async (file: string, isRemote: boolean, later: Task[]): Promise<Node | undefined> => {
    const { bundle, diagnostics: faults } = await readKnownBundle(file, isRemote);
    diagnostics.push(...faults);
    if (!bundle) return undefined;
    namespaces.set(bundle.name, bundle.root);
    const links: Node['links'] = [];
    bundle.includes.forEach((include, index) => {
      later.push({
        include,
        from: dirname(file),
        link: (target) => {
          links[index] = target;
        },
      });
    });
    return { bundle, links };
  };

  let tasks = start.map(
    (include, index): Task => ({
      include,
      from: sources.cwd,
      link: (file) => {
        starts[index] = file;
      },
    }),
  );
  while (tasks.length > 0) {
    const later: Task[] = [];
    const unknown: { task: Task; found: Exclude<Found, { kind: 'file' }> }[] = [];
    const before = nodes.size;
    await Promise.all(
      tasks.map(async (task) => {
        const { include, from } = task;
        const wanted = { ...include, from, isRemote: include.origin.isRemote };
        const found = await findBundle(wanted, { ...sources, namespaces });
        if (found.kind === 'unknown') unknown.push({ task, found });
        else if (found.kind === 'missing') diagnostics.push(notIncluded(include, found));
        else {
          const node = nodes.get(found.file) ?? open(found.file, found.isRemote, later);
          nodes.set(found.file, node);
          if (await node) task.link(found.file);
        }
      }),
    );
    // Whoever was read now may have the name that was not known.
    if (nodes.size > before) later.push(...unknown.map(({ task }) => task));
    else diagnostics.push(...unknown.map(({ task, found }) => notIncluded(task.include, found)));
    tasks = later;
  }
  const settled = new Map<string, Node>();
  for (const [file, node] of nodes) {
    const read = await node;
    if (read) settled.set(file, read);
  }
  const order = flattened(starts, settled);
  const all = [...diagnostics, ...order.diagnostics].toSorted(byPlace);
  return { bundles: order.bundles, starts, namespaces, diagnostics: all };
}

/** Depth first, each once; a circle is told with its chain and not followed. */
function flattened(starts: Node['links'], nodes: ReadonlyMap<string, Node>) {
  const bundles: Bundle[] = [];
  const diagnostics: Diagnostic[] = [];
  const done = new Set<string>();
  const walk = (file: string, chain: readonly string[]) => {
    const node = nodes.get(file);
    if (!node || done.has(file)) return;
    const here = [...chain, file];
    for (const [index, target] of node.links.entries()) {
      if (target === undefined) continue;
      if (!here.includes(target)) walk(target, here);
      else
        diagnostics.push(circle(node.bundle.includes[index]!, [...here.slice(here.indexOf(target)), target]));
    }
    done.add(file);
    bundles.push(node.bundle);
  };
  const circle = (include: BundleInclude, files: readonly string[]): Diagnostic => {
    const names = files.map((each) => nodes.get(each)!.bundle.name).join(' → ');
    return {
      ...placeOf(include),
      severity: 'warning',
      message: `Bundles include each other in a circle: ${names}.`,
      remedy: 'Remove this include; it is not followed.',
    };
  };
  for (const start of starts) if (start !== undefined) walk(start, []);
  return { bundles, diagnostics };
}

function notIncluded(
  include: BundleInclude,
  { message, remedy }: Exclude<Found, { kind: 'file' }>,
): Diagnostic {
  return { ...placeOf(include), message: `"${include.uri}" is not included: ${message}`, remedy };
}

/** Whichever was read first. */
function byPlace(one: Diagnostic, other: Diagnostic): number {
  const { line = 0, column = 0 } = other;
  return one.file.localeCompare(other.file) || (one.line ?? 0) - line || (one.column ?? 0) - column;
}
