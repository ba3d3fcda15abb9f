/**
 * Puts code-server (the same VS Code, served to a browser) from the npm registry into .vscode-test/editor: no
 * compiler, no download from anywhere else. What is installed stays for the next run.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { withFolderLock } from './folder-lock.ts';

/** Bump together with the Node major in package.json: code-server insists on the one it was built for. */
const CODE_SERVER_VERSION = '4.139.1';
/** Raise it when what `installInto` leaves behind changes, so that older installations are replaced. */
const RECIPE = 2;

const repoRoot = path.resolve(import.meta.dirname, '..', '..');
/** Everything that a test or a start needs and git does not: the editor, profiles, the packed extension. */
export const workFolder = path.join(repoRoot, '.vscode-test');

/** An installed code-server: `node entry …` starts it. */
export interface Editor {
  readonly node: string;
  readonly entry: string;
  readonly version: string;
}

/**
 * Installs the editor unless it is there. May be called by several processes at once: one installs, the others wait.
 * @param say told what takes time
 * @throws Error with a remedy where code-server does not run, or when npm fails
 */
export async function installEditor(say: (text: string) => void): Promise<Editor> {
  if (process.platform === 'win32') {
    throw new Error('code-server does not run on Windows. Install VS Code so that `code` is on the PATH.');
  }
  const folder = path.join(workFolder, 'editor');
  const marker = path.join(folder, 'installed.json');
  const wanted = JSON.stringify({
    codeServer: CODE_SERVER_VERSION,
    recipe: RECIPE,
    node: process.versions.modules,
    platform: process.platform,
    arch: process.arch,
  });
  const isInstalled = () => fs.existsSync(marker) && fs.readFileSync(marker, 'utf8') === wanted;

  if (!isInstalled()) {
    await withFolderLock(path.join(workFolder, 'editor.lock'), async () => {
      if (isInstalled()) return;
      say(`Installing the editor (code-server ${CODE_SERVER_VERSION}), about a minute the first time…`);
      const unfinished = path.join(workFolder, `editor.${process.pid}`);
      try {
        installInto(unfinished);
        fs.writeFileSync(path.join(unfinished, 'installed.json'), wanted);
        fs.rmSync(folder, { recursive: true, force: true });
        fs.renameSync(unfinished, folder);
      } finally {
        fs.rmSync(unfinished, { recursive: true, force: true });
      }
    });
  }
  const entry = path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
  return { node: process.execPath, entry, version: CODE_SERVER_VERSION };
}

function installInto(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"name":"patchbay-editor","private":true}\n');
  npm(folder, ['install', '--no-save', `code-server@${CODE_SERVER_VERSION}`]);
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  npm(vscode, ['install', '--omit=dev']);
  // TypeScript for the built-in TypeScript extension.
  npm(path.join(vscode, 'extensions'), ['install', '--omit=dev']);
  const spdlog = path.join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js');
  fs.copyFileSync(path.join(import.meta.dirname, 'spdlog-stand-in.cjs'), spdlog);
}

/** npm without install scripts: what has to be native in code-server comes prebuilt in its packages. */
function npm(cwd: string, args: readonly string[]): void {
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const all = [...first, ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error, stderr } = spawnSync(command, all, { cwd, encoding: 'utf8' });
  if (error) throw new Error(`npm could not be started: ${error.message}. Install npm and try again.`);
  if (status !== 0) {
    throw new Error(
      `Installing the editor failed. Check the network and try again.\nnpm ${args.join(' ')}\n${stderr}`,
    );
  }
}
