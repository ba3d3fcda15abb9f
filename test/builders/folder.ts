/** A folder of its own for one test, with files in it, removed afterwards. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Folder extends Disposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** The absolute path of something in it. */
  at(relative: string): string;
  write(relative: string, content: string | Uint8Array): void;
  read(relative: string): string;
}

/** @param files by relative path; folders above them are made. */
export function createFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Folder {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-test-')));
  const at = (relative: string) => path.join(root, relative);
  const write = (relative: string, content: string | Uint8Array) => {
    fs.mkdirSync(path.dirname(at(relative)), { recursive: true });
    fs.writeFileSync(at(relative), content);
  };
  for (const [relative, content] of Object.entries(files)) write(relative, content);
  return {
    path: root,
    at,
    write,
    read: (relative) => fs.readFileSync(at(relative), 'utf8'),
    [Symbol.dispose]: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
