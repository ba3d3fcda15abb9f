/**
 * A page of rows: there while it is near what is seen, else an empty box of the same height.
 */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { memo } from '../memo.tsx';
import { useChat } from '../session/chat-context.ts';
import { RowView } from './row-view.tsx';
import type { Row } from './rows.ts';
import { leadsAfter, type Page } from './timeline.ts';
import { useNearness } from './viewport.ts';

/** Until a page was seen. */
const ROW_HEIGHT_GUESS = 34;

interface PageProps {
  readonly page: Page;
  /** The page that new rows go to: always there, with the text that streams after its rows. */
  readonly isLast: boolean;
  /** There from the beginning, before it is known what is seen. */
  readonly startsNear: boolean;
}

export const PageView = memo<PageProps>(({ page, isLast, startsNear }) => {
  const chat = useChat();
  const element = useRef<HTMLDivElement>(null);
  const isNear = useSignal(startsNear);
  const height = useRef<number>(undefined);
  useNearness(element, (near) => {
    const shown = element.current;
    if (near) isNear.value = true;
    else if (isNear.value && shown && !isInUse(shown)) {
      height.current = shown.getBoundingClientRect().height;
      isNear.value = false;
    }
  });
  // Text that streams is in one list with the rows, so that its element stays when it becomes one of them.
  const live = isLast ? chat.live.value : NONE;
  const isShown = isLast || isNear.value || page.rows.some(isWaiting);
  useLayoutEffect(() => {
    const known = height.current ?? page.rows.length * ROW_HEIGHT_GUESS;
    element.current?.style.setProperty('height', isShown ? '' : `${known}px`);
  }, [isShown]);
  return (
    <div class="page" data-key={`page:${page.id}`} ref={element}>
      {isShown && [
        ...page.rows.map((row) => <RowView key={row.key} row={row} leads={row.leads} />),
        ...live.map((row, index) => (
          <RowView key={row.key} row={row} leads={leadsAfter(live[index - 1] ?? page.rows.at(-1), row)} />
        )),
      ]}
    </div>
  );
});

const NONE: readonly Row[] = [];

/** A question that waits is there even when it is far away: it may be half answered. */
function isWaiting(row: Row): boolean {
  return row.kind === 'approval' && row.answer === undefined;
}

/** The focus, or a selection, is in it. */
function isInUse(element: HTMLElement): boolean {
  const selection = document.getSelection();
  return (
    element.contains(document.activeElement) ||
    (selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode))
  );
}
