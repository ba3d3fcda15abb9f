/**
 * Colours the code of finished messages. The highlighter is a chunk of its own, loaded with the first code
 * block that is seen.
 */

/** Longer code stays plain: colouring it would block the frame for longer than a person notices. */
const MAX_LENGTH = 40_000;

/** Colours every code block in `root` that names its language. May be called again; done blocks are left. */
export async function highlightCode(root: ParentNode): Promise<void> {
  const blocks = [...root.querySelectorAll<HTMLElement>('pre > code[class^="language-"]')].filter(
    (code) =>
      !code.dataset.coloured && languageOf(code) !== '' && (code.textContent ?? '').length <= MAX_LENGTH,
  );
  if (blocks.length === 0) return;
  const { colour } = await import('./highlighter.ts');
  for (const code of blocks) {
    code.dataset.coloured = 'yes';
    const coloured = colour(code.textContent ?? '', languageOf(code));
    if (coloured) code.replaceChildren(coloured);
  }
}

function languageOf(code: HTMLElement): string {
  return /^language-(\S+)/.exec(code.className)?.[1] ?? '';
}
