/** `npm run package`: the extension as one file, patchbay.vsix, built for production. */
import fs from 'node:fs';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ensureBuilt } from './build/freshness.ts';

const repoRoot = path.resolve(import.meta.dirname, '..');
const LARGEST_VSIX_MEGABYTES = 5;

if (import.meta.main) await packExtension(path.join(repoRoot, 'patchbay.vsix'));

/**
 * Builds and packs the extension.
 * @param file where the .vsix goes; it is replaced
 * @throws Error when the build fails or the file is larger than what we promise
 */
export async function packExtension(file: string): Promise<void> {
  ensureBuilt('production');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await createVSIX({
    cwd: repoRoot,
    packagePath: file,
    dependencies: false,
    allowMissingRepository: true,
    // There is no public address yet that the README's links could be rewritten to.
    rewriteRelativeLinks: false,
  });
  const megabytes = fs.statSync(file).size / 2 ** 20;
  if (megabytes > LARGEST_VSIX_MEGABYTES) {
    throw new Error(`${file} has ${megabytes.toFixed(1)} MB, more than ${LARGEST_VSIX_MEGABYTES}.`);
  }
}
