/** Starts the app in its frame: messages in, errors out, every batch acknowledged once it was drawn. */
import { render } from 'preact';
import type { ToChat } from '../src/protocol/chat.ts';
// Before the components' own style sheets.
import './base.css';
import { App } from './app.tsx';
import { createChat } from './session/chat.ts';
import { afterNextFrame } from './session/next-frame.ts';
import { watchSilence } from './session/silence.ts';
import { connectFrame } from './vscode-api.ts';

/** Beyond, an error that repeats itself would fill the log. */
const MAX_ERRORS = 50;

const frame = connectFrame();
reportErrors();
const chat = createChat(frame, document.body.dataset.session);
const { heard } = watchSilence(chat.check);

window.addEventListener('message', ({ data }: MessageEvent<ToChat>) => {
  heard();
  chat.receive(data);
  if (data.type === 'events') {
    const message = { type: 'ack', frame: data.frame, sessionId: data.sessionId } as const;
    afterNextFrame(() => chat.post(message));
  }
});
window.addEventListener('pagehide', chat.save);
render(<App chat={chat} />, document.getElementById('root')!);

function reportErrors(): void {
  let left = MAX_ERRORS;
  const report = (error: unknown) => {
    if (left <= 0) return;
    left -= 1;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    frame.post({ type: 'webviewError', message });
  };
  window.addEventListener('error', (event) => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => report(event.reason));
}
