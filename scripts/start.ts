/**
 * `npm start`: the extension in a real editor on a fresh copy of the sample workspace. VS Code where `code` is on
 * the PATH, else (or with --web) code-server in a browser. --no-open only prints the address; --in names another
 * folder for the copy and the editor's data. Ctrl-C ends it all.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build/freshness.ts';
import { installEditor, workFolder } from './editor/install.ts';
import { makeProfile } from './editor/profile.ts';
import { installExtension, startServer } from './editor/server.ts';
import { packExtension } from './package.ts';

const repoRoot = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    web: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    in: { type: 'string', default: workFolder },
  },
});

const workspace = copySample();
const code = options.web ? undefined : desktopEditor();
if (code) openOnDesktop(code, workspace);
else await serveToBrowser(workspace);

/** A working copy, so that what agents do in it does not show up in git. */
function copySample(): string {
  const copy = path.join(options.in, 'sample-workspace');
  fs.rmSync(copy, { recursive: true, force: true });
  fs.cpSync(path.join(repoRoot, 'samples', 'workspace'), copy, { recursive: true });
  return copy;
}

/** The `code` command, where it can be used: as root it refuses to start. */
function desktopEditor(): string | undefined {
  if (process.platform === 'linux' && process.getuid?.() === 0) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

/** VS Code loads the extension from this checkout; a reload of its window takes over a new build. */
function openOnDesktop(command: string, folder: string): void {
  ensureBuilt();
  const args = ['--new-window', `--extensionDevelopmentPath=${repoRoot}`, folder];
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    throw new Error(`VS Code did not start (${command}). Try npm start -- --web.`, { cause: error });
  }
  console.log(`VS Code opens ${folder}. Patchbay is in its activity bar.`);
}

/** code-server has the person's own environment and home, so that keys and settings made for a terminal work. */
async function serveToBrowser(folder: string): Promise<void> {
  const vsix = path.join(options.in, 'patchbay.vsix');
  await packExtension(vsix);
  const editor = await installEditor(console.log);
  const profile = makeProfile(path.join(options.in, 'start'));
  const env = ownEnvironment();
  await installExtension(editor, profile, vsix, env);
  const server = await startServer(editor, profile, { env });
  const url = `${server.url}?${new URLSearchParams({ folder })}`;
  console.log(`\nPatchbay is at ${url}\nEnd it with Ctrl-C.`);
  if (!options['no-open']) openBrowser(url);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void server[Symbol.asyncDispose]());
  }
  await server.ended;
}

/** Without what belongs to the editor or the npm that this command was started from. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:VSCODE_|ELECTRON_|CODE_SERVER|npm_|PORT$|PASSWORD$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Opens the address where there is a screen; a failure is not one of ours, the address has been printed. */
function openBrowser(url: string): void {
  const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasScreen) return;
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.on('error', (error) => console.log(`The browser could not be opened (${error.message}).`));
  child.unref();
}
