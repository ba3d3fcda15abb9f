/** Opens the log of a service; not offered where the service runs in another process. */
import { useChat } from './session/chat-context.ts';
import { strings } from './strings.ts';

export function ShowLog({ service }: { readonly service: string }) {
  const { followed, post } = useChat();
  if (followed.value) return null;
  return (
    <button type="button" class="text-button" onClick={() => post({ type: 'showLog', service })}>
      {strings.row.showLog}
    </button>
  );
}
