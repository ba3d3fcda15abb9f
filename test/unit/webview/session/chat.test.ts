/** The app's state, as messages come in and the person acts. */
import { describe, expect, it } from 'vitest';
import type { FromChat, ToChat } from '../../../../src/protocol/chat.ts';
import { createChat } from '../../../../webview/session/chat.ts';
import type { Chat } from '../../../../webview/session/chat-types.ts';
import { SESSION, SessionScript } from '../session-script.ts';

function open(state?: unknown, preset?: string): { chat: Chat; sent: FromChat[]; saved: () => unknown } {
  const sent: FromChat[] = [];
  let saved = state;
  const chat = createChat(
    {
      post: (message) => sent.push(message),
      loadState: () => state,
      saveState: (next) => {
        saved = next;
      },
    },
    preset,
  );
  return { chat, sent, saved: () => saved };
}

const snapshot = (script: SessionScript, sessionId = SESSION): ToChat => ({
  type: 'snapshot',
  head: { ...script.head, session_id: sessionId },
  events: script.stored,
  hasOlder: false,
});

describe('a fresh app', () => {
  it('asks for the session it remembers, else for the one it was opened with', () => {
    expect(open({ sessionId: 'mine' }, 'preset').sent).toEqual([{ type: 'ready', sessionId: 'mine' }]);
    expect(open(undefined, 'preset').sent).toEqual([{ type: 'ready', sessionId: 'preset' }]);
    expect(open().sent).toEqual([{ type: 'ready' }]);
  });

  it('has the unsent text of before the reload', () => {
    expect(open({ sessionId: 's', draft: 'half written' }).chat.draft.value).toBe('half written');
  });

  it('survives a saved state that is not its own', () => {
    expect(open({ sessionId: 3, draft: null, scroll: 'x' }).chat.draft.value).toBe('');
  });
});

describe('what survives a reload', () => {
  it('is the session that is shown and the unsent text', () => {
    const { chat, saved } = open();
    chat.receive(snapshot(new SessionScript()));
    chat.draft.value = 'later';
    chat.save();
    expect(saved()).toEqual({ sessionId: SESSION, draft: 'later', scroll: undefined });
  });

  it('is no session when a new one is shown that has none yet', () => {
    const { chat, saved } = open({ sessionId: 'old' });
    chat.receive(snapshot(new SessionScript(), ''));
    expect(saved()).toMatchObject({ sessionId: undefined });
  });
});

describe('text that comes back', () => {
  it('goes into the empty composer', () => {
    const { chat } = open();
    chat.receive({ type: 'compose', text: 'failed prompt' });
    expect(chat.draft.value).toBe('failed prompt');
    expect(chat.focus.value).toEqual({ target: 'composer' });
  });

  it('goes before what was typed meanwhile, and is not doubled', () => {
    const { chat } = open({ draft: 'new text' });
    chat.receive({ type: 'compose', text: 'failed prompt' });
    chat.receive({ type: 'compose', text: 'failed prompt' });
    expect(chat.draft.value).toBe('failed prompt\n\nnew text');
  });
});

describe('running', () => {
  it('begins with the prompt, before the host says so', () => {
    const { chat, sent } = open();
    const script = new SessionScript();
    chat.receive(snapshot(script));
    chat.prompt('go');
    expect(sent.at(-1)).toEqual({ type: 'prompt', text: 'go' });
    expect(chat.isRunning.value).toBe(true);
    script.startTurn();
    chat.receive({ type: 'head', head: script.head });
    expect(chat.isRunning.value).toBe(true);
    script.finishTurn();
    chat.receive({ type: 'head', head: script.head });
    expect(chat.isRunning.value).toBe(false);
  });

  it('ends when the prompt comes back', () => {
    const { chat } = open();
    chat.receive(snapshot(new SessionScript(), ''));
    chat.prompt('go');
    chat.receive({ type: 'compose', text: 'go' });
    expect(chat.isRunning.value).toBe(false);
  });
});

it('another session brings its own rows, open rows and place; the unsent text stays', () => {
  const { chat } = open({ sessionId: SESSION, draft: 'text', scroll: { key: 'e1', offset: 3 } });
  chat.receive(snapshot(new SessionScript()));
  expect(chat.scroll.value).toEqual({ key: 'e1', offset: 3 });
  chat.opened('e1').value = true;
  chat.receive(snapshot(new SessionScript(), 'other'));
  expect(chat.scroll.value).toBeUndefined();
  expect(chat.opened('e1').value).toBeUndefined();
  expect(chat.draft.value).toBe('text');
});

it('what is missing is asked for, and a check says whether it waits', () => {
  const { chat, sent } = open();
  const script = new SessionScript();
  script.startTurn();
  chat.receive(snapshot(script));
  expect(chat.check()).toBe(false);
  script.add({ type: 'notice', level: 'info', text: 'lost' });
  chat.receive({ type: 'head', head: script.head });
  expect(chat.check()).toBe(true);
  expect(sent.at(-1)).toEqual({ type: 'resync', sessionId: SESSION, afterSeq: 1 });
});
