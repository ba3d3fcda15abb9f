/** A ChatRequest as parameters of Chat Completions, in the form that most compatible servers understand. */
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { ReasoningEffort } from 'openai/resources/shared';
import type { ChatRequest } from '../../protocol/data.ts';
import {
  type AssistantTurn,
  isImage,
  isText,
  isThinking,
  isToolCall,
  readConversation,
  type Said,
  type ToolTurn,
  type Turn,
} from '../../sdk/provider/conversation.ts';
import { dataUrl, imagesOf, jsonFormatOf, parametersOf, textOf } from './content.ts';
import { reasoningFieldOf } from './reasoning.ts';

export interface ChatRequestOptions {
  readonly model: string;
  /** Of the configuration. */
  readonly maxOutputTokens: number | undefined;
  /** OpenAI's newer models know only `max_completion_tokens`, most other servers only `max_tokens`. */
  readonly isVendorsOwn: boolean;
}

/** Valid whatever the history looks like. */
export function chatRequest(
  request: ChatRequest,
  { model, maxOutputTokens, isVendorsOwn }: ChatRequestOptions,
): ChatCompletionCreateParamsStreaming {
  const { system, turns } = readConversation(request);
  const maxTokens = request.max_output_tokens ?? maxOutputTokens;
  const tools = request.tools ?? [];
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...messagesOf(turns),
    ],
    ...(tools.length > 0 && {
      tools: tools.map((spec) => ({
        type: 'function' as const,
        function: { name: spec.name, description: spec.description, parameters: parametersOf(spec) },
      })),
    }),
    ...(maxTokens !== undefined && { [isVendorsOwn ? 'max_completion_tokens' : 'max_tokens']: maxTokens }),
    ...(typeof request.temperature === 'number' && { temperature: request.temperature }),
    ...(typeof request.top_p === 'number' && { top_p: request.top_p }),
    ...(request.reasoning_effort && { reasoning_effort: request.reasoning_effort as ReasoningEffort }),
    ...responseFormat(request.response_format),
  };
}

function messagesOf(turns: readonly Turn[]): ChatCompletionMessageParam[] {
  const lastPrompt = turns.findLastIndex((turn) => turn.role === 'user');
  return turns.flatMap((turn, at) => turnMessages(turn, at > lastPrompt));
}

function turnMessages(turn: Turn, isInLoop: boolean): ChatCompletionMessageParam[] {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: userContent(turn.content) }];
    case 'assistant':
      return [assistantMessage(turn, isInLoop)];
    case 'tool':
      return toolMessages(turn);
  }
}

function assistantMessage(turn: AssistantTurn, isInLoop: boolean): ChatCompletionAssistantMessageParam {
  const text = turn.blocks
    .filter(isText)
    .map((block) => block.text)
    .join('\n');
  const calls = turn.blocks.filter(isToolCall);
  const reasoning = turn.blocks
    .filter(isThinking)
    .map((block) => block.thinking)
    .join('\n');
  // Servers that send reasoning beside the content want it back while the tools run, and only then.
  const field = isInLoop && reasoning !== '' ? reasoningFieldOf(turn) : undefined;
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, input }) => ({
        id,
        type: 'function' as const,
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
    ...(field && { [field]: reasoning }),
  };
}

/** Tool messages take text only, so images follow as the user's, after all results. */
function toolMessages({ results }: ToolTurn): ChatCompletionMessageParam[] {
  const messages = results.map(({ id, content }): ChatCompletionMessageParam => {
    const note = imagesOf(content).length > 0 ? '(The image follows.)' : '';
    return { role: 'tool', tool_call_id: id, content: [textOf(content), note].filter(Boolean).join('\n') };
  });
  const images = results.flatMap((result) => imagesOf(result.content));
  return images.length === 0 ? messages : [...messages, { role: 'user', content: images.map(part) }];
}

/** Plain text where it will do: small servers know no parts. */
function userContent(content: readonly Said[]): string | ChatCompletionContentPart[] {
  return imagesOf(content).length === 0 ? textOf(content) : content.map(part);
}

function part(block: Said): ChatCompletionContentPart {
  return isImage(block)
    ? { type: 'image_url', image_url: { url: dataUrl(block) } }
    : { type: 'text', text: block.text };
}

function responseFormat(format: unknown): Pick<ChatCompletionCreateParamsStreaming, 'response_format'> {
  const json = jsonFormatOf(format);
  if (!json) return {};
  if (json.type === 'json_object') return { response_format: json };
  const { type, ...json_schema } = json;
  return { response_format: { type, json_schema } };
}
