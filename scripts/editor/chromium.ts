/** Finds a Chromium or Chrome for the browser tests; on Debian as root, installs one. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const macApplications = ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const remedy =
  'Install Chromium or Chrome so that it is on the PATH (Debian: apt-get install chromium), or name one in CHROMIUM.';

/**
 * The path of a browser that Playwright can drive.
 * @param say told what takes time
 * @throws Error with a remedy when there is none and none can be installed
 */
export function ensureChromium(say: (text: string) => void): string {
  const named = process.env.CHROMIUM;
  if (named) {
    if (fs.existsSync(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which does not exist. ${remedy}`);
  }
  const found = findChromium();
  if (found) return found;
  if (!canInstall()) throw new Error(`No Chromium found. ${remedy}`);
  say('Installing Chromium (apt-get install chromium)…');
  apt(['update']);
  apt(['install', '--yes', '--no-install-recommends', 'chromium']);
  const installed = findChromium();
  if (!installed) throw new Error(`apt-get installed no browser. ${remedy}`);
  return installed;
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...onPath, ...macApplications].find((file) => fs.existsSync(file));
}

/** Ubuntu's package of that name needs snap, so only Debian itself will do. */
function canInstall(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const release = '/etc/os-release';
  return fs.existsSync(release) && /^ID="?debian"?$/m.test(fs.readFileSync(release, 'utf8'));
}

function apt(args: readonly string[]): void {
  const { status, error, stderr } = spawnSync('apt-get', ['-qq', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error || status !== 0) {
    throw new Error(`apt-get ${args.join(' ')} failed. ${remedy}\n${error?.message ?? stderr}`);
  }
}
