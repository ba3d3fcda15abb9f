/** The built web app in a real browser, in a page as the extension makes it, with the extension played by the test. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/editor/chromium.ts';
import type { FromChat, ToChat } from '../../../src/protocol/chat.ts';

const built = path.resolve(import.meta.dirname, '../../../dist/webview');
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

export interface WebApp {
  readonly page: Page;
  /** What the content security policy refused, by directive. */
  readonly refused: string[];
  receive(...messages: ToChat[]): Promise<void>;
  /** What the app sent since the last call, oldest first. */
  sent(): Promise<FromChat[]>;
}

export interface WebAppHost extends AsyncDisposable {
  /** A fresh page with the app, ready for its first snapshot. */
  open(options?: { width?: number; height?: number }): Promise<WebApp>;
}

export async function startWebApp(): Promise<WebAppHost> {
  const server = http.createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    response.setHeader('content-type', CONTENT_TYPES[path.extname(name)] ?? 'text/html');
    if (name === '') response.end(pageHtml());
    else if (/^[\w.-]+$/.test(name) && fs.existsSync(path.join(built, name)))
      response.end(fs.readFileSync(path.join(built, name)));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await chromium.launch({
    executablePath: ensureChromium(console.log),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    open: (options = {}) => open(browser, url, options),
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function open(
  browser: Browser,
  url: string,
  { width = 420, height = 700 }: { width?: number; height?: number },
): Promise<WebApp> {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  const refused: string[] = [];
  await page.exposeFunction('noteRefused', (directive: string) => refused.push(directive));
  await page.addInitScript(() => {
    const posted: unknown[] = [];
    const note = Reflect.get(window, 'noteRefused') as (directive: string) => void;
    document.addEventListener('securitypolicyviolation', (event) => note(event.effectiveDirective));
    Object.assign(window, {
      posted,
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => posted.push(message),
        getState: () => undefined,
        setState: () => undefined,
      }),
    });
  });
  await page.goto(url);
  const sent = () =>
    page.evaluate(() => (Reflect.get(window, 'posted') as unknown[]).splice(0)) as Promise<FromChat[]>;
  await page.waitForFunction(() => (Reflect.get(window, 'posted') as unknown[]).length > 0);
  await sent();
  return {
    page,
    refused,
    sent,
    receive: (...messages) =>
      page.evaluate((all) => {
        for (const message of all) window.postMessage(message, '*');
      }, messages),
  };
}

/** The policy of src/extension/chat/webview-html.ts. */
function pageHtml(): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-abc' 'self'`,
    `style-src 'self' 'nonce-abc'`,
    `font-src 'self'`,
    `img-src 'self' data:`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="abc">
<link rel="stylesheet" href="codicon.css">
<link rel="stylesheet" href="main.css">
<link rel="icon" href="data:,">
<title>Patchbay</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="abc" src="main.js"></script>
</body>
</html>`;
}
