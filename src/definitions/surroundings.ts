/** What a composition root tells of the machine, the person and the product. */
import type { Environment } from './environment.ts';
import type { SourceResolver } from './sources/source.ts';

/** Where things are and what may be known; put together once by a composition root. */
export interface Surroundings {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`. */
  readonly home: string;
  /** The folder of the installed product: `dist/`, `agents/`. */
  readonly productFolder: string;
  /** A copy of the process environment with the person's stored keys laid over it. */
  readonly environment: Environment;
  readonly ripgrep: string | undefined;
  readonly node: { readonly command: readonly string[]; readonly env: Environment };
  /** Finds what definitions name by a path or an address, and brings it here where it has to be fetched. */
  readonly resolveSource: SourceResolver;
}
