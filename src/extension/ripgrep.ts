/** Where the editor keeps its own ripgrep, so that we need not ship one. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, platform } from 'node:process';

/** Undefined when this editor has none in a known place; then the search tools look for one themselves. */
export async function findRipgrep(appRoot: string): Promise<string | undefined> {
  const program = platform === 'win32' ? 'rg.exe' : 'rg';
  for (const modules of ['node_modules', 'node_modules.asar.unpacked']) {
    const scope = join(appRoot, modules, '@vscode');
    const places = [
      join(scope, 'ripgrep', 'bin', program),
      join(scope, 'ripgrep-universal', 'bin', `${platform}-${arch}`, program),
    ];
    for (const place of places) if (await exists(place)) return place;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
