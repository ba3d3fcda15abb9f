/** Before the UI tests: packs the extension and starts the one editor and the one browser that serve them all. */
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { installEditor, workFolder } from '../../../scripts/editor/install.ts';
import { installExtension, startServer } from '../../../scripts/editor/server.ts';
import { packExtension } from '../../../scripts/package.ts';
import { launchBrowser } from '../editor/browser.ts';
import { makeTestProfile, testEnvironment } from '../editor/test-profile.ts';
import type { SharedEditor } from './use-editor.ts';

declare module 'vitest' {
  interface ProvidedContext {
    editor: SharedEditor;
  }
}

/** @returns what ends everything again */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack();
  const vsix = path.join(workFolder, 'patchbay.vsix');
  await packExtension(vsix);
  const editor = await installEditor(console.log);
  const profile = started.use(makeTestProfile());
  const env = testEnvironment(profile);
  await installExtension(editor, profile, vsix, env);
  const server = started.use(await startServer(editor, profile, { env }));
  const browser = await launchBrowser(console.log);
  started.defer(() => browser.close());
  const { folder, userData, extensions, home, temp, amplifierHome } = profile;
  project.provide('editor', {
    editor,
    profile: { folder, userData, extensions, home, temp, amplifierHome },
    server: { url: server.url },
    browser: browser.wsEndpoint(),
  });
  const kept = started.move();
  return () => kept.disposeAsync();
}
