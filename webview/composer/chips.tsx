/** Who answers: the agent, and the provider and model behind it. */
import { Icon } from '../icon.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';

export function Chips() {
  const { head, status, followed, post } = useChat();
  const agent = status.value?.agent ?? head.value?.agent;
  const model = status.value?.model;
  const isDisabled = followed.value !== undefined;
  const isScripted = model?.scripted ?? head.value?.scripted ?? false;
  return (
    <div class="chips">
      {agent !== undefined && (
        <button
          type="button"
          class="chip chip-button"
          disabled={isDisabled}
          title={strings.composer.agentTitle}
          onClick={() => post({ type: 'command', command: 'switchAgent' })}
        >
          <span class="visually-hidden">{strings.composer.agentTitle}: </span>
          <span class="ellipsis">{agent}</span>
          <Icon name="chevron-down" class="chip-icon" />
        </button>
      )}
      {model && (
        <button
          type="button"
          class="chip chip-button"
          disabled={isDisabled}
          title={strings.composer.modelTitle}
          onClick={() => post({ type: 'command', command: 'selectModel' })}
        >
          {isScripted ? (
            <span>{strings.composer.scripted}</span>
          ) : (
            <span class="ellipsis">{model.label}</span>
          )}
          <Icon name="chevron-down" class="chip-icon" />
        </button>
      )}
    </div>
  );
}
