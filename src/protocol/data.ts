/**
 * The conversation's data as it crosses a line: messages, model requests and answers, tool results.
 * Fields and spellings are amplifier-ipc's; unknown fields are kept and passed on.
 */
import * as z from 'zod/mini';
import { Prices } from './prices.ts';
import { aliased, isRecord, reading, withoutNulls } from './reading.ts';

export const TextBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
export const ThinkingBlock = z.looseObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  /** Opaque proof of the provider that it wrote this; must be sent back unchanged. */
  signature: z.nullish(z.string()),
});
export const ToolCallBlock = z.looseObject({
  type: z.literal('tool_call'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
});
/** Ours: `data` is base64 without a `data:` prefix. */
export const ImageBlock = z.looseObject({
  type: z.literal('image'),
  mime_type: z.string(),
  data: z.string(),
});
/** Blocks we do not know (a newer peer's) are kept as they are. */
export const UnknownBlock = z.looseObject({ type: z.string() });
export const ContentBlock = z.union([TextBlock, ThinkingBlock, ToolCallBlock, ImageBlock, UnknownBlock]);

export type TextBlock = z.infer<typeof TextBlock>;
export type ThinkingBlock = z.infer<typeof ThinkingBlock>;
export type ToolCallBlock = z.infer<typeof ToolCallBlock>;
export type ImageBlock = z.infer<typeof ImageBlock>;
export type ContentBlock = z.infer<typeof ContentBlock>;

/** A model's wish to call a tool. Read with `tool` for `name`; written with `name`. */
export const ToolCall = reading(
  (value) => aliased('name', 'tool')(withoutNulls(value)),
  z.looseObject({
    id: z.string(),
    name: z.string(),
    arguments: z._default(z.record(z.string(), z.unknown()), {}),
  }),
);
export type ToolCall = z.infer<typeof ToolCall>;

export const Message = z.looseObject({
  role: z.string(),
  content: z.nullish(z.union([z.string(), z.array(ContentBlock)])),
  tool_calls: z.nullish(z.array(ToolCall)),
  tool_call_id: z.nullish(z.string()),
  name: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  thinking_block: z.nullish(z.unknown()),
});
export type Message = z.infer<typeof Message>;

/** A tool as a model sees it. `parameters` is a JSON Schema of an object. */
export const ToolSpec = reading(
  aliased('parameters', 'input_schema'),
  z.looseObject({
    name: z.string(),
    description: z._default(z.string(), ''),
    parameters: z._default(z.record(z.string(), z.unknown()), {}),
  }),
);
export type ToolSpec = z.infer<typeof ToolSpec>;

/** Read as a text too, and without a message: then what there is says what went wrong. */
const ToolError = reading(
  (value) => {
    if (typeof value === 'string') return { message: value };
    if (isRecord(value) && typeof value.message !== 'string')
      return { ...value, message: JSON.stringify(value) };
    return value;
  },
  z.looseObject({ message: z.string() }),
);

/** What a tool answers. Any value that is not shaped like one is wrapped as a success. */
export const ToolResult = reading(
  (value) =>
    isRecord(value) && ('success' in value || 'output' in value || 'error' in value)
      ? value
      : { success: true, output: value },
  z.looseObject({
    success: z._default(z.boolean(), true),
    output: z.optional(z.unknown()),
    error: z.nullish(ToolError),
  }),
);
export type ToolResult = z.infer<typeof ToolResult>;

/** Token counts of one model call, as the provider reports them. */
export const Usage = reading(
  withoutNulls,
  z.looseObject({
    input_tokens: z._default(z.number(), 0),
    output_tokens: z._default(z.number(), 0),
    total_tokens: z._default(z.number(), 0),
    reasoning_tokens: z.nullish(z.number()),
    cache_read_tokens: z.nullish(z.number()),
    cache_write_tokens: z.nullish(z.number()),
    /** Ours: US dollars, where the provider itself says what the call cost. */
    cost_usd: z.nullish(z.number()),
  }),
);
export type Usage = z.infer<typeof Usage>;

export const ChatRequest = z.looseObject({
  messages: z.array(Message),
  tools: z.nullish(z.array(ToolSpec)),
  system: z.nullish(z.string()),
  /** Ours: which model of the provider; absent means its default. */
  model: z.nullish(z.string()),
  reasoning_effort: z.nullish(z.string()),
  max_output_tokens: z.nullish(z.number()),
  temperature: z.nullish(z.number()),
  /** Ours: nucleus sampling, from 0 to 1. */
  top_p: z.nullish(z.number()),
  /** Ours: `none` where the provider is not to keep the prompt in its cache. */
  caching: z.nullish(z.enum(['full', 'none'])),
  response_format: z.nullish(z.unknown()),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const ChatResponse = z.looseObject({
  content: z.nullish(z.union([z.string(), z.array(ContentBlock)])),
  tool_calls: z.nullish(z.array(ToolCall)),
  text: z.nullish(z.string()),
  usage: z.nullish(Usage),
  content_blocks: z.nullish(z.array(ContentBlock)),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  /** `stop`, `tool_calls`, `length`, `refusal` or what the provider said. */
  finish_reason: z.nullish(z.string()),
});
export type ChatResponse = z.infer<typeof ChatResponse>;

export const ModelInfo = z.looseObject({
  id: z.string(),
  /** Tokens; absent when the provider does not say. */
  context_window: z.nullish(z.number()),
  max_output_tokens: z.nullish(z.number()),
  capabilities: z._default(z.array(z.string()), []),
  /** What the provider itself charges; anything in another form counts as not said. */
  prices: z.optional(z.catch(z.optional(Prices), undefined)),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

export const Todo = z.looseObject({
  content: z.string(),
  status: z.enum(['pending', 'in_progress', 'completed']),
  activeForm: z.nullish(z.string()),
});
export type Todo = z.infer<typeof Todo>;

/** Text of an answer: `text`, then a string `content`, then its text blocks (the reference's order). */
export function responseText(response: ChatResponse): string {
  if (typeof response.text === 'string') return response.text;
  if (typeof response.content === 'string') return response.content;
  return blocksText(response.content ?? response.content_blocks ?? []);
}

/** Text of a message: a string as it is, text blocks joined. */
export function messageText(message: Message): string {
  return typeof message.content === 'string' ? message.content : blocksText(message.content ?? []);
}

function blocksText(blocks: readonly ContentBlock[]): string {
  return blocks
    .filter((block): block is TextBlock => block.type === 'text')
    .map((block) => block.text)
    .join('');
}
