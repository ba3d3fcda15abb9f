/** The whole app in a document of the test, with messages as the extension sends them. */
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { vi } from 'vitest';
import type { FromChat, ToChat } from '../../../src/protocol/chat.ts';
import { App } from '../../../webview/app.tsx';
import { createChat } from '../../../webview/session/chat.ts';
import type { SessionScript } from './session-script.ts';

// The toolkit's elements need a browser's style sheets. Without them its tags are plain elements, with the same
// text, properties and events; test/e2e/ui has the real ones.
vi.mock('@vscode/webview-ui-toolkit', () => ({
  provideVSCodeDesignSystem: () => ({ register: () => undefined }),
  vsCodeButton: () => undefined,
  vsCodeTextArea: () => undefined,
}));

export interface RenderedApp {
  readonly root: HTMLElement;
  /** What the app sent, oldest first; reading empties it. */
  sent(): FromChat[];
  receive(message: ToChat): Promise<void>;
  show(script: SessionScript): Promise<void>;
  /** The first element that fits and, with `text`, holds that text. Fails when there is none. */
  find(selector: string, text?: string): HTMLElement;
  click(selector: string, text?: string): Promise<void>;
  press(element: HTMLElement, key: string, more?: KeyboardEventInit): Promise<void>;
  type(text: string): Promise<void>;
}

export async function renderApp(state?: unknown): Promise<RenderedApp> {
  const posted: FromChat[] = [];
  const chat = createChat({
    post: (message) => posted.push(message),
    loadState: () => state,
    saveState: () => undefined,
  });
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  await act(() => render(<App chat={chat} />, root));
  posted.length = 0;

  const receive = (message: ToChat) => act(() => chat.receive(message));
  const find = (selector: string, text = '') => {
    const found = [...root.querySelectorAll<HTMLElement>(selector)].find((element) =>
      element.textContent?.includes(text),
    );
    if (!found) throw new Error(`There is no ${selector} with "${text}" in:\n${root.innerHTML}`);
    return found;
  };
  return {
    root,
    sent: () => posted.splice(0),
    receive,
    show: (script) =>
      receive({
        type: 'snapshot',
        head: script.head,
        events: [...script.stored, ...script.inFlight()],
        hasOlder: false,
      }),
    find,
    click: (selector, text) => act(() => find(selector, text).click()),
    press: (element, key, more) =>
      act(() => {
        element.dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
        );
      }),
    type: (text) =>
      act(() => {
        const field = find('textarea') as HTMLTextAreaElement;
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }),
  };
}
