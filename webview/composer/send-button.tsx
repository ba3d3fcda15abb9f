/** Send what was written; while a turn runs and nothing is written, stop it. */
import { useComputed } from '@preact/signals';
import { Button } from '../controls.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';

export function SendButton({ onSend }: { readonly onSend: () => void }) {
  const { draft, isRunning, post } = useChat();
  const isEmpty = useComputed(() => draft.value.trim() === '');
  return (
    <span class="composer-buttons">
      {isRunning.value && <Button onClick={() => post({ type: 'stop' })}>{strings.composer.stop}</Button>}
      {(!isRunning.value || !isEmpty.value) && (
        <Button appearance="primary" isDisabled={isEmpty.value} onClick={onSend}>
          {isRunning.value ? strings.composer.queue : strings.composer.send}
        </Button>
      )}
    </span>
  );
}
