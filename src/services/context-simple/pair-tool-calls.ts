/**
 * Gives every tool call its result, right after it: providers refuse a history with a call that was never
 * answered, which is what an interrupted turn leaves behind (RT-33). Pure; changes none of the messages.
 */
import type { Message, ToolCallBlock } from '../../protocol/data.ts';

const INTERRUPTED = 'Interrupted: this call was not finished. Whether it had any effect is not known.';

/** Results follow their call in its order; what answers no call is left out. */
export function pairToolCalls(messages: readonly Message[]): Message[] {
  const used = new Set<Message>();
  return messages.flatMap((message, index) => {
    if (message.role === 'tool') return [];
    const results = callsOf(message).map(({ id, name }) => {
      const result = findResult(messages, index, id, used);
      if (result) used.add(result);
      return result ?? interrupted(id, name);
    });
    return [message, ...results];
  });
}

interface Call {
  readonly id: string;
  readonly name: string;
}

/** Calls are in `tool_calls`, in the content's blocks, or in both. */
export function callsOf(message: Message): Call[] {
  if (message.role !== 'assistant') return [];
  const blocks = Array.isArray(message.content) ? message.content : [];
  const calls = [
    ...(message.tool_calls ?? []),
    ...blocks.filter((block): block is ToolCallBlock => block.type === 'tool_call'),
  ];
  return [...new Map(calls.map(({ id, name }) => [id, { id, name }])).values()];
}

/** The first result with that id after the call and before the next call with the same id. */
function findResult(
  messages: readonly Message[],
  callIndex: number,
  id: string,
  used: ReadonlySet<Message>,
): Message | undefined {
  for (let index = callIndex + 1; index < messages.length; index += 1) {
    const message = messages[index]!;
    if (message.role === 'tool' && message.tool_call_id === id && !used.has(message)) return message;
    if (callsOf(message).some((call) => call.id === id)) return undefined;
  }
  return undefined;
}

function interrupted(id: string, name: string): Message {
  return { role: 'tool', name, tool_call_id: id, content: INTERRUPTED, metadata: { is_error: true } };
}
