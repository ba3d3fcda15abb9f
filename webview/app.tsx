/** The whole of it: header, timeline or empty state, composer. */
import { useComputed } from '@preact/signals';
import { Announcer } from './announcer.tsx';
import './app.css';
import { Composer } from './composer/composer.tsx';
import { EmptyState } from './empty-state.tsx';
import { Header } from './header/header.tsx';
import { ChatContext } from './session/chat-context.ts';
import type { Chat } from './session/chat-types.ts';
import { strings } from './strings.ts';
import { TimelineView } from './timeline/timeline-view.tsx';

export function App({ chat }: { readonly chat: Chat }) {
  return (
    <ChatContext.Provider value={chat}>
      <div class="app">
        <Header />
        <Body chat={chat} />
        <Composer />
        <Announcer />
      </div>
    </ChatContext.Provider>
  );
}

function Body({ chat }: { readonly chat: Chat }) {
  const sessionId = useComputed(() => chat.head.value?.session_id);
  const isEmpty = useComputed(
    () => chat.pages.value.length === 0 && chat.live.value.length === 0 && !chat.isRunning.value,
  );
  if (sessionId.value === undefined) return <main class="opening dim">{strings.app.opening}</main>;
  if (isEmpty.value) return <EmptyState />;
  return (
    <main class="body">
      <TimelineView key={sessionId.value} />
    </main>
  );
}
