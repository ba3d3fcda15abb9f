/** Where things are, for hosts and compositions of tests. Nothing is ever fetched from another machine. */

import { createSourceResolver } from '../../src/definitions/sources/resolver.ts';
import type { SourceResolver } from '../../src/definitions/sources/source.ts';
import type { Surroundings } from '../../src/definitions/surroundings.ts';
import { PatchbayError } from '../../src/protocol/errors.ts';

/** @param given node: this very one when absent. */
export function surroundingsOf(
  given: Pick<Surroundings, 'home' | 'productFolder'> & Partial<Surroundings>,
): Surroundings {
  const { home } = given;
  return {
    environment: {},
    ripgrep: undefined,
    node: { command: [process.execPath], env: {} },
    resolveSource: sourcesOfThisMachine(home),
    ...given,
  };
}

/** The resolver that ships, without a network. */
export function sourcesOfThisMachine(home: string): SourceResolver {
  const resolve = createSourceResolver({ home, environment: {} });
  return async (uri, from) => {
    if (!/^(?:git\+)?https:/.test(uri)) return resolve(uri, from);
    throw new PatchbayError('config', `${uri} cannot be reached.`, { remedy: 'Tests have no network.' });
  };
}
