/** One-way messages of services during a turn, decoded and turned into events. */
import { safeParse } from 'zod/v4/core';
import { ErrorKind } from '../protocol/errors.ts';
import { LimitKind } from '../protocol/exit-tags.ts';
import { issuesText } from '../protocol/issues-text.ts';
import {
  type DecodedPayload,
  isNotification,
  NOTIFICATIONS,
  type NotificationName,
} from '../protocol/notifications.ts';
import type { TurnParts } from './turn-parts.ts';

type Takers = {
  [N in NotificationName]?: (payload: DecodedPayload<N>, parts: TurnParts, service: string) => void;
};

/** What the orchestrator streams while it executes. */
const STREAM: Takers = {
  'stream.token': ({ text }, { answers }) => answers.token(text),
  'stream.thinking': ({ text }, { answers }) => answers.thinking(text),
  'stream.tool_call': ({ tool_name, arguments: input, id }, parts) => {
    if (id !== undefined) parts.emit({ type: 'tool.requested', call_id: id, name: tool_name, input });
    else parts.foreignLoop?.toolCalled(parts, tool_name, input);
  },
  'stream.tool_result': ({ tool_name, success, output, id }, parts) => {
    if (id === undefined) parts.foreignLoop?.toolAnswered(parts, tool_name, success, output);
  },
  'stream.todo_update': ({ todos }, { emit }) => emit({ type: 'todo.updated', todos }),
  'stream.context_message_added': ({ message }, { session, answers }) => {
    session.addMessage(message);
    if (message.role === 'assistant') answers.messageAdded(message);
  },
  'stream.note': ({ event, data }, parts) => takeNote(parts, event, data),
  error: ({ message }, { emit }) => emit({ type: 'notice', level: 'error', text: message }),
};

/** What any service may say at any time. */
const ANYTIME: Takers = {
  log: ({ level, message }, { log }, service) => log(service, message, level),
};

const WHILE_EXECUTING: Takers = { ...STREAM, ...ANYTIME };

/** From the orchestrator, belonging to its execution. */
export function takeStream(parts: TurnParts, service: string, name: string, payload: unknown): void {
  dispatch(WHILE_EXECUTING, parts, service, name, payload);
}

/** From any service, belonging to no call. */
export function takeLoose(parts: TurnParts, service: string, name: string, payload: unknown): void {
  dispatch(ANYTIME, parts, service, name, payload);
}

function dispatch(takers: Takers, parts: TurnParts, service: string, name: string, payload: unknown): void {
  if (!isNotification(name)) return;
  const taker = takers[name] as ((payload: unknown, parts: TurnParts, service: string) => void) | undefined;
  if (!taker) return;
  const parsed = safeParse(NOTIFICATIONS[name], payload);
  if (parsed.success) {
    taker(parsed.data, parts, service);
    return;
  }
  const message = `A "${name}" of an unknown form was ignored: ${issuesText(parsed.error.issues)}`;
  parts.log(service, message, 'warning');
}

/** What the loop did beside talking: a retry it waits for, a limit it met. */
function takeNote(parts: TurnParts, event: string, data: Record<string, unknown>): void {
  const text = (key: string) => (typeof data[key] === 'string' ? data[key] : '');
  const number = (key: string) => (typeof data[key] === 'number' ? data[key] : 0);
  if (event === 'provider:retry') {
    // Said after all that was streamed of the try that failed; the next try is a message of its own.
    parts.answers.interrupt();
    const kind = ErrorKind.safeParse(data.kind);
    parts.emit({
      type: 'model.retrying',
      attempt: number('attempt'),
      delay_ms: number('delay_ms'),
      error: { kind: kind.success ? kind.data : 'network', message: text('message') },
    });
    return;
  }
  if (event === 'limit') parts.onLimit(LimitKind.safeParse(data.limit).data ?? 'other');
  const remedy = text('remedy');
  parts.emit({
    type: 'notice',
    level: 'warning',
    text: text('message'),
    source: event,
    ...(remedy && { remedy }),
  });
}
