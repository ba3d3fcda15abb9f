/** Streamed markdown: parsed piece by piece, it ends as if parsed at once. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { growBlocks, noBlocks, type StreamBlocks } from '../../../../webview/markdown/stream-blocks.ts';

const html = (grown: StreamBlocks) => grown.groups.flat().map((block) => block.html);

const part = fc.constantFrom(
  'A paragraph with **strong** and `code`.\n\n',
  'A line\nand another',
  '\n',
  '\n\n',
  '- an item\n',
  '  - a nested one\n',
  '1. first\n2. second\n',
  '```ts\nconst a = 1;\n',
  '\n```\n',
  '> quoted\n',
  '# A heading\n',
  'Setext\n===\n',
  '| a | b |\n|---|--:|\n| 1 | 2 |\n',
  '---\n',
  '    indented code\n',
  'unfinished **strong',
  '\t',
  'x',
);

it('gives the same blocks for any text in any pieces', () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }),
      fc.array(fc.nat(400), { maxLength: 40 }),
      (parts, cuts) => {
        const text = parts.join('');
        const places = cuts
          .map((cut) => (text.length === 0 ? 0 : cut % (text.length + 1)))
          .toSorted((a, b) => a - b);
        let grown = noBlocks();
        for (const place of [...places, text.length]) grown = growBlocks(grown, text.slice(0, place));
        expect(html(grown)).toEqual(html(growBlocks(noBlocks(), text)));
      },
    ),
    { numRuns: 400 },
  );
});

it('leaves settled blocks the same objects', () => {
  const before = growBlocks(noBlocks(), 'One.\n\nTwo.\n\nThr');
  const after = growBlocks(before, `${before.text}ee.`);
  expect(after.groups[0]?.slice(0, 2).every((block, index) => block === before.groups[0]?.[index])).toBe(
    true,
  );
  expect(html(after).at(-1)).toBe('<p>Three.</p>\n');
});

it('leaves full groups the same objects', () => {
  const before = growBlocks(noBlocks(), 'A paragraph.\n\n'.repeat(40));
  const after = growBlocks(before, `${before.text}more`);
  expect(before.groups.length).toBeGreaterThan(2);
  expect(after.groups[0]).toBe(before.groups[0]);
});

it('starts again when the text is another one', () => {
  const before = growBlocks(noBlocks(), 'One.\n\nTwo.');
  expect(html(growBlocks(before, 'Other.'))).toEqual(['<p>Other.</p>\n']);
});

it('knows link definitions of earlier blocks', () => {
  const before = growBlocks(noBlocks(), '[docs]: https://example.com/docs\n\nText.\n\nSee ');
  expect(html(growBlocks(before, `${before.text}[docs].`)).at(-1)).toContain(
    'href="https://example.com/docs"',
  );
});
