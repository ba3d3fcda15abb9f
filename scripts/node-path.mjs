/**
 * Where this checkout's own Node lives. Plain JavaScript without dependencies: it also runs before the first install.
 */
import path from 'node:path';

/** The folder of package.json. */
export const repoRoot = path.resolve(import.meta.dirname, '..');

const binary = process.platform === 'win32' ? 'node.exe' : 'node';

/** Node 24 from the development dependency `node`; present once `npm ci` has run. */
export const nodePath = path.join(repoRoot, 'node_modules', 'node', 'bin', binary);
