/** Tool calls that an interrupted turn left without a result (RT-33). Pure; what a resume has to close or run. */
import type { Message, ToolCall } from '../protocol/data.ts';
import { ToolCallBlock } from '../protocol/data.ts';
import type { SessionEvent } from '../protocol/events.ts';

export interface DanglingCalls {
  /** May have had an effect: they are closed with an "interrupted" result, never run again unasked. */
  readonly started: readonly ToolCall[];
  /** Nothing has happened yet: they can be run. */
  readonly notStarted: readonly ToolCall[];
}

/**
 * The calls of the last assistant message that have no result, in the order they were asked for.
 * @param events those of the turn that asked for them; more do no harm.
 */
export function danglingCalls(
  transcript: readonly Message[],
  events: readonly SessionEvent[],
): DanglingCalls {
  const last = transcript.findLastIndex((message) => message.role === 'assistant');
  const asked = last === -1 ? [] : callsOf(transcript[last]!);
  const answered = new Set(transcript.slice(last + 1).map((message) => message.tool_call_id));
  const begun = new Set(events.flatMap((event) => (event.type === 'tool.started' ? [event.call_id] : [])));
  const open = asked.filter((call) => !answered.has(call.id));
  return {
    started: open.filter((call) => begun.has(call.id)),
    notStarted: open.filter((call) => !begun.has(call.id)),
  };
}

/** From `tool_calls`, else from the blocks of the content: providers write either. */
function callsOf(message: Message): ToolCall[] {
  if (message.tool_calls) return message.tool_calls;
  if (!Array.isArray(message.content)) return [];
  return message.content.flatMap((block) => {
    const call = ToolCallBlock.safeParse(block);
    return call.success ? [{ id: call.data.id, name: call.data.name, arguments: call.data.input }] : [];
  });
}
