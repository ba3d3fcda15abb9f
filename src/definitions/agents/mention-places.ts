/** Which files a mention may mean, and the folders they must be in (DL-1). */
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

export interface MentionPlaces {
  /** `$AMPLIFIER_HOME` or `~/.amplifier`; absent for what was fetched: it may not read there. */
  readonly home?: string | undefined;
  /** The folder that is worked in; absent when it is not trusted. */
  readonly workspace?: string | undefined;
  /** The person's own folder: what `~` stands for. */
  readonly personal?: string | undefined;
  /** The folder of a bundle by its namespace; undefined for one there is none of. */
  readonly bundleFolder?: ((namespace: string) => string | undefined) | undefined;
}

export type MayBe =
  | { readonly files: readonly string[]; readonly bundle?: string }
  | { readonly fault: string; readonly remedy: string };

/** Candidates in order. @param from the file that has the mention */
export function whereItMayBe(mention: string, from: string, places: MentionPlaces): MayBe {
  const { home, workspace, personal } = places;
  if (/^~[/\\]/.test(mention)) {
    if (personal === undefined) return { fault: 'it is not known where ~ is', remedy: 'Write another path.' };
    return { files: [join(personal, mention.slice(2))] };
  }
  const [, namespace, path = ''] = /^([\p{L}\p{N}_.-]+):(.*)$/u.exec(mention) ?? [];
  if (namespace === undefined) {
    const folders = [dirname(from), ...(workspace === undefined ? [] : [workspace])];
    return { files: [...new Set(folders.map((folder) => resolve(folder, mention)))] };
  }
  if (namespace === 'user') {
    if (home === undefined)
      return {
        fault: 'what was fetched may not read there',
        remedy: 'Mention a file of the bundle or the workspace.',
      };
    return { files: [join(home, path)] };
  }
  if (namespace === 'project') {
    if (workspace === undefined)
      return { fault: 'the folder is not trusted', remedy: 'Trust the folder, or mention another file.' };
    return { files: [join(workspace, '.amplifier', path)] };
  }
  const bundle = places.bundleFolder?.(namespace);
  if (bundle === undefined) {
    const remedy = 'Write user:, project: or the namespace of a bundle that is used here.';
    return { fault: `there is no bundle "${namespace}"`, remedy };
  }
  return { files: [join(bundle, path)], bundle };
}

/** The innermost allowed folder that a file is in; undefined: it is in none. @param real its real path, @param start the file it all begins with */
export async function rootOf(
  real: string,
  start: string,
  bundle: string | undefined,
  { home, workspace }: MentionPlaces,
): Promise<string | undefined> {
  const folders = [dirname(start), home, workspace, bundle].filter((each) => each !== undefined);
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  const around = roots.filter((root) => root !== undefined && isInside(root, real)) as string[];
  return around.sort((a, b) => b.length - a.length)[0];
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return !isAbsolute(path) && path.split(sep)[0] !== '..';
}
