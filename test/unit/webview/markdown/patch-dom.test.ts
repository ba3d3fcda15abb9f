// @vitest-environment happy-dom
/** Changing elements by as little as possible. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patchChildren } from '../../../../webview/markdown/patch-dom.ts';

function element(html: string): HTMLElement {
  const made = document.createElement('div');
  made.innerHTML = html;
  return made;
}

const html = fc.letrec((tie) => ({
  nodes: fc.array(tie('node'), { maxLength: 3 }).map((nodes) => nodes.join('')),
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('text', 'more text', ' '),
    fc
      .tuple(fc.constantFrom('p', 'b', 'ul'), fc.constantFrom('', ' class="x"', ' title="y"'), tie('nodes'))
      .map(([tag, attribute, inner]) => `<${tag}${attribute}>${inner}</${tag}>`),
  ),
})).nodes as fc.Arbitrary<string>;

it('gives exactly what was wanted', () => {
  fc.assert(
    fc.property(html, html, (before, after) => {
      const patched = element(before);
      patchChildren(patched, element(after));
      expect(patched.innerHTML).toBe(element(after).innerHTML);
    }),
  );
});

it('keeps the elements and the text node of a text that grows', () => {
  const block = element('<p>The test <b>starts</b> the ser</p>');
  const [paragraph, text] = [block.firstChild, block.firstChild!.lastChild];
  patchChildren(block, element('<p>The test <b>starts</b> the server.</p>'));
  expect(block.firstChild).toBe(paragraph);
  expect(block.firstChild!.lastChild).toBe(text);
  expect(text?.textContent).toBe(' the server.');
});
