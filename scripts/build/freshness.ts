/** Whether dist/ is what the sources would build now, and building it when it is not. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export type BuildKind = 'development' | 'production';

const repoRoot = path.resolve(import.meta.dirname, '..', '..');
const inputs = [
  'src',
  'webview',
  'esbuild.mjs',
  'scripts/build',
  'scripts/manifests.ts',
  'package-lock.json',
];

/**
 * Builds unless dist/ is up to date and of this kind.
 * @throws Error when the build fails; what is wrong has then been printed.
 */
export function ensureBuilt(kind: BuildKind = 'development'): void {
  if (isFresh(kind)) return;
  const args = ['esbuild.mjs', ...(kind === 'production' ? ['--production'] : [])];
  const { status } = spawnSync(process.execPath, args, { cwd: repoRoot, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed (npm run build); its message is above.');
}

function isFresh(kind: BuildKind): boolean {
  const stamp = path.join(repoRoot, 'dist', '.built');
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8').trim() !== kind) return false;
  const builtAt = fs.statSync(stamp).mtimeMs;
  return inputs.every((input) => newestChange(path.join(repoRoot, input)) < builtAt);
}

/** The latest change of a file or of anything in a folder, the folders themselves (a deletion) included. */
function newestChange(place: string): number {
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = fs.readdirSync(place).map((name) => newestChange(path.join(place, name)));
  return Math.max(found.mtimeMs, ...inside);
}
