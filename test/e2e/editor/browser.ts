/** The browser that shows the workbench: how it is started, and how one window of the workbench is opened in it. */
import { type Browser, type BrowserContext, type BrowserServer, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/editor/chromium.ts';
import type { Server } from '../../../scripts/editor/server.ts';

const WORKBENCH_LIMIT_MS = 60_000;
/** How long an action may wait for what it acts on, in a workbench on a busy machine. */
const ACTION_LIMIT_MS = 20_000;

/** Starts a headless Chromium that several processes can use (`chromium.connect(browser.wsEndpoint())`). */
export function launchBrowser(say: (text: string) => void): Promise<BrowserServer> {
  return chromium.launchServer({
    executablePath: ensureChromium(say),
    headless: true,
    host: '127.0.0.1',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** One person's browser: pages opened in it share a cache, which makes every window after the first fast. */
export async function newBrowserContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    reducedMotion: 'reduce',
    colorScheme: 'dark',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // Whatever is not on this machine fails at once, instead of after a look-up that nobody answers.
  await context.route(
    (url) => url.protocol.startsWith('http') && url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  context.setDefaultTimeout(ACTION_LIMIT_MS);
  return context;
}

/**
 * Opens a window of the workbench on a folder.
 * @param prepare called with the page before anything is loaded
 */
export async function openWorkbench(
  context: BrowserContext,
  server: Server | { readonly url: string },
  query: Readonly<Record<string, string>>,
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(`${server.url}?${new URLSearchParams(query)}`, {
    waitUntil: 'domcontentloaded',
    timeout: WORKBENCH_LIMIT_MS,
  });
  await page.locator('.monaco-workbench').waitFor({ timeout: WORKBENCH_LIMIT_MS });
  return page;
}
