/**
 * What a service's code is, as a hash: its entry file and all that it imports by relative path, so that a change
 * of any of them makes it another (RT-36). Packages are not followed. Files are read again only when their size
 * or time says that they were written.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Beyond so many files the rest is not looked at. */
const MOST_FILES = 500;
/** How Node, or a bundler, completes a path; the first that is a file. */
const COMPLETIONS = ['', '.js', '.cjs', '.mjs', '.ts', '.json', '/index.js'];
const IMPORT = /(?:\bfrom\b|\bimport\b|\brequire\b)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]*)\1/g;

interface Source {
  /** Size and time. */
  readonly state: string;
  readonly hash: string;
  /** Relative paths, as they are written. */
  readonly imports: readonly string[];
}

export class SourceHashes {
  readonly #known = new Map<string, Source>();

  /** Sha256 of one file in hex; undefined when it cannot be read. */
  async ofFile(path: string): Promise<string | undefined> {
    return (await this.#source(path))?.hash;
  }

  /**
   * Of the file and what it imports. That of the file alone when it imports nothing by relative path; undefined
   * when it cannot be read.
   */
  async ofModule(entry: string): Promise<string | undefined> {
    const first = await this.#source(entry);
    if (!first || first.imports.length === 0) return first?.hash;
    const whole = createHash('sha256').update(first.hash);
    for await (const { path, source } of this.#importedBy(entry, first)) {
      // One that is missing may come.
      whole.update(`${path}\n${source?.hash ?? 'missing'}\n`);
    }
    return whole.digest('hex');
  }

  /** The files that `ofModule` takes in, the entry first; none when it cannot be read. */
  async filesOfModule(entry: string): Promise<string[]> {
    const first = await this.#source(entry);
    if (!first) return [];
    const files = [entry];
    for await (const { path, source } of this.#importedBy(entry, first)) if (source) files.push(path);
    return files;
  }

  /** Each file once, nearer ones first; without a source where there is none. */
  async *#importedBy(
    entry: string,
    first: Source,
  ): AsyncGenerator<{ readonly path: string; readonly source?: Source }> {
    const seen = new Set([entry]);
    let open = importedBy(entry, first);
    while (open.length > 0 && seen.size < MOST_FILES) {
      const found = await Promise.all(open.map((path) => this.#imported(path)));
      const next: string[] = [];
      for (const [index, module] of found.entries()) {
        const path = module?.path ?? open[index]!;
        if (seen.has(path)) continue;
        seen.add(path);
        yield module ?? { path };
        if (module) next.push(...importedBy(path, module.source));
      }
      open = next;
    }
  }

  async #imported(path: string): Promise<{ path: string; source: Source } | undefined> {
    for (const completion of COMPLETIONS) {
      const source = await this.#source(path + completion);
      if (source) return { path: path + completion, source };
    }
    return undefined;
  }

  async #source(path: string): Promise<Source | undefined> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const state = `${found.mtimeMs} ${found.size}`;
    const before = this.#known.get(path);
    if (before?.state === state) return before;
    const content = await readFile(path).catch(() => undefined);
    if (!content) return undefined;
    const source: Source = { state, hash: sha256(content), imports: importsOf(content.toString()) };
    this.#known.set(path, source);
    return source;
  }
}

function importsOf(text: string): string[] {
  return [...new Set([...text.matchAll(IMPORT)].map(([, , path]) => path!))];
}

function importedBy(path: string, { imports }: Source): string[] {
  return imports.map((each) => resolve(dirname(path), each));
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
