/** The files a bundle brings beside its own: agents and context, each looked for where its name says. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { filesOf } from '../agents/agent-places.ts';
import { nameOfFile } from '../agents/dialects.ts';
import { nearestName } from '../agents/nearest-name.ts';
import { secretFault } from '../agents/secret-files.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Bundle, type BundleAgent, type BundleContext, type BundleParts, placeOf } from './bundle.ts';

type Namespaces = ReadonlyMap<string, string>;

export interface BundleContent {
  readonly parts: BundleParts;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws: what is not there is a diagnostic. */
export async function bundleContent(bundle: Bundle, namespaces: Namespaces): Promise<BundleContent> {
  const diagnostics: Diagnostic[] = [];
  const [agents, context] = await Promise.all([
    agentsOf(bundle, namespaces, diagnostics),
    contextOf(bundle, namespaces, diagnostics),
  ]);
  return { parts: { ...bundle, agents, context }, diagnostics };
}

async function agentsOf(
  bundle: Bundle,
  namespaces: Namespaces,
  diagnostics: Diagnostic[],
): Promise<BundleAgent[]> {
  const { roster, inline } = bundle.agents;
  if (roster === 'none') return [...inline];
  const own = await agentsIn(bundle.root, bundle.name, bundle, diagnostics);
  if (roster === 'all') return [...own, ...inline];
  const named = await Promise.all(
    roster.map(async ({ name: full, origin }): Promise<BundleAgent[]> => {
      const [name, namespace = bundle.name] = full.split(':', 2).reverse() as [string, string?];
      const root = namespaces.get(namespace);
      const there =
        namespace === bundle.name
          ? own
          : root === undefined
            ? undefined
            : await agentsIn(root, namespace, bundle, diagnostics);
      const found = there?.find((each) => each.name === name);
      if (found) return [{ ...found, origin }];
      if (namespace === bundle.name && inline.some((each) => each.name === name)) return [];
      const known = there ? [...there, ...inline].map((each) => each.name) : [...namespaces.keys()];
      const near = nearestName(there ? name : namespace, known);
      diagnostics.push({
        ...placeOf({ origin }),
        message: there
          ? `The bundle "${namespace}" has no agent "${name}".`
          : `There is no bundle "${namespace}".`,
        remedy: near === undefined ? `Known are: ${known.join(', ') || 'none'}.` : `Did you mean "${near}"?`,
      });
      return [];
    }),
  );
  return [...named.flat(), ...inline];
}

async function agentsIn(
  root: string,
  namespace: string,
  { isRemote }: Bundle,
  diagnostics: Diagnostic[],
): Promise<BundleAgent[]> {
  const { files, diagnostics: faults } = await filesOf(join(root, 'agents'), 'bundle');
  diagnostics.push(...faults);
  return files.map(({ file }) => ({ name: nameOfFile(file), namespace, file, origin: { file, isRemote } }));
}

async function contextOf(
  bundle: Bundle,
  namespaces: Namespaces,
  diagnostics: Diagnostic[],
): Promise<BundleContext[]> {
  const found = await Promise.all(
    bundle.context.map(async ({ path: full, origin }): Promise<BundleContext[]> => {
      // Amplifier's may be written as a mention is.
      const written = full.replace(/^@/, '');
      const [, namespace = bundle.name, path = written] = /^([^:\\/]{2,}):(.+)$/.exec(written) ?? [];
      const root = namespace === bundle.name ? bundle.root : namespaces.get(namespace);
      const fault = (message: string, remedy: string) => {
        diagnostics.push({ ...placeOf({ origin }), message, remedy });
        return [];
      };
      if (root === undefined) {
        return fault(
          `There is no bundle "${namespace}".`,
          `Known are: ${[...namespaces.keys()].join(', ')}.`,
        );
      }
      const file = (await existing(resolve(root, path))) ?? resolve(root, path);
      const inside = relative(root, file);
      if (isAbsolute(inside) || inside.split(sep)[0] === '..') {
        return fault(`"${full}" leads out of its bundle.`, 'Write a path inside of it.');
      }
      try {
        const secret = await secretFault(file, root);
        if (secret !== undefined)
          return fault(`"${full}" is not read: ${secret}.`, 'Name only what a model may read.');
      } catch {
        return fault(`There is no file ${file}.`, 'Write a path from the folder of the bundle.');
      }
      return [{ key: `${namespace}:${inside.split(sep).join('/')}`, file, origin }];
    }),
  );
  return found.flat();
}

/** `.md` may be left out. */
async function existing(path: string): Promise<string | undefined> {
  for (const candidate of [path, `${path}.md`]) {
    if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate;
  }
  return undefined;
}
