/** An empty session: what it is for, and one button that does the next sensible thing. */
import { Button } from './controls.tsx';
import './empty-state.css';
import { useChat } from './session/chat-context.ts';
import { strings } from './strings.ts';

export function EmptyState() {
  const { status, followed, prompt, post } = useChat();
  const known = status.value;
  const isScripted = known?.model.scripted === true;
  const addKey = () => post({ type: 'command', command: 'addProviderKey' });
  if (followed.value) return <main class="empty dim">{strings.followed.empty}</main>;
  return (
    <main class="empty">
      <h2>{strings.empty.title}</h2>
      <p>{strings.empty.text}</p>
      {isScripted && (
        <>
          <p class="dim">{strings.empty.scriptedText}</p>
          <div class="empty-actions">
            <Button appearance="primary" onClick={() => prompt(strings.empty.demonstrationPrompt)}>
              {strings.empty.runDemonstration}
            </Button>
            <button type="button" class="text-button" onClick={addKey}>
              {strings.empty.addKey}
            </button>
          </div>
        </>
      )}
      {known && !isScripted && !known.configured && (
        <>
          <p class="dim">{strings.empty.noModel}</p>
          <div class="empty-actions">
            <Button appearance="primary" onClick={addKey}>
              {strings.empty.addKey}
            </Button>
          </div>
        </>
      )}
      {known && !isScripted && known.configured && (
        <div class="empty-actions">
          <Button appearance="primary" onClick={() => prompt(strings.empty.explainPrompt)}>
            {strings.empty.explainFolder}
          </Button>
        </div>
      )}
    </main>
  );
}
