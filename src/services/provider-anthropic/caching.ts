/**
 * Where the API may cut the prompt for its cache: after the tools, after the system prompt, and after the last two
 * user messages, so that the next request finds what this one wrote. Four marks are the most it takes.
 */
import type {
  CacheControlEphemeral,
  MessageCreateParamsStreaming,
} from '@anthropic-ai/sdk/resources/messages/messages';

const MARK: CacheControlEphemeral = { type: 'ephemeral' };

/** Marks are put on a copy. */
export function markCache<R extends MessageCreateParamsStreaming>(request: R): R {
  const { system, tools } = request;
  const users = request.messages.flatMap((message, at) => (message.role === 'user' ? [at] : []));
  const marked = new Set(users.slice(-2));
  return {
    ...request,
    ...(tools && { tools: markLast(tools) }),
    ...(Array.isArray(system) && { system: markLast(system) }),
    messages: request.messages.map((message, at) =>
      marked.has(at) && Array.isArray(message.content)
        ? ({ ...message, content: markLast<object>(message.content) } as typeof message)
        : message,
    ),
  };
}

function markLast<T extends object>(items: readonly T[]): T[] {
  return items.map((item, at) => (at === items.length - 1 ? { ...item, cache_control: MARK } : item));
}
