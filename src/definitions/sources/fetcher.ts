/** Sources as they are kept: found in the cache, fetched when they are not, fetched again when somebody asks. */
import { fileURLToPath } from 'node:url';
import { PatchbayError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import { fetchedAs, type RemoteAddress } from './address.ts';
import { atMost } from './at-most.ts';
import { type CachedSource, type Fetched, findCached, openStage, type Stage } from './cache.ts';
import { fetchFile } from './fetch-file.ts';
import { fetchRepository } from './fetch-repository.ts';
import { refuseUntrusted } from './trust.ts';

const AT_ONCE = 6;
/** A repository may be large; a server that is silent for so long is not there. */
const LONGEST_MS = 120_000;

export interface SourceOptions {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  /** Of which git gets what it needs. */
  readonly environment: Environment;
  /** Folders of which nothing is read, since they are not trusted. */
  readonly untrusted?: readonly string[];
  readonly signal?: AbortSignal;
  /** For one source. */
  readonly timeoutMs?: number;
  /** Hears the address when something is really fetched. */
  readonly onFetch?: (uri: string) => void;
}

export interface Fetcher {
  /** The cached content, else what is there now. @throws PatchbayError `config`, `cancelled` */
  get(address: RemoteAddress): Promise<CachedSource>;
  /**
   * What is there now, which takes the place of what is cached when `isKept`.
   * @throws PatchbayError `config`, `cancelled`; the cached content is still there then
   */
  renew(address: RemoteAddress, isKept: boolean): Promise<{ version: string }>;
}

export function createFetcher(options: SourceOptions): Fetcher {
  const { home, onFetch, untrusted = [] } = options;
  const inTurn = atMost(AT_ONCE);
  const running = new Map<string, Promise<CachedSource>>();

  const fetchInto = (address: RemoteAddress, stage: Stage): Promise<Fetched> =>
    inTurn(async () => {
      const url = address.kind === 'repository' ? address.repository : address.url;
      if (url.startsWith('file:')) await refuseUntrusted(fileURLToPath(url), untrusted);
      onFetch?.(fetchedAs(address));
      return fetchWithin(address, stage.folder, options);
    });
  const find = async (address: RemoteAddress): Promise<CachedSource> => {
    const uri = fetchedAs(address);
    const cached = await findCached(home, uri);
    if (cached) return cached;
    await using stage = await openStage(home);
    return await stage.keep(uri, await fetchInto(address, stage));
  };

  return {
    get(address) {
      const uri = fetchedAs(address);
      const known = running.get(uri);
      if (known) return known;
      const found = find(address).finally(() => running.delete(uri));
      running.set(uri, found);
      return found;
    },
    async renew(address, isKept) {
      const uri = fetchedAs(address);
      await using stage = await openStage(home);
      const fetched = await fetchInto(address, stage);
      const cached = await findCached(home, uri);
      if (isKept && cached?.version !== fetched.version) await stage.keep(uri, fetched);
      return { version: fetched.version };
    },
  };
}

async function fetchWithin(
  address: RemoteAddress,
  folder: string,
  { environment, signal, timeoutMs = LONGEST_MS }: SourceOptions,
): Promise<Fetched> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any(signal ? [signal, timeout] : [timeout]);
  try {
    switch (address.kind) {
      case 'file':
        return await fetchFile(address, folder, either);
      case 'archive': {
        // Few have one, and what reads it need not be loaded for the rest.
        const { fetchArchive } = await import('./fetch-archive.ts');
        return await fetchArchive(address, folder, either);
      }
      case 'repository':
        return await fetchRepository(address, folder, { environment, signal: either });
      default:
        return address satisfies never;
    }
  } catch (error) {
    if (signal?.aborted)
      throw new PatchbayError('cancelled', `Fetching ${fetchedAs(address)} was cancelled.`);
    if (!timeout.aborted) throw error;
    throw new PatchbayError(
      'config',
      `${fetchedAs(address)} did not come within ${Math.round(timeoutMs / 1000)} s.`,
      { remedy: 'Look at the connection, then try again.' },
    );
  }
}
