/** Markdown to HTML. What a browser makes of it is tested in test/integration/webview. */
import { expect, it } from 'vitest';
import { parseBlocks } from '../../../../webview/markdown/parser.ts';

const html = (text: string) =>
  parseBlocks(text, {})
    .map((block) => block.html)
    .join('');

it('raw HTML is text', () => {
  expect(html('<img src=x onerror=alert(1)>')).toBe('<p>&lt;img src=x onerror=alert(1)&gt;</p>\n');
  expect(html('```html\n<script>\n```')).toContain('&lt;script&gt;');
});

it('a language is a name, whatever it holds', () => {
  expect(html('```"><script>\nx\n```')).toContain('class="language-&quot;&gt;&lt;script&gt;"');
});

it('no style attributes are written, which the content security policy refuses', () => {
  expect(html('| a | b |\n|:-:|--:|\n| 1 | 2 |')).not.toContain('style=');
});

it('addresses are links, words with dots are not', () => {
  expect(html('see https://example.com/a and upload.ts')).toBe(
    '<p>see <a href="https://example.com/a" title="https://example.com/a">https://example.com/a</a> and upload.ts</p>\n',
  );
});

it('blocks know where they begin', () => {
  expect(parseBlocks('One.\n\nTwo\nlines.\n\n- three', {}).map((block) => block.start)).toEqual([0, 6, 18]);
});
