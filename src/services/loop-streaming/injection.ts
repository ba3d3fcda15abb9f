/** What hooks add for the model (INJECT_CONTEXT): as messages of its own, or at the end of a tool's result. */
import type { Message } from '../../protocol/data.ts';
import type { HookResult } from '../../protocol/hooks.ts';

export interface Injection {
  readonly messages: readonly Message[];
  /** For the end of a tool's result; empty when all is in the messages. */
  readonly toolResultText: string;
  /** For the next model call only; not kept in the conversation. */
  readonly ephemeral: boolean;
}

/** Undefined when the result adds nothing. */
export function injectionOf(result: HookResult): Injection | undefined {
  const text = result.context_injection ?? '';
  const toToolResult = result.append_to_last_tool_result === true;
  const own: Message[] =
    text === '' || toToolResult ? [] : [{ role: result.context_injection_role ?? 'user', content: text }];
  const messages = [...own, ...(result.injected_messages ?? [])];
  const toolResultText = toToolResult ? text : '';
  if (messages.length === 0 && toolResultText === '') return undefined;
  return { messages, toolResultText, ephemeral: result.ephemeral === true };
}

/** All of it as messages, for where there is no tool result to add to. */
export function asMessages({ messages, toolResultText }: Injection): Message[] {
  return toolResultText === '' ? [...messages] : [{ role: 'user', content: toolResultText }, ...messages];
}

/** The conversation with what was added to it, for one model call. */
export function withInjection(conversation: readonly Message[], injection: Injection): Message[] {
  const last = conversation.at(-1);
  if (injection.toolResultText === '' || last?.role !== 'tool') {
    return [...conversation, ...asMessages(injection)];
  }
  return [
    ...conversation.slice(0, -1),
    { ...last, content: withText(last.content, injection.toolResultText) },
    ...injection.messages,
  ];
}

/** A tool result's content with more text at its end. */
export function withText(content: Message['content'], text: string): Message['content'] {
  if (text === '') return content;
  if (Array.isArray(content)) return [...content, { type: 'text', text }];
  return content ? `${content}\n\n${text}` : text;
}
