/**
 * Builds what runs: the extension, the terminal command, one bundle per service, the webview. Options:
 * --production (minified, no source maps), --watch, --report (sizes). An entry that does not exist is left out.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { nodeBuiltins } from './scripts/build/node-builtins.mjs';
import { printReport } from './scripts/build/report.mjs';
import { removeStale, writeChanged } from './scripts/build/write-outputs.mjs';
import { nodePath, repoRoot } from './scripts/node-path.mjs';

const dist = path.join(repoRoot, 'dist');
/** Written last. Its time says from when the sources are, its content what was built (see scripts/build/freshness.ts). */
const STAMP = '.built';

const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

if (flags.has('--watch')) await watch();
else await buildOnce();

async function buildOnce() {
  const startedAt = new Date();
  const bundles = plannedBundles();
  const settled = await Promise.allSettled(bundles.map((options) => esbuild.build(options)));
  // esbuild has already printed what is wrong, with file and line.
  if (settled.some((outcome) => outcome.status === 'rejected')) process.exit(1);
  const metafiles = settled.map((outcome) => outcome.value.metafile);
  const others = copyCodicons();
  removeStale(dist, [...metafiles.flatMap((metafile) => Object.keys(metafile.outputs)), ...others]);
  if (!writeManifests()) process.exit(1);
  const stamp = path.join(dist, STAMP);
  fs.mkdirSync(dist, { recursive: true });
  fs.writeFileSync(stamp, production ? 'production\n' : 'development\n');
  fs.utimesSync(stamp, startedAt, startedAt);
  if (flags.has('--report')) printReport(metafiles);
}

/** Builds again at every change. A service that is new, or gone, needs a new start. */
async function watch() {
  copyCodicons();
  const manifests = { name: 'manifests', setup: (build) => build.onEnd(() => void writeManifests()) };
  for (const options of plannedBundles()) {
    const isServices = Object.keys(options.entryPoints).some((output) => output.startsWith('services/'));
    const plugins = isServices ? [...options.plugins, manifests] : options.plugins;
    const context = await esbuild.context({ ...options, plugins });
    await context.watch();
  }
  console.log('watching');
}

/** @returns {import('esbuild').BuildOptions[]} */
function plannedBundles() {
  const common = {
    absWorkingDir: repoRoot,
    bundle: true,
    format: 'esm',
    outdir: 'dist',
    minify: production,
    sourcemap: production ? false : 'linked',
    metafile: true,
    write: false,
    plugins: [writeChanged()],
    logLevel: 'warning',
  };
  const node = {
    ...common,
    platform: 'node',
    // The oldest Node we run on; it also has `using` and `await using` lowered.
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@vscode/ripgrep'],
    plugins: [...common.plugins, nodeBuiltins()],
  };
  return [
    {
      ...node,
      entryPoints: existing({ extension: 'src/extension/activate.ts' }),
      external: [...node.external, 'vscode'],
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
    },
    {
      ...node,
      entryPoints: existing({ cli: 'src/cli/main.ts' }),
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: shebang('src/cli/main.ts') },
    },
    // One file that services outside of this repository are written against; `service new` copies it.
    { ...node, minify: true, sourcemap: false, entryPoints: existing({ sdk: 'src/sdk/standalone.ts' }) },
    // Self-contained on purpose: a worker starts fastest from one file.
    { ...node, entryPoints: services() },
    {
      ...common,
      platform: 'browser',
      // Chromium of the oldest VS Code in engines.vscode.
      target: 'chrome134',
      entryPoints: existing({ 'webview/main': 'webview/main.tsx' }),
      splitting: true,
      chunkNames: 'webview/[name]-[hash]',
      assetNames: 'webview/[name]',
      loader: { '.ttf': 'file' },
      jsx: 'automatic',
      jsxImportSource: 'preact',
      alias: {
        react: 'preact/compat',
        'react-dom': 'preact/compat',
        'react/jsx-runtime': 'preact/jsx-runtime',
      },
      define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
    },
  ].filter((options) => Object.keys(options.entryPoints).length > 0);
}

/** @param {Record<string, string>} entries output name → source */
function existing(entries) {
  return Object.fromEntries(
    Object.entries(entries).filter(([, source]) => fs.existsSync(path.join(repoRoot, source))),
  );
}

function services() {
  const folder = path.join(repoRoot, 'src', 'services');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return existing(
    Object.fromEntries(names.map((name) => [`services/${name}`, `src/services/${name}/service.ts`])),
  );
}

/** The first line of a command, unless its source has one of its own (esbuild keeps that at the top). */
function shebang(source) {
  const file = path.join(repoRoot, source);
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').startsWith('#!') ? '' : '#!/usr/bin/env node\n';
}

/** The icon font and its style sheet, which the webview links. */
function copyCodicons() {
  const from = path.join(repoRoot, 'node_modules', '@vscode', 'codicons', 'dist');
  fs.mkdirSync(path.join(dist, 'webview'), { recursive: true });
  return ['codicon.css', 'codicon.ttf'].map((name) => {
    fs.copyFileSync(path.join(from, name), path.join(dist, 'webview', name));
    return `dist/webview/${name}`;
  });
}

/** Has each built-in service describe itself into dist/manifests.json. False when that failed. */
function writeManifests() {
  const script = path.join(repoRoot, 'scripts', 'manifests.ts');
  if (!fs.existsSync(script) || !fs.existsSync(path.join(dist, 'services'))) return true;
  return spawnSync(nodePath, [script], { cwd: repoRoot, stdio: 'inherit' }).status === 0;
}
