/** What the model said, and what it thought before. */
import { Elapsed } from '../../elapsed.tsx';
import { Markdown } from '../../markdown/markdown.tsx';
import { strings } from '../../strings.ts';
import { Disclosure } from '../disclosure.tsx';
import type { TextRow } from '../rows.ts';
import './text-row.css';

export function MessageContent({ row }: { readonly row: TextRow }) {
  return (
    <div class="message">
      <Markdown text={row.text} streaming={row.streaming} />
      {row.interrupted && <p class="message-cut dim">{strings.row.interrupted}</p>}
    </div>
  );
}

export function ThinkingContent({ row }: { readonly row: TextRow }) {
  return (
    <Disclosure id={row.key} line={<ThinkingLine row={row} />}>
      {() => (
        <div class="thinking">
          <Markdown text={row.text} streaming={row.streaming} />
        </div>
      )}
    </Disclosure>
  );
}

function ThinkingLine({ row }: { readonly row: TextRow }) {
  if (row.interrupted) return <span>{strings.thinking.interrupted}</span>;
  if (!row.streaming) return <span>{strings.thinking.after(row.durationMs ?? 0)}</span>;
  return (
    <span>
      {strings.thinking.now} <Elapsed since={row.at} />
    </span>
  );
}
