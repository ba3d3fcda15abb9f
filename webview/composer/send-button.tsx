/** Send what was written; while a turn runs and nothing is written, stop it. */
import { useComputed } from '@preact/signals';
import { Button } from '../controls.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';

export function SendButton({ onSend }: { readonly onSend: () => void }) {
  const { draft, isRunning, followed, post } = useChat();
  const isEmpty = useComputed(() => draft.value.trim() === '');
  // What runs elsewhere is stopped there.
  const canStop = isRunning.value && !followed.value;
  return (
    <span class="composer-buttons">
      {canStop && <Button onClick={() => post({ type: 'stop' })}>{strings.composer.stop}</Button>}
      {(!canStop || !isEmpty.value) && (
        <Button
          appearance="primary"
          isDisabled={isEmpty.value || followed.value !== undefined}
          onClick={onSend}
        >
          {canStop ? strings.composer.queue : strings.composer.send}
        </Button>
      )}
    </span>
  );
}
