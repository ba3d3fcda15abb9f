/**
 * A UI test file's way to the editor: `const editor = useEditor({ files: {…} })`. All files share one server and
 * one browser; a file that needs an environment of its own gets a server of its own.
 */
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { Editor } from '../../../scripts/editor/install.ts';
import { type Profile, type Settings, writeSettings } from '../../../scripts/editor/profile.ts';
import { type Environment, startServer } from '../../../scripts/editor/server.ts';
import { keepLogs, screenshot } from '../editor/artifacts.ts';
import { newBrowserContext, openWorkbench } from '../editor/browser.ts';
import { makeTestProfile, testEnvironment } from '../editor/test-profile.ts';
import { makeWorkspace } from '../editor/workspace.ts';

/** What open-editor-once.ts started, as it crosses to the process that runs the tests. */
export interface SharedEditor {
  readonly editor: Editor;
  readonly profile: Profile;
  readonly server: { readonly url: string };
  /** The address of the browser's debugging socket. */
  readonly browser: string;
}

export interface EditorOptions {
  /** The workspace's files by their path in it. Without it the workspace is a copy of samples/workspace. */
  readonly files?: Readonly<Record<string, string>>;
  /** The person's settings, on top of the quiet ones. */
  readonly settings?: Settings;
  /**
   * More environment variables (keys, base URLs) for the extension host: the file then has its own server, with
   * its own home. A function is called after the file's earlier `beforeAll`s, when a fake server's port is known.
   */
  readonly env?: Environment | (() => Environment);
}

export interface OpenEditor {
  /** The workbench on the workspace; opened before the first test of the file, shared by its tests. */
  readonly page: Page;
  /** The workspace's folder. */
  readonly workspace: string;
  readonly profile: Profile;
  /** Opens another window, on the workspace or on another folder. The file's end closes it. */
  open(folder?: string): Promise<Page>;
}

/** Declares that the tests of this file use the editor; its getters work from the first `beforeAll` after it on. */
export function useEditor(options: EditorOptions = {}): OpenEditor {
  const shared = inject('editor');
  const used = new AsyncDisposableStack();
  const pages: Page[] = [];
  let profile = shared.profile;
  let serverUrl = shared.server.url;
  let workspace = '';

  const open = async (folder = workspace) => {
    const page = await openWorkbench(await sharedContext(shared.browser), { url: serverUrl }, { folder });
    pages.push(page);
    return page;
  };

  beforeAll(async () => {
    if (options.env) {
      const own = used.use(makeTestProfile());
      // The extension is installed once; a server of its own only has other data and another home.
      profile = { ...own, extensions: shared.profile.extensions };
      const env = testEnvironment(profile, typeof options.env === 'function' ? options.env() : options.env);
      serverUrl = used.use(await startServer(shared.editor, profile, { env })).url;
    }
    writeSettings(profile, options.settings ?? {});
    workspace = makeWorkspace(profile, options.files);
    await open();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const [index, page] of pages.entries()) {
      if (!page.isClosed()) await screenshot(page, `failed ${task.name} ${index}`);
    }
    keepLogs(profile, task.name);
  });

  afterAll(async () => {
    for (const page of pages) await page.close();
    await used.disposeAsync();
  });

  return {
    get page() {
      const page = pages[0];
      if (!page) throw new Error('The editor is open only while tests run');
      return page;
    },
    get workspace() {
      return workspace;
    },
    get profile() {
      return profile;
    },
    open,
  };
}

let context: Promise<BrowserContext> | undefined;

/** One for the whole run: the files run one after another in one process (see the project `ui` in vitest.config.ts). */
function sharedContext(browser: string): Promise<BrowserContext> {
  context ??= chromium.connect(browser).then(newBrowserContext);
  return context;
}
