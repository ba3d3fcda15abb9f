/**
 * A chunk of a Chat Completions stream as servers really send it: the vendor's own form and the known deviations
 * (no index on tool calls, arguments as an object, reasoning beside the content, usage null or missing, a whole
 * message in place of a delta, content in parts). Unknown fields are passed over.
 */
import * as z from 'zod/mini';
import { isRecord, reading } from '../../protocol/reading.ts';

const Text = z.nullish(z.string());
const Count = z.nullish(z.number());

const ToolCallDelta = z.object({
  index: Count,
  id: Text,
  function: z.nullish(z.object({ name: Text, arguments: z.unknown() })),
});
export type ToolCallDelta = z.infer<typeof ToolCallDelta>;

const Delta = z.object({
  content: reading(joinedParts, Text),
  refusal: Text,
  reasoning_content: z.catch(Text, undefined),
  reasoning: z.catch(Text, undefined),
  tool_calls: z.nullish(z.array(ToolCallDelta)),
  function_call: z.nullish(z.object({ name: Text, arguments: z.unknown() })),
});
export type Delta = z.infer<typeof Delta>;

const Choice = reading(
  (value) => (isRecord(value) && !value.delta && value.message ? { ...value, delta: value.message } : value),
  z.object({ delta: z.nullish(Delta), finish_reason: Text }),
);

const Usage = z.object({
  prompt_tokens: Count,
  completion_tokens: Count,
  /** US dollars, as OpenRouter adds it. */
  cost: Count,
  prompt_tokens_details: z.nullish(z.object({ cached_tokens: Count, cache_write_tokens: Count })),
  completion_tokens_details: z.nullish(z.object({ reasoning_tokens: Count })),
});
export type ChunkUsage = z.infer<typeof Usage>;

export const Chunk = z.object({
  model: Text,
  choices: z.nullish(z.array(Choice)),
  usage: z.catch(z.nullish(Usage), undefined),
});
export type Chunk = z.infer<typeof Chunk>;

function joinedParts(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('');
}
