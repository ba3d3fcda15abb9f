/** A markdown text as elements, streaming or finished. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { memo } from '../memo.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { highlightCode } from './highlight.ts';
import { linkTarget } from './links.ts';
import './markdown.css';
import { patchChildren } from './patch-dom.ts';
import { sanitise } from './sanitise.ts';
import type { BlockGroup } from './stream-blocks.ts';
import { usePacedBlocks } from './use-paced-blocks.ts';

interface MarkdownProps {
  readonly text: string;
  readonly streaming: boolean;
}

export function Markdown({ text, streaming }: MarkdownProps) {
  const { post } = useChat();
  const element = useRef<HTMLDivElement>(null);
  const groups = usePacedBlocks(text, streaming);
  useEffect(() => {
    if (!streaming && element.current) void highlightCode(element.current);
  }, [streaming, groups]);

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const link = target.closest('a[href]');
    if (link) {
      // Or VS Code would open it by its own rules.
      event.preventDefault();
      event.stopPropagation();
      const followed = linkTarget(link.getAttribute('href') ?? '');
      if (followed) post(followed);
    }
    const button = target.closest<HTMLElement>('.code-copy');
    const code = button?.closest('.code')?.querySelector('code');
    if (!button || !code) return;
    post({ type: 'copy', text: code.textContent ?? '' });
    showCopied(button);
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the links and buttons inside are what is operated
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens for them
    <div
      ref={element}
      class={streaming ? 'markdown streaming' : 'markdown'}
      onClick={onClick}
      onAuxClick={onClick}
    >
      {groups.map((blocks) => (
        <GroupView key={blocks[0]?.start} blocks={blocks} />
      ))}
    </div>
  );
}

const COPIED_MS = 1_500;

/** For a moment the button says that it was done. */
function showCopied(button: HTMLElement): void {
  const show = (icon: string, shown: string, text: string) => {
    button.classList.replace(shown, icon);
    button.title = text;
    button.setAttribute('aria-label', text);
  };
  show('codicon-check', 'codicon-copy', strings.markdown.copied);
  setTimeout(() => show('codicon-copy', 'codicon-check', strings.markdown.copyCode), COPIED_MS);
}

const GroupView = memo(function GroupView({ blocks }: { readonly blocks: BlockGroup }) {
  return (
    <div class="md-group">
      {blocks.map((block) => (
        <BlockView key={block.start} html={block.html} />
      ))}
    </div>
  );
});

const BlockView = memo(function BlockView({ html }: { readonly html: string }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element.current) patchChildren(element.current, sanitise(html));
  }, [html]);
  return <div class="md-block" ref={element} />;
});
