/** What the system says of a file, in words a model can act on. */
import { ToolFailure } from '../../sdk/index.ts';

/** @param shown the file as the model knows it. Errors that are no system errors come back as they are. */
export function fileFailure(error: unknown, shown: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ToolFailure || code === undefined) return error;
  return new ToolFailure(explanation(code, shown, (error as Error).message));
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** For example `12.3 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function explanation(code: string, shown: string, message: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `"${shown}": permission denied. The person has to change its permissions, or choose another file.`;
    case 'EROFS':
      return `"${shown}" is on a read-only file system.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `"${shown}" could not be written: the disk is full. What was there before is unchanged.`;
    case 'ENOTDIR':
      return `"${shown}" goes through a file as if it were a folder.`;
    case 'EISDIR':
      return `"${shown}" is a folder.`;
    case 'ELOOP':
      return `"${shown}" became a symbolic link while it was being opened. Try again.`;
    case 'EBUSY':
      return `"${shown}" is in use by another program. Try again later.`;
    case 'EMFILE':
    case 'ENFILE':
      return `"${shown}" could not be opened: too many files are open. Try again.`;
    case 'ENAMETOOLONG':
      return 'The path is longer than the system allows.';
    default:
      return `"${shown}": ${message}`;
  }
}
