/**
 * What a path that a tool was given means, as text: no file is touched here. The platform is a value, so
 * that the rules of Windows are tested everywhere.
 */
import path, { type PlatformPath } from 'node:path';
import { ToolFailure } from './define.ts';

export interface PathPlatform {
  readonly path: PlatformPath;
  /** The form in which two spellings of one name are equal, where the platform's file system says so. */
  fold(text: string): string;
}

/** Windows and macOS compare names without case (macOS also without regard to how accents are composed). */
export function pathPlatform(name: NodeJS.Platform): PathPlatform {
  if (name === 'win32') return { path: path.win32, fold: (text) => text.toLowerCase() };
  if (name === 'darwin') return { path: path.posix, fold: (text) => text.normalize('NFC').toLowerCase() };
  return { path: path.posix, fold: (text) => text };
}

/**
 * The absolute, normalised path meant by `given`: relative to `cwd`, `~` being `home`.
 * @throws ToolFailure for what names no ordinary file: empty, NUL, and on Windows devices, streams and the like.
 */
export function absolutePath(
  given: string,
  from: { readonly cwd: string; readonly home: string },
  platform: PathPlatform,
): string {
  if (given.trim() === '') throw new ToolFailure('The path is empty. Give the path of a file or folder.');
  if (given.includes('\0')) throw new ToolFailure('The path contains a NUL character.');
  const { path } = platform;
  const expanded = /^~(?=$|[\\/])/.test(given) ? path.join(from.home, given.slice(1)) : given;
  if (path.sep === '\\') refuseWindowsTrap(expanded, given);
  return path.resolve(from.cwd, expanded);
}

/** Whether `target` is `folder` or below it. Both absolute; symbolic links are not looked at. */
export function isInside(folder: string, target: string, { path, fold }: PathPlatform): boolean {
  const relative = path.relative(fold(folder), fold(target));
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/**
 * Whether a path names a network share that none of the folders is on. Even looking at such a path would
 * send the person's credentials to a foreign machine.
 */
export function isForeignShare(target: string, folders: readonly string[], platform: PathPlatform): boolean {
  const root = (of: string) => platform.fold(platform.path.parse(of).root);
  return root(target).startsWith('\\\\') && !folders.some((folder) => root(folder) === root(target));
}

/** `target` as it is shown: relative to `cwd` where it is below, with forward slashes; else as it is. */
export function shownPath(target: string, cwd: string, platform: PathPlatform): string {
  if (!isInside(cwd, target, platform)) return target;
  return platform.path.relative(cwd, target).split(platform.path.sep).join('/') || '.';
}

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?$/i;

function refuseWindowsTrap(expanded: string, given: string): void {
  const refuse = (why: string) => {
    throw new ToolFailure(`"${given}" ${why}. Give an ordinary path.`);
  };
  if (/^[\\/]{2}[.?]([\\/]|$)/.test(expanded)) refuse('is a device path');
  if (/^[a-z]:(?![\\/])/i.test(expanded)) refuse("is relative to a drive's own folder");
  const names = expanded.replace(/^[a-z]:/i, '').split(/[\\/]/);
  for (const name of names) {
    if (name.includes(':')) refuse('names an alternate data stream');
    if (DEVICE.test(name)) refuse(`contains the device name ${name}`);
    if (/[. ]$/.test(name) && name !== '.' && name !== '..')
      refuse('has a name that ends in a dot or a space');
  }
}
