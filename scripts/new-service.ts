/** `npm run new-service -- <name> [--kind …] [--component …]`: `patchbay service new`, built when that is needed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt } from './build/freshness.ts';

ensureBuilt();
const command = path.join(import.meta.dirname, '..', 'dist', 'cli.js');
const { status } = spawnSync(process.execPath, [command, 'service', 'new', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
