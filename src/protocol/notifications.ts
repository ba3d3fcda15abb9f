/**
 * One-way messages of a service (protocol.md §4). Older spellings are read; ours are written.
 */
import * as z from 'zod/mini';
import { Message, Todo } from './data.ts';
import { aliased, reading } from './reading.ts';

const callId = { call_id: z.optional(z.union([z.string(), z.number()])) };
const Text = reading(aliased('text', 'token', 'thinking'), z.looseObject({ text: z.string(), ...callId }));
const Block = reading(
  aliased('type', 'block_type'),
  z.looseObject({ type: z.string(), index: z.number(), ...callId }),
);

export const NOTIFICATIONS = {
  'stream.token': Text,
  'stream.thinking': Text,
  'stream.tool_call_start': reading(
    aliased('name', 'tool_name'),
    z.looseObject({ name: z.string(), id: z.optional(z.string()) }),
  ),
  'stream.tool_call': z.looseObject({
    tool_name: z.string(),
    arguments: z._default(z.record(z.string(), z.unknown()), {}),
    id: z.optional(z.string()),
  }),
  'stream.tool_result': z.looseObject({
    tool_name: z.string(),
    success: z._default(z.boolean(), true),
    output: z.optional(z.unknown()),
    id: z.optional(z.string()),
  }),
  'stream.content_block_start': Block,
  'stream.content_block_end': Block,
  'stream.todo_update': z.looseObject({ todos: z.array(Todo), status: z.optional(z.string()) }),
  'stream.context_message_added': z.looseObject({ message: Message }),
  'stream.provider.token': Text,
  'stream.provider.thinking': Text,
  'stream.provider.content_block_start': Block,
  'stream.provider.content_block_end': Block,
  'stream.tool.progress': z.looseObject({
    ...callId,
    text: z.optional(z.string()),
    percent: z.optional(z.number()),
  }),
  /** Ours: a hook's decision was acted on, a retry waits, a limit was reached. `event` names which. */
  'stream.note': z.looseObject({
    event: z.string(),
    data: z._default(z.record(z.string(), z.unknown()), {}),
  }),
  approval_request: z.looseObject({
    tool_name: z.optional(z.string()),
    action: z.optional(z.string()),
    risk_level: z.optional(z.string()),
    details: z.optional(z.unknown()),
  }),
  error: z.looseObject({ message: z.string() }),
  log: z.looseObject({
    level: z._default(z.enum(['debug', 'info', 'warning', 'error']), 'info'),
    message: z.string(),
    data: z.optional(z.unknown()),
  }),
} as const;

export type NotificationName = keyof typeof NOTIFICATIONS;
export type Payload<N extends NotificationName> = z.input<(typeof NOTIFICATIONS)[N]>;
export type DecodedPayload<N extends NotificationName> = z.output<(typeof NOTIFICATIONS)[N]>;

export function isNotification(name: string): name is NotificationName {
  return Object.hasOwn(NOTIFICATIONS, name);
}

/** Text streams whose neighbours may be joined into one message without changing their meaning. */
export const JOINABLE: ReadonlySet<string> = new Set([
  'stream.token',
  'stream.thinking',
  'stream.provider.token',
  'stream.provider.thinking',
  'stream.tool.progress',
]);
