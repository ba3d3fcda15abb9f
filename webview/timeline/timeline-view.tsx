/** The list of rows: pages, the way to older ones, and the way back to the end. */
import { type ReadonlySignal, useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { Pages } from './pages.tsx';
import { PagesContext } from './pages-context.ts';
import './timeline-view.css';
import { useScrolling } from './use-scrolling.ts';

/** So near to the top older rows are asked for. */
const TOP_PX = 600;
const SAVE_DELAY_MS = 250;

export function TimelineView() {
  const chat = useChat();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { isFollowing, place, toEnd } = useScrolling(scroller, content, chat.scroll.peek());
  const pages = chat.pages.value;

  const loadOlderIfNear = () => {
    if ((scroller.current?.scrollTop ?? TOP_PX) < TOP_PX) chat.loadOlder();
  };
  useEffect(loadOlderIfNear, [pages]);
  const saving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onScroll = () => {
    loadOlderIfNear();
    clearTimeout(saving.current);
    saving.current = setTimeout(() => {
      chat.scroll.value = place();
      chat.save();
    }, SAVE_DELAY_MS);
  };

  return (
    <div class="timeline">
      <section
        ref={scroller}
        class="timeline-scroller"
        aria-label={strings.app.timeline}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div ref={content} class="timeline-content">
          <Older />
          <PagesContext.Provider value={Pages}>
            <Pages pages={pages} />
          </PagesContext.Provider>
        </div>
      </section>
      <ToEnd isFollowing={isFollowing} toEnd={toEnd} />
    </div>
  );
}

function Older() {
  const chat = useChat();
  const hasOlder = useComputed(() => chat.feed.value?.hasOlder === true);
  const isLoading = useComputed(() => chat.feed.value?.loadingOlder !== 'no');
  if (!hasOlder.value) return null;
  return (
    <div class="timeline-older dim">
      {isLoading.value ? (
        <span>{strings.list.loadingOlder}</span>
      ) : (
        <button type="button" class="text-button" onClick={() => chat.loadOlder()}>
          {strings.list.older}
        </button>
      )}
    </div>
  );
}

interface ToEndProps {
  readonly isFollowing: ReadonlySignal<boolean>;
  readonly toEnd: () => void;
}

/** The way back to the end; says when there is something new, or a question. */
function ToEnd({ isFollowing, toEnd }: ToEndProps) {
  const chat = useChat();
  const seen = useRef(0);
  const lastSeq = useComputed(() => chat.timeline.value?.lastSeq ?? 0);
  const asks = useComputed(() => (chat.head.value?.pending_approvals.length ?? 0) > 0);
  const isStreaming = useComputed(() => chat.live.value.length > 0);
  if (isFollowing.value) {
    seen.current = lastSeq.value;
    return null;
  }
  const isNew = lastSeq.value > seen.current || isStreaming.value;
  const text = asks.value ? strings.list.question : isNew ? strings.list.newBelow : strings.list.toEnd;
  const go = () => {
    if (asks.value) chat.focus.value = { target: 'approval' };
    else toEnd();
  };
  return (
    <button type="button" class="to-end" onClick={go}>
      <Icon name="arrow-down" /> {text}
    </button>
  );
}
