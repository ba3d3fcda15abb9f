/**
 * Runs a script of ours right after a clone: `node scripts/bootstrap.mjs scripts/test.ts unit`. Installs the
 * dependencies when they are missing or not the ones of package-lock.json, then hands over to Node 24, which
 * the dependencies bring along. Plain JavaScript for whatever Node is there, from 20.19 on.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nodePath, repoRoot } from './node-path.mjs';

const OLDEST_NODE = [20, 19];

requireNode();
if (!isInstalled()) install();
await handOver(process.argv.slice(2));

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  stop(
    `Node ${process.versions.node} is too old. Install Node ${OLDEST_NODE.join('.')} or newer and try again.`,
  );
}

/** Whether node_modules holds what package-lock.json asks for; npm's own record of it is compared, not times. */
function isInstalled() {
  const installed = readJson(path.join(repoRoot, 'node_modules', '.package-lock.json'))?.packages;
  if (!installed || !fs.existsSync(nodePath)) return false;
  const wanted = readJson(path.join(repoRoot, 'package-lock.json')).packages;
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || entry.optional || installed[place]?.version === entry.version,
  );
}

function install() {
  console.log('Installing dependencies (npm ci)…');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = npmCommand();
  const { status, error } = spawnSync(npm.command, [...npm.args, ...args], {
    cwd: repoRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: npm.shell,
  });
  if (error) stop(`npm could not be started (${error.message}). Install npm and try again.`);
  if (status !== 0) stop('npm ci failed; its message is above. Check the network and try again.');
  if (!fs.existsSync(nodePath)) {
    stop(
      'npm did not run the install script of the package "node". Allow it (npm config ignore-scripts=false).',
    );
  }
}

/** The npm that started us, else the one on the PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return { command: process.execPath, args: [cli], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/** Runs the script under Node 24 and ends as it ends; signals go on to it so that it can tidy up. */
async function handOver([script, ...args]) {
  const bin = path.join(repoRoot, 'node_modules', '.bin');
  const child = spawn(nodePath, [path.resolve(repoRoot, script), ...args], {
    cwd: repoRoot,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  await new Promise((resolve) => {
    child.on('error', (error) => stop(`${nodePath} could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
      resolve(undefined);
    });
  });
}

function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
