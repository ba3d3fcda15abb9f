/** Prompts that wait for the running turn to end. */
import { Icon } from '../icon.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';

export function Queue() {
  const { status, post } = useChat();
  const queued = status.value?.queued ?? [];
  if (queued.length === 0) return null;
  return (
    <ul class="queue" aria-label={strings.composer.queued}>
      {queued.map((text, index) => (
        <li key={`${index} ${text}`} class="queued">
          <Icon name="clock" class="queued-icon" />
          <span class="ellipsis" title={text}>
            {text}
          </span>
          <button
            type="button"
            class="icon-button codicon codicon-close"
            aria-label={strings.composer.unqueue(text)}
            title={strings.composer.unqueue(text)}
            onClick={() => post({ type: 'unqueue', index })}
          />
        </li>
      ))}
    </ul>
  );
}
