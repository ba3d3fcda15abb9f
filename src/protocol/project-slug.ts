/** The folder name of a project, under which its sessions and logs are kept (DL-30). */
import { createHash } from 'node:crypto';

/** Longer names are refused by common file systems; some bytes are left for what others put after it. */
const LONGEST_SLUG_BYTES = 200;

/**
 * A project's folder name: its absolute path with `/` and `\` as `-` and without `:`, beginning with `-`.
 * A path too long for a file name keeps its beginning and gets a hash.
 */
export function projectSlug(cwd: string): string {
  const trimmed = cwd.length > 1 ? cwd.replace(/[/\\]+$/, '') : cwd;
  const plain = trimmed.replaceAll(/[/\\]/g, '-').replaceAll(':', '');
  const slug = plain.startsWith('-') ? plain : `-${plain}`;
  if (Buffer.byteLength(slug) <= LONGEST_SLUG_BYTES) return slug;
  const hash = createHash('sha256').update(slug).digest('hex').slice(0, 16);
  const beginning = Buffer.from(slug)
    .subarray(0, LONGEST_SLUG_BYTES - 17)
    .toString()
    .replace(/\uFFFD+$/, '');
  return `${beginning}-${hash}`;
}
