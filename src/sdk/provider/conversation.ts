/**
 * The messages of a request as turns that every vendor's API accepts: calls and results paired, nothing empty.
 * What a crash, a cancel or a compaction left incomplete is completed here and nowhere else.
 */
import type { ChatRequest, ContentBlock, ImageBlock, Message, TextBlock } from '../../protocol/data.ts';
import { messageText, ThinkingBlock, type ToolCallBlock } from '../../protocol/data.ts';
import { isRecord } from '../../protocol/reading.ts';

export type Said = TextBlock | ImageBlock;

export interface UserTurn {
  readonly role: 'user';
  readonly content: readonly Said[];
}
export interface AssistantTurn {
  readonly role: 'assistant';
  /** In the order the model wrote them; tool calls are blocks here too. */
  readonly blocks: readonly ContentBlock[];
  readonly metadata: Readonly<Record<string, unknown>>;
}
/** Follows an assistant turn with calls, one result for each of them and in their order. */
export interface ToolTurn {
  readonly role: 'tool';
  readonly results: readonly ToolOutcome[];
}
export interface ToolOutcome {
  readonly id: string;
  readonly name: string;
  readonly content: readonly Said[];
  readonly isError: boolean;
}
export type Turn = UserTurn | AssistantTurn | ToolTurn;

export interface Conversation {
  /** The system prompt and all system messages of the list, in order. */
  readonly system: string;
  readonly turns: readonly Turn[];
}

const INTERRUPTED = 'No result: the call was interrupted before it finished.';

/** Never throws: what does not fit is told to the model as text. */
export function readConversation(request: Pick<ChatRequest, 'messages' | 'system'>): Conversation {
  const system = request.system ? [request.system] : [];
  const turns: Turn[] = [];
  /** Places for the results of the last assistant turn, by call id. */
  let waiting = new Map<string, (result: ToolOutcome) => void>();
  const say = (content: readonly Said[]) => {
    if (content.length > 0) turns.push({ role: 'user', content });
  };
  for (const message of request.messages) {
    switch (message.role) {
      case 'system':
      case 'developer':
        if (messageText(message).trim() !== '') system.push(messageText(message));
        break;
      case 'assistant': {
        const blocks = assistantBlocks(message);
        if (blocks.length === 0) break;
        turns.push({ role: 'assistant', blocks, metadata: message.metadata ?? {} });
        const calls = blocks.filter(isToolCall);
        waiting = new Map();
        if (calls.length > 0) turns.push({ role: 'tool', results: openResults(calls, waiting) });
        break;
      }
      case 'tool': {
        const outcome = outcomeOf(message);
        const place = waiting.get(outcome.id);
        waiting.delete(outcome.id);
        if (place) place(outcome);
        else say([text(`Result of an earlier call of ${outcome.name}:`), ...outcome.content]);
        break;
      }
      default:
        say(said(message));
    }
  }
  return { system: system.join('\n\n'), turns };
}

/** These tell blocks apart whose `type` is one we know from newer ones that only share the name. */
export function isToolCall(block: ContentBlock): block is ToolCallBlock {
  return block.type === 'tool_call' && 'input' in block && isRecord(block.input);
}

export function isThinking(block: ContentBlock): block is ThinkingBlock {
  return block.type === 'thinking' && typeof (block as ThinkingBlock).thinking === 'string';
}

export function isText(block: ContentBlock): block is TextBlock {
  return block.type === 'text' && typeof (block as TextBlock).text === 'string';
}

export function isImage(block: ContentBlock): block is ImageBlock {
  return block.type === 'image' && typeof (block as ImageBlock).data === 'string';
}

/** Every call has a result from the start; a real one takes its place when its message comes. */
function openResults(
  calls: readonly ToolCallBlock[],
  waiting: Map<string, (result: ToolOutcome) => void>,
): ToolOutcome[] {
  const results = calls.map(
    ({ id, name }): ToolOutcome => ({ id, name, content: [text(INTERRUPTED)], isError: true }),
  );
  calls.forEach((call, at) => {
    waiting.set(call.id, (result) => {
      results[at] = { ...result, name: call.name };
    });
  });
  return results;
}

/** Calls are read from `tool_calls` and from blocks; the reference keeps thinking beside the content. */
function assistantBlocks(message: Message): ContentBlock[] {
  const content = typeof message.content === 'string' ? [text(message.content)] : (message.content ?? []);
  const blocks = content.filter((block) => !isText(block) || block.text.trim() !== '');
  const aside = ThinkingBlock.safeParse(
    isRecord(message.thinking_block) ? { type: 'thinking', ...message.thinking_block } : undefined,
  );
  if (aside.success && !blocks.some((block) => block.type === 'thinking')) blocks.unshift(aside.data);
  const known = new Set(blocks.filter(isToolCall).map((block) => block.id));
  for (const call of message.tool_calls ?? []) {
    if (known.has(call.id)) continue;
    blocks.push({ type: 'tool_call', id: call.id, name: call.name, input: call.arguments });
  }
  // Thinking alone says nothing; a vendor would refuse a turn without text or call.
  return blocks.some((block) => isText(block) || isToolCall(block)) ? blocks : [];
}

function outcomeOf(message: Message): ToolOutcome {
  return {
    id: message.tool_call_id ?? '',
    name: message.name ?? 'a tool',
    content: said(message),
    isError: message.metadata?.is_error === true,
  };
}

function said(message: Message): Said[] {
  if (typeof message.content === 'string')
    return message.content.trim() === '' ? [] : [text(message.content)];
  return (message.content ?? []).filter(
    (block): block is Said => isImage(block) || (isText(block) && block.text.trim() !== ''),
  );
}

function text(value: string): TextBlock {
  return { type: 'text', text: value };
}
