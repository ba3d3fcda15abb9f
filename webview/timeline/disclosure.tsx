/** One line that opens to more. Whether it is open outlives the row's leaving and entering the page. */
import type { ComponentChildren } from 'preact';
import { Icon } from '../icon.tsx';
import { useChat } from '../session/chat-context.ts';
import './disclosure.css';

interface DisclosureProps {
  /** The row's key, or one made of it. */
  readonly id: string;
  readonly line: ComponentChildren;
  /** What it opens to; made only while it is open. */
  readonly children: () => ComponentChildren;
  readonly isOpenAtFirst?: boolean;
  readonly class?: string;
}

export function Disclosure({ id, line, children, isOpenAtFirst = false, class: more = '' }: DisclosureProps) {
  const opened = useChat().opened(id);
  const isOpen = opened.value ?? isOpenAtFirst;
  return (
    <div class={`disclosure ${more}`}>
      <button
        type="button"
        class="line-button disclosure-line"
        aria-expanded={isOpen}
        onClick={() => {
          opened.value = !isOpen;
        }}
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} class="disclosure-mark" />
        {line}
      </button>
      {isOpen && <div class="disclosure-content">{children()}</div>}
    </div>
  );
}
