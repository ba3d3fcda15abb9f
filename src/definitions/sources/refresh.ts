/** `refresh`: the registry and everything it names is read again; what is missing in the cache is fetched (DL-14). */
import { asPatchbayError } from '../../protocol/errors.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type DiscoveredDefinition, discoverDefinitions } from './discover.ts';
import { createFetcher, type SourceOptions } from './fetcher.ts';
import { readRegistry } from './registry.ts';

export interface RefreshedSource {
  readonly name: string;
  readonly uri: string;
  readonly found: readonly DiscoveredDefinition[];
  /** Of definitions that cannot be used. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why it cannot be had, and what to do. */
  readonly reason?: string;
  readonly remedy?: string;
}

/** In the registry's order. @throws PatchbayError `config` when the registry itself is wrong; `cancelled` */
export async function refreshSources(options: SourceOptions): Promise<RefreshedSource[]> {
  const registry = await readRegistry(options.home);
  const fetcher = createFetcher(options);
  return Promise.all(
    [...registry].map(async ([name, uri]) => {
      try {
        const { found, diagnostics } = await discoverDefinitions(options, name, options.home, fetcher);
        return { name, uri, found, diagnostics };
      } catch (thrown) {
        const error = asPatchbayError(thrown);
        if (error.kind === 'cancelled') throw error;
        const { message: reason, remedy } = error;
        return { name, uri, found: [], diagnostics: [], reason, ...(remedy !== undefined && { remedy }) };
      }
    }),
  );
}

/** `2 bundles, 1 behavior, 5 agents`; `nothing` for none. */
export function countsText(found: readonly DiscoveredDefinition[]): string {
  const texts = (['bundle', 'behavior', 'agent'] as const).map((kind) => {
    const count = found.filter((each) => each.kind === kind).length;
    return count === 0 ? undefined : `${count} ${kind}${count === 1 ? '' : 's'}`;
  });
  return texts.filter((text) => text !== undefined).join(', ') || 'nothing';
}
