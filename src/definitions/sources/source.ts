/** Where a definition that is named by an address lies on this machine once it was brought here (DL-12). */

export interface ResolvedSource {
  /** As it was named. */
  readonly uri: string;
  /** Absolute: the file, or the folder of a repository or of its `#subdirectory=`. */
  readonly path: string;
  /** False for local paths and `file://`. */
  readonly isRemote: boolean;
  /** Of a file's bytes, or the commit of a repository; absent for local ones. */
  readonly version?: string;
}

/**
 * Brings a source here, or finds it in the cache.
 * @param uri `git+https://…@ref#subdirectory=…`, `https://…`, `file://…`, an absolute path, or a path relative to `from`
 * @param from the absolute folder of the definition that names it
 * @throws PatchbayError `config` with the remedy: unreachable, not found, not the pinned content, not an address
 */
export type SourceResolver = (uri: string, from: string) => Promise<ResolvedSource>;
