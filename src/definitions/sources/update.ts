/** `update`: what is there now in place of what is pinned in the cache, or only whether it differs (DL-12). */
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import { fetchedAs, isPinned, parseAddress, type RemoteAddress } from './address.ts';
import { type CachedSource, listCached } from './cache.ts';
import { createFetcher, type Fetcher, type SourceOptions } from './fetcher.ts';
import { readRegistry, unknownName } from './registry.ts';

export interface SourceUpdate {
  /** A repository or file as it was fetched. */
  readonly uri: string;
  /** Registered names that lead to it. */
  readonly names: readonly string[];
  readonly status: 'changed' | 'unchanged' | 'unreachable';
  /** Commit or sha256: what is used so far, and what is there now. */
  readonly before: string;
  readonly after?: string;
  /** When what is used so far was fetched; ISO 8601. */
  readonly fetchedAt: string;
  /** Why it is unreachable, and what to do; what is cached stays in use. */
  readonly reason?: string;
  readonly remedy?: string;
}

/**
 * @param which a registered name or an address; undefined: all that was fetched
 * @param isApplied false: nothing is changed
 * @throws PatchbayError `config` when nothing was fetched for `which`; `cancelled`
 */
export async function updateSources(
  options: SourceOptions,
  which: string | undefined,
  isApplied: boolean,
): Promise<SourceUpdate[]> {
  const { home } = options;
  const [registry, cached] = await Promise.all([readRegistry(home), listCached(home)]);
  const chosen = which === undefined ? cached : [choose(which, registry, cached)];
  const fetcher = createFetcher(options);
  return Promise.all(
    chosen.map(async (source) => ({
      uri: source.uri,
      names: namesOf(source.uri, registry),
      before: source.version,
      fetchedAt: source.fetchedAt,
      ...(await renewed(source, fetcher, isApplied)),
    })),
  );
}

/** Registered names whose address is served by a fetched source. */
export function namesOf(uri: string, registry: ReadonlyMap<string, string>): string[] {
  return [...registry].filter(([, address]) => servedBy(address) === uri).map(([name]) => name);
}

/** What an address is fetched as; undefined for paths and what is no address (`refresh` reports that). */
export function servedBy(address: string): string | undefined {
  try {
    const parsed = parseAddress(address);
    return parsed.kind === 'path' ? undefined : fetchedAs(parsed);
  } catch {
    return undefined;
  }
}

async function renewed(
  { uri, version }: CachedSource,
  fetcher: Fetcher,
  isApplied: boolean,
): Promise<Pick<SourceUpdate, 'status' | 'after' | 'reason' | 'remedy'>> {
  try {
    const address = parseAddress(uri) as RemoteAddress;
    if (isPinned(address)) return { status: 'unchanged', after: version };
    const { version: after } = await fetcher.renew(address, isApplied);
    return { status: after === version ? 'unchanged' : 'changed', after };
  } catch (thrown) {
    const error = asPatchbayError(thrown);
    if (error.kind === 'cancelled') throw error;
    return {
      status: 'unreachable',
      reason: error.message,
      ...(error.remedy !== undefined && { remedy: error.remedy }),
    };
  }
}

function choose(
  which: string,
  registry: ReadonlyMap<string, string>,
  cached: readonly CachedSource[],
): CachedSource {
  const registered = registry.get(which);
  const uri = servedBy(registered ?? which);
  const found = cached.find((each) => each.uri === uri);
  if (found) return found;
  if (registered === undefined && uri === undefined) throw unknownName(which, registry.keys());
  if (uri === undefined) {
    throw new PatchbayError('config', `"${which}" is ${registered}, of this machine.`, {
      remedy: 'It is read as it is whenever it is used; there is nothing to update.',
    });
  }
  throw new PatchbayError('config', `${uri} was not fetched yet.`, {
    remedy: `It is fetched when it is first used, or now with: patchbay install ${which}`,
  });
}
