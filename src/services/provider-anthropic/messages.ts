/** Turns as the Messages API wants them: tool results in a user message, roles alternating, a user at both ends. */
import type {
  ContentBlockParam,
  ImageBlockParam,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { ContentBlock } from '../../protocol/data.ts';
import {
  type AssistantTurn,
  isImage,
  isText,
  isThinking,
  isToolCall,
  type Said,
  type ToolOutcome,
  type Turn,
} from '../../sdk/provider/conversation.ts';

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

export interface MessageOptions {
  readonly model: string;
  /** False leaves out all thinking, for when the API will not have it back. */
  readonly withThinking: boolean;
}

/** The last block of each user message can carry a cache mark. */
export type Blocks = MessageParam & { content: ContentBlockParam[] };

/** Never empty. */
export function messagesOf(turns: readonly Turn[], options: MessageOptions): Blocks[] {
  const messages: Blocks[] = [];
  const add = (role: 'user' | 'assistant', content: ContentBlockParam[]) => {
    if (content.length === 0) return;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  };
  for (const turn of turns) {
    if (turn.role === 'assistant') add('assistant', assistantContent(turn, options));
    else if (turn.role === 'tool') add('user', turn.results.map(toolResult));
    else add('user', turn.content.map(saidBlock));
  }
  if (messages[0]?.role !== 'user') messages.unshift(remark('(The conversation began earlier.)'));
  // An answer can't be continued from its own last words; the newer models refuse it.
  if (messages.at(-1)?.role === 'assistant') messages.push(remark('Continue.'));
  return messages;
}

/** The API takes letters, digits, `_` and `-`; other vendors' ids have more. */
export function wireId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
}

function assistantContent(turn: AssistantTurn, options: MessageOptions): ContentBlockParam[] {
  const keepsThinking = options.withThinking && isOwn(turn, options.model);
  return turn.blocks.flatMap((block) => assistantBlock(block, keepsThinking));
}

/** Thinking goes back only to the model that wrote it. Turns without metadata are taken for ours. */
function isOwn({ metadata }: AssistantTurn, model: string): boolean {
  const { provider, model: writer } = metadata;
  if (typeof provider === 'string' && provider !== 'anthropic') return false;
  // The API answers with the dated name of a model that was asked for by its short one.
  return typeof writer !== 'string' || writer.startsWith(model) || model.startsWith(writer);
}

function assistantBlock(block: ContentBlock, keepsThinking: boolean): ContentBlockParam[] {
  if (isText(block)) return [{ type: 'text', text: block.text }];
  if (isToolCall(block))
    return [{ type: 'tool_use', id: wireId(block.id), name: block.name, input: block.input }];
  if (!keepsThinking) return [];
  if (isThinking(block)) {
    return block.signature
      ? [{ type: 'thinking', thinking: block.thinking, signature: block.signature }]
      : [];
  }
  const isRedacted = block.type === 'redacted_thinking' && 'data' in block && typeof block.data === 'string';
  return isRedacted ? [{ type: 'redacted_thinking', data: block.data as string }] : [];
}

function toolResult({ id, content, isError }: ToolOutcome): ToolResultBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: wireId(id),
    ...(content.length > 0 && { content: content.map(saidBlock) }),
    ...(isError && { is_error: true }),
  };
}

function saidBlock(block: Said): TextBlockParam | ImageBlockParam {
  if (!isImage(block)) return { type: 'text', text: block.text };
  const mediaType = IMAGE_TYPES.find((type) => type === block.mime_type);
  return mediaType
    ? { type: 'image', source: { type: 'base64', media_type: mediaType, data: block.data } }
    : { type: 'text', text: `(An image of type ${block.mime_type}, which Claude can't read.)` };
}

function remark(text: string): Blocks {
  return { role: 'user', content: [{ type: 'text', text }] };
}
