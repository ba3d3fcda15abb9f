/**
 * Nothing that a model writes becomes more than text, links and code. In a real browser: the sanitiser works on
 * what a browser makes of a text, which nothing else does in quite the same way.
 */
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureChromium } from '../../../scripts/editor/chromium.ts';

const repoRoot = path.resolve(import.meta.dirname, '..', '..', '..');

interface Seen {
  readonly text: string;
  readonly elements: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const entry = `import { parseBlocks } from './webview/markdown/parser.ts';
import { sanitise } from './webview/markdown/sanitise.ts';
window.show = (html) => {
  const root = document.createElement('div');
  root.append(sanitise(html));
  document.body.replaceChildren(root);
  const elements = [...root.querySelectorAll('*')].map((element) => ({
    name: element.localName,
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
  }));
  return { text: root.textContent, elements };
};
window.showMarkdown = (text) => window.show(parseBlocks(text, {}).map((block) => block.html).join(''));`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: repoRoot, loader: 'ts' },
    bundle: true,
    format: 'iife',
    write: false,
  });
  browser = await chromium.launch({
    executablePath: ensureChromium(console.log),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  page = await browser.newPage();
  await page.addScriptTag({ content: outputFiles[0]!.text });
});

afterAll(() => browser.close());

const show = (how: 'show' | 'showMarkdown', text: string): Promise<Seen> =>
  page.evaluate(([name, given]) => Reflect.get(window, name!)(given), [how, text]);

const FORBIDDEN = /^(script|iframe|object|embed|img|svg|math|style|form|input|link|meta|base|video)$/;
const ALLOWED = ['href', 'title', 'class', 'start', 'type', 'aria-label', 'tabindex'];

function expectHarmless(seen: Seen): void {
  for (const { name, attributes } of seen.elements) {
    expect(name).not.toMatch(FORBIDDEN);
    expect(ALLOWED).toEqual(expect.arrayContaining(Object.keys(attributes)));
    expect(attributes.href ?? '').not.toMatch(/^\s*(javascript|vbscript|data|file|command|vscode):/i);
  }
}

describe('HTML that reached the last gate', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg><script>alert(1)</script></svg>',
    '<svg onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="command:workbench.action.terminal.new">x</a>',
    '<a href="vscode://extension/install">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<iframe src="https://example.com"></iframe>',
    '<p style="position:fixed;inset:0" onclick="alert(1)">x</p>',
    '<form action="https://example.com"><input name=a></form>',
    '<style>*{display:none}</style>',
    '<link rel=stylesheet href=https://example.com/a.css>',
    '<meta http-equiv=refresh content="0;url=https://example.com">',
    '<base href="https://example.com">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<div id="root" data-key="x">x</div>',
    '<video src=x onerror=alert(1)></video>',
  ])('%s is made harmless', async (html) => {
    expectHarmless(await show('show', html));
  });
});

describe('markdown of a model', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,hi)',
    '[x](command:patchbay.stop)',
    '![x](https://example.com/track.png)',
    '![x](javascript:alert(1))',
    '<javascript:alert(1)>',
    '[x]( "onclick=alert(1)")',
    '```html\n<script>alert(1)</script>\n```',
    '```"onmouseover="alert(1)\nx\n```',
    '| a |\n|:-:|\n| <img src=x onerror=alert(1)> |',
  ])('%s is made harmless', async (markdown) => {
    expectHarmless(await show('showMarkdown', markdown));
  });

  it('shows raw HTML as the text it is', async () => {
    const seen = await show('showMarkdown', 'a <b onclick="x()">bold</b> word');
    expect(seen.text).toContain('<b onclick="x()">bold</b>');
  });

  it('loads no pictures: they become links', async () => {
    const seen = await show('showMarkdown', '![a chart](https://example.com/chart.png)');
    const link = seen.elements.find(({ name }) => name === 'a');
    expect(link?.attributes.href).toBe('https://example.com/chart.png');
    expect(seen.text).toContain('a chart');
  });

  it('keeps what is allowed: links, lists, tables, code with its language', async () => {
    const text = '1. [docs](https://example.com)\n\n| a |\n|--:|\n| 1 |\n\n```ts\nlet a;\n```';
    const { elements } = await show('showMarkdown', text);
    const attributesOf = (wanted: string) => elements.find(({ name }) => name === wanted)?.attributes;
    expect(elements.map(({ name }) => name)).toEqual(expect.arrayContaining(['ol', 'li', 'table', 'pre']));
    // Where a link leads is seen before it is followed.
    expect(attributesOf('a')).toEqual({ href: 'https://example.com', title: 'https://example.com' });
    expect(attributesOf('td')).toEqual({ class: 'md-right' });
    expect(attributesOf('code')).toEqual({ class: 'language-ts' });
    expect(attributesOf('button')).toMatchObject({ 'aria-label': 'Copy code' });
  });
});
