/** Files that an agent may not draw into its text: what a model has read, it may say. */
import { realpath } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';

const SECRET_NAME =
  /\.env$|^env\.|\.env\.|^id_[a-z0-9]+$|\.(?:pem|key|p12|pfx|kdbx|keystore)$|^credentials|^secrets?\./i;
/** Hidden folders that hold definitions and no secrets. */
const OPEN_FOLDERS = ['.amplifier', '.claude', '.github', '.agents'];

/**
 * Why a file must not be read; undefined when it may be. Symbolic links are followed first.
 * @param folder that of the file that names it: hidden folders it is in itself are no objection
 * @throws the file system's error when it does not exist
 */
export async function secretFault(file: string, folder: string): Promise<string | undefined> {
  const own = (await realpath(folder)).split(sep);
  const wanted = [resolve(file), await realpath(file)];
  for (const each of wanted) {
    const name = basename(each);
    const hidden = each
      .split(sep)
      .filter((part, index) => part.startsWith('.') && own[index] !== part && !OPEN_FOLDERS.includes(part));
    if (SECRET_NAME.test(name) || hidden.length > 0) {
      return `${relative(folder, file)} is hidden or may hold secrets`;
    }
  }
  return undefined;
}
