/**
 * Reasoning that goes back to the server that wrote it. A loop keeps an answer's `metadata` with the message; what
 * is needed on the next call is in there:
 *
 * - Responses: `reasoning_items: [{id, summary, encrypted_content}]`; a thinking block's `id` says where each belongs.
 * - Chat: `reasoning_field`, the name under which the server sent its reasoning.
 */
import * as z from 'zod/mini';
import type { AssistantTurn } from '../../sdk/provider/conversation.ts';

export const ReasoningItem = z.object({
  id: z.string(),
  summary: z.array(z.string()),
  encrypted_content: z.string(),
});
export type ReasoningItem = z.infer<typeof ReasoningItem>;

export const REASONING_FIELDS = ['reasoning_content', 'reasoning'] as const;
export type ReasoningField = (typeof REASONING_FIELDS)[number];

/** Empty for a turn of another provider or model: only the writer can read its reasoning. */
export function reasoningItemsOf({ metadata }: AssistantTurn, model: string): ReasoningItem[] {
  const { provider, model: writer } = metadata;
  if (provider !== 'openai' || typeof writer !== 'string') return [];
  // The API answers with the dated name of a model that was asked for by its short one.
  if (!writer.startsWith(model) && !model.startsWith(writer)) return [];
  const items = z.array(ReasoningItem).safeParse(metadata.reasoning_items);
  return items.success ? items.data : [];
}

export function reasoningFieldOf({ metadata }: AssistantTurn): ReasoningField | undefined {
  return metadata.provider === 'openai'
    ? REASONING_FIELDS.find((field) => field === metadata.reasoning_field)
    : undefined;
}
