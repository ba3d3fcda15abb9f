/** What the person asked. */

import { useChat } from '../../session/chat-context.ts';
import { strings } from '../../strings.ts';
import type { PromptRow } from '../rows.ts';
import './prompt-row.css';

/** A pasted file should not fill the timeline. */
const LONG_LINES = 12;
const LONG_TEXT = 1200;

export function PromptContent({ row }: { readonly row: PromptRow }) {
  const opened = useChat().opened(row.key);
  const isLong = row.text.length > LONG_TEXT || row.text.split('\n').length > LONG_LINES;
  const isOpen = opened.value === true;
  return (
    <div class="prompt">
      <h2 class="visually-hidden">{strings.app.you}</h2>
      {row.delegateTo !== undefined && (
        <div class="prompt-to">{strings.delegation.given(row.delegateTo)}</div>
      )}
      <div class={isLong && !isOpen ? 'prompt-text clamped' : 'prompt-text'}>{withCode(row.text)}</div>
      {isLong && (
        <button
          type="button"
          class="text-button prompt-more"
          aria-expanded={isOpen}
          onClick={() => {
            opened.value = !isOpen;
          }}
        >
          {isOpen ? strings.row.showLess : strings.row.showMore}
        </button>
      )}
      {row.steering && <div class="prompt-note dim">{strings.row.steering}</div>}
    </div>
  );
}

/** Text as it was typed; only `code` looks like code. */
function withCode(text: string) {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? <code key={index}>{part.slice(1, -1)}</code> : part));
}
