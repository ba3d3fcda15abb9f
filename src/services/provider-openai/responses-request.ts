/** A ChatRequest as parameters of the Responses API, without state on the server. */
import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseFunctionCallOutputItem,
  ResponseInputContent,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import type { ReasoningEffort } from 'openai/resources/shared';
import type { ChatRequest, ToolSpec } from '../../protocol/data.ts';
import {
  type AssistantTurn,
  isImage,
  isText,
  isThinking,
  isToolCall,
  readConversation,
  type Said,
  type ToolOutcome,
  type Turn,
} from '../../sdk/provider/conversation.ts';
import { dataUrl, imagesOf, jsonFormatOf, parametersOf, textOf } from './content.ts';
import { isReasoningModel } from './model-limits.ts';
import { type ReasoningItem, reasoningItemsOf } from './reasoning.ts';

/**
 * Valid whatever the history looks like.
 * @param maxOutputTokens of the configuration; the request's own limit comes first.
 */
export function responsesRequest(
  request: ChatRequest,
  model: string,
  maxOutputTokens: number | undefined,
): ResponseCreateParamsStreaming {
  const { system, turns } = readConversation(request);
  const maxTokens = request.max_output_tokens ?? maxOutputTokens;
  const format = jsonFormatOf(request.response_format);
  const tools = request.tools ?? [];
  return {
    model,
    stream: true,
    store: false,
    ...(system !== '' && { instructions: system }),
    input: turns.flatMap((turn) => itemsOf(turn, model)),
    ...(tools.length > 0 && { tools: tools.map(tool) }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(typeof request.temperature === 'number' && { temperature: request.temperature }),
    ...(typeof request.top_p === 'number' && { top_p: request.top_p }),
    ...(format && { text: { format } }),
    ...reasoningOf(model, request.reasoning_effort ?? undefined),
  };
}

function reasoningOf(model: string, effort: string | undefined): Partial<ResponseCreateParamsStreaming> {
  if (effort === undefined && !isReasoningModel(model)) return {};
  return {
    // The server says which efforts it knows.
    reasoning: { ...(effort !== undefined && { effort: effort as ReasoningEffort }), summary: 'auto' },
    include: ['reasoning.encrypted_content'],
  };
}

function tool(spec: ToolSpec): FunctionTool {
  const { name, description } = spec;
  // Strict schemas forbid optional arguments.
  return { type: 'function', name, description, parameters: parametersOf(spec), strict: false };
}

function itemsOf(turn: Turn, model: string): ResponseInputItem[] {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: turn.content.map(inputContent) }];
    case 'assistant':
      return assistantItems(turn, model);
    case 'tool':
      return turn.results.map(toolOutput);
  }
}

function assistantItems(turn: AssistantTurn, model: string): ResponseInputItem[] {
  const reasoning = new Map(reasoningItemsOf(turn, model).map((item) => [item.id, item]));
  const items: ResponseInputItem[] = [];
  for (const block of turn.blocks) {
    if (isText(block)) {
      const phase = block.phase === 'commentary' || block.phase === 'final_answer' ? block.phase : undefined;
      items.push({ role: 'assistant', content: block.text, ...(phase && { phase }) });
    } else if (isToolCall(block)) {
      const { id, name, input } = block;
      items.push({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(input) });
    } else if (isThinking(block) && typeof block.id === 'string') {
      const item = reasoning.get(block.id);
      reasoning.delete(block.id);
      if (item) items.push(reasoningItem(item));
    }
  }
  // A loop that keeps no blocks still has the items in the metadata; the model reasoned before it spoke.
  items.unshift(...[...reasoning.values()].map(reasoningItem));
  // The API refuses reasoning that nothing follows.
  while (items.at(-1)?.type === 'reasoning') items.pop();
  return items;
}

function reasoningItem({ id, summary, encrypted_content }: ReasoningItem): ResponseInputItem {
  return {
    type: 'reasoning',
    id,
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    encrypted_content,
  };
}

function toolOutput({ id, content }: ToolOutcome): ResponseInputItem {
  const output = imagesOf(content).length > 0 ? content.map(outputContent) : textOf(content);
  return { type: 'function_call_output', call_id: id, output };
}

function inputContent(block: Said): ResponseInputContent {
  return isImage(block)
    ? { type: 'input_image', image_url: dataUrl(block), detail: 'auto' }
    : { type: 'input_text', text: block.text };
}

function outputContent(block: Said): ResponseFunctionCallOutputItem {
  return isImage(block)
    ? { type: 'input_image', image_url: dataUrl(block) }
    : { type: 'input_text', text: block.text };
}
