/**
 * The host's end of Comlink's port, narrowed to what a service thread may say there: the answer of a call, as plain
 * data. Comlink would also take proxies, ports and errors to throw; none of that is ever looked at.
 */
import type { Endpoint } from 'comlink';
import { PatchbayError, RpcCode, toWireError } from '../../protocol/errors.ts';
import { jsonData } from '../../protocol/json-data.ts';
import { isRecord } from '../../protocol/reading.ts';
import { ThreadAnswer } from '../../protocol/thread-messages.ts';

type Listener = Parameters<Endpoint['addEventListener']>[1];

/** The same endpoint; a listener hears nothing but answers of the form that was agreed. */
export function answersOnly(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    addEventListener(type, listener) {
      endpoint.addEventListener(type, (event) => {
        const answer = readAnswer((event as MessageEvent).data);
        if (answer) tell(listener, { data: answer } as MessageEvent);
      });
    },
  };
}

interface RawAnswer {
  readonly id: string;
  readonly type: 'RAW';
  readonly value: ThreadAnswer;
}

/** Undefined for what answers nothing. What answers a call in a wrong way fails that call. */
function readAnswer(data: unknown): RawAnswer | undefined {
  if (!isRecord(data) || typeof data.id !== 'string') return undefined;
  return { id: data.id, type: 'RAW', value: contentOf(data) };
}

function contentOf(data: Record<string, unknown>): ThreadAnswer {
  if (data.type !== 'RAW') return refused(`its answer was no data${reasonOf(data.value)}`);
  try {
    const parsed = ThreadAnswer.safeParse(jsonData(data.value));
    return parsed.success ? parsed.data : refused('its answer has not the form of an answer');
  } catch (error) {
    return { batches: 0, error: toWireError(error) };
  }
}

/** What Comlink says in the service when an answer could not be sent. */
function reasonOf(value: unknown): string {
  const thrown = isRecord(value) && isRecord(value.value) ? value.value.message : undefined;
  return typeof thrown === 'string' ? ` (${thrown.slice(0, 200)})` : '';
}

function refused(why: string): ThreadAnswer {
  const error = new PatchbayError('protocol', `The call failed: ${why}.`, {
    code: RpcCode.internal,
    remedy: 'Check the service with its author; its log may tell more.',
  });
  return { batches: 0, error: toWireError(error) };
}

function tell(listener: Listener, event: MessageEvent): void {
  if (typeof listener === 'function') listener(event);
  else listener.handleEvent(event);
}
