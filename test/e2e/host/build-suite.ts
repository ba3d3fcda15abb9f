/** Bundles the in-host suite for VS Code, which loads JavaScript only. */
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { workFolder } from '../../../scripts/editor/install.ts';

/** @returns the file to name as `extensionTestsPath` */
export async function buildSuite(): Promise<string> {
  const suite = path.join(import.meta.dirname, 'suite');
  const outdir = path.join(workFolder, 'host-suite');
  fs.rmSync(outdir, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: fs.readdirSync(suite).map((name) => path.join(suite, name)),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The editor gives the first; the second must be one and the same for the runner and every test.
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'run-suite.mjs');
}
