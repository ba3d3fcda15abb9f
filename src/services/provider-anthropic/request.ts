/** A ChatRequest as parameters of the Messages API. */
import type {
  MessageCreateParamsStreaming,
  OutputConfig,
  TextBlockParam,
  Tool,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { ChatRequest, ToolSpec } from '../../protocol/data.ts';
import { isRecord } from '../../protocol/reading.ts';
import { isToolCall, readConversation, type Turn } from '../../sdk/provider/conversation.ts';
import { markCache } from './caching.ts';
import { messagesOf } from './messages.ts';
import { familyOf, limitsOf } from './model-family.ts';
import { canGoOnThinking, thinkingOf } from './thinking.ts';

/** The SDK's types follow the newest API version, which dropped both; compatible servers still take them. */
export type MessagesRequest = MessageCreateParamsStreaming & { temperature?: number; top_p?: number };

export interface RequestOptions {
  readonly model: string;
  /** Of the configuration. */
  readonly maxOutputTokens: number | undefined;
  readonly withThinking: boolean;
}

const MAX_TOKENS = 64_000;
const MAX_TOKENS_OF_OTHERS = 16_000;
const JSON_ONLY = 'Answer with one JSON object and nothing else.';

/** Valid whatever the history looks like, and marked for the prompt cache. */
export function messagesRequest(request: ChatRequest, options: RequestOptions): MessagesRequest {
  const { model } = options;
  const { system, turns } = readConversation(request);
  const maxTokens =
    request.max_output_tokens ??
    options.maxOutputTokens ??
    Math.min(limitsOf(model)?.maxOutput ?? MAX_TOKENS_OF_OTHERS, MAX_TOKENS);
  const { thinking, effort } = thinkingOf(model, request.reasoning_effort ?? undefined, maxTokens);
  const mayThink = thinking?.type !== 'enabled' || (options.withThinking && canGoOnThinking(turns));
  const format = jsonFormat(request.response_format);
  const outputConfig: OutputConfig = {
    ...(effort && { effort }),
    ...(format.schema && { format: { type: 'json_schema', schema: format.schema } }),
  };
  const body: MessagesRequest = {
    model,
    max_tokens: maxTokens,
    stream: true,
    messages: messagesOf(turns, { model, withThinking: options.withThinking }),
    ...systemOf(format.isAnyObject ? `${system}\n\n${JSON_ONLY}`.trim() : system),
    ...toolsOf(request.tools ?? [], turns),
    ...(thinking && mayThink && { thinking }),
    ...(Object.keys(outputConfig).length > 0 && { output_config: outputConfig }),
    ...(familyOf(model) ? {} : samplingOf(request)),
  };
  return request.caching === 'none' ? body : markCache(body);
}

function samplingOf({ temperature, top_p }: ChatRequest): Pick<MessagesRequest, 'temperature' | 'top_p'> {
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof top_p === 'number' && { top_p }),
  };
}

function systemOf(system: string): { system?: TextBlockParam[] } {
  return system.trim() === '' ? {} : { system: [{ type: 'text', text: system }] };
}

/**
 * Earlier calls must be of tools the request defines, so a request without tools (the last one at a limit) still
 * names those of the conversation and forbids using them.
 */
function toolsOf(
  specs: readonly ToolSpec[],
  turns: readonly Turn[],
): Pick<MessagesRequest, 'tools' | 'tool_choice'> {
  if (specs.length > 0) return { tools: specs.map(tool) };
  const calls = turns.flatMap((turn) => (turn.role === 'assistant' ? turn.blocks.filter(isToolCall) : []));
  const names = [...new Set(calls.map((call) => call.name))];
  if (names.length === 0) return {};
  return {
    tools: names.map((name) => tool({ name, description: '', parameters: {} })),
    tool_choice: { type: 'none' },
  };
}

function tool({ name, description, parameters }: ToolSpec): Tool {
  return { name, description, input_schema: { ...parameters, type: 'object' } };
}

/** Both spellings of a schema are read: OpenAI's `{json_schema: {schema}}` and a bare `{schema}`. */
function jsonFormat(format: unknown): { schema?: Record<string, unknown>; isAnyObject?: boolean } {
  if (!isRecord(format)) return {};
  if (format.type === 'json_object') return { isAnyObject: true };
  const holder = isRecord(format.json_schema) ? format.json_schema : format;
  return format.type === 'json_schema' && isRecord(holder.schema) ? { schema: holder.schema } : {};
}
