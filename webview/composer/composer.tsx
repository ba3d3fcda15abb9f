/**
 * Where the person writes. A plain text area and not the toolkit's: the list of commands has to be named by
 * the very element that has the focus, which a text area inside a shadow tree cannot do.
 */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { Chips } from './chips.tsx';
import { CommandList, optionId } from './command-list.tsx';
import { matchingCommands, type SlashCommand } from './commands.ts';
import './composer.css';
import { composerKey } from './composer-keys.ts';
import { FollowedBanner } from './followed-banner.tsx';
import { Queue } from './queue.tsx';
import { SendButton } from './send-button.tsx';

const SAVE_DELAY_MS = 300;

export function Composer() {
  const chat = useChat();
  const field = useRef<HTMLTextAreaElement>(null);
  const closedFor = useSignal<string | undefined>(undefined);
  const selected = useSignal(0);
  const commands = useComputed(() =>
    closedFor.value === chat.draft.value ? undefined : matchingCommands(chat.draft.value),
  );
  useTakeFocus(field);
  useSaveDraft();

  const write = (text: string) => {
    chat.draft.value = text;
    selected.value = 0;
  };
  const send = (when?: 'queue' | 'interrupt') => {
    const text = chat.draft.peek().trim();
    if (text === '') return;
    chat.prompt(text, when);
    write('');
    chat.save();
    field.current?.focus();
  };
  const run = ({ command }: SlashCommand) => {
    write('');
    chat.save();
    chat.post({ type: 'command', command });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const offered = commands.peek() ?? [];
    const action = composerKey(event, { isRunning: chat.isRunning.peek(), offered: offered.length });
    if (!action) return;
    event.preventDefault();
    switch (action) {
      case 'send':
        send();
        return;
      case 'queue':
      case 'interrupt':
        send(action);
        return;
      case 'stop':
        chat.post({ type: 'stop' });
        return;
      case 'next':
      case 'previous':
        selected.value = (selected.peek() + (action === 'next' ? 1 : offered.length - 1)) % offered.length;
        return;
      case 'choose':
        run(offered[selected.peek()]!);
        return;
      case 'close':
        closedFor.value = chat.draft.peek();
        return;
      default:
        action satisfies never;
    }
  };

  const followed = chat.followed.value;
  const isRunning = chat.isRunning.value && !followed;
  const offered = followed ? undefined : commands.value;
  const placeholder = followed
    ? strings.followed.placeholder(followed)
    : isRunning
      ? strings.composer.placeholderRunning
      : strings.composer.placeholder;
  return (
    <footer class="composer">
      {followed && <FollowedBanner followed={followed} />}
      <Queue />
      {offered && <CommandList commands={offered} selected={selected.value} onChoose={run} />}
      <div class="composer-box">
        <textarea
          ref={field}
          rows={1}
          aria-label={strings.composer.label}
          aria-autocomplete="list"
          aria-haspopup={offered && 'listbox'}
          aria-controls={offered ? 'commands' : undefined}
          aria-activedescendant={offered?.[selected.value] && optionId(offered[selected.value]!)}
          disabled={followed !== undefined}
          placeholder={placeholder}
          value={chat.draft}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div class="composer-row">
          <Chips />
          <SendButton onSend={() => send(isRunning ? 'queue' : undefined)} />
        </div>
      </div>
      {isRunning && <div class="composer-hint dim">{strings.composer.hintRunning(modifierKey())}</div>}
    </footer>
  );
}

/** Whoever asks for it; the caret goes to the end. */
function useTakeFocus(field: { readonly current: HTMLTextAreaElement | null }): void {
  const chat = useChat();
  useSignalEffect(() => {
    if (chat.focus.value?.target !== 'composer') return;
    chat.focus.value = undefined;
    const element = field.current;
    element?.focus();
    // A draft that was just given back is in the field only after rendering.
    requestAnimationFrame(() => element?.setSelectionRange(element.value.length, element.value.length));
  });
}

function useSaveDraft(): void {
  const chat = useChat();
  useSignalEffect(() => {
    const text = chat.draft.value;
    const timer = setTimeout(chat.save, text === '' ? 0 : SAVE_DELAY_MS);
    return () => clearTimeout(timer);
  });
}

function modifierKey(): string {
  return navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
}
