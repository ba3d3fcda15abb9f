/** What stands behind the `#` of an address: `subdirectory=…` or `sha256=…`. */
import { PatchbayError } from '../../protocol/errors.ts';

const KEYS = ['subdirectory', 'sha256'] as const;
type Key = (typeof KEYS)[number];

export interface Fragment {
  /** Relative, with forward slashes, without `..`. */
  readonly subdirectory?: string;
  /** 64 small hexadecimal digits. */
  readonly sha256?: string;
}

/**
 * @param address as it is reported
 * @param allowed keys that this kind of address has
 * @param instead what to write for a key that only other kinds have
 * @throws PatchbayError `config`
 */
export function readFragment(
  address: string,
  fragment: string,
  allowed: readonly Key[],
  instead: Partial<Record<Key, string>>,
): Fragment {
  const read: { -readonly [K in Key]?: string } = {};
  for (const part of fragment.split('&').filter((each) => each !== '')) {
    const [name = '', ...rest] = part.split('=');
    const key = KEYS.find((each) => each === name);
    const remedy = (key && instead[key]) ?? `Known here: #${allowed.join('=…, #')}=…`;
    if (key === undefined || !allowed.includes(key)) {
      throw new PatchbayError('config', `"#${part}" of "${address}" means nothing here.`, { remedy });
    }
    if (read[key] !== undefined) {
      throw new PatchbayError('config', `"${address}" has two values for ${key}.`, { remedy: 'Remove one.' });
    }
    read[key] = key === 'sha256' ? readHash(address, rest.join('=')) : readFolder(address, rest.join('='));
  }
  return read;
}

function readHash(address: string, value: string): string {
  const hash = value.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new PatchbayError('config', `The sha256 of "${address}" is not one.`, {
    remedy: 'Write the 64 hexadecimal digits that sha256sum prints.',
  });
}

function readFolder(address: string, value: string): string {
  let folder: string;
  try {
    folder = decodeURIComponent(value).replace(/\/+$/, '');
  } catch {
    folder = '';
  }
  const parts = folder.split('/');
  const isBad = (part: string) =>
    part === '' || part === '..' || part === '.' || /[\\\0]|^\.git$/i.test(part);
  if (!parts.some(isBad)) return folder;
  throw new PatchbayError('config', `"${value}" is not a subdirectory that "${address}" can have.`, {
    remedy: 'Write the path of a folder or file below the root, with forward slashes and without "..".',
  });
}
