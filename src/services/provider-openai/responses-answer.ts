/** Reads the stream of one answer of the Responses API. */
import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import type { ChatResponse, ContentBlock } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { type Counted, chatResponse } from '../../sdk/provider/answer.ts';
import { type CallNames, cutOff, refused } from '../../sdk/provider/failure.ts';
import { readArguments } from '../../sdk/provider/tool-arguments.ts';
import type { ReasoningItem } from './reasoning.ts';
import { OPENAI } from './settings.ts';

type Listener = Pick<ProviderContext<unknown>, 'token' | 'thinking' | 'notify'>;

/** @throws PatchbayError `network` when the stream ends before the answer does, or as the server says it failed. */
export async function readResponsesAnswer(
  events: AsyncIterable<ResponseStreamEvent>,
  call: CallNames,
  listener: Listener,
): Promise<ChatResponse> {
  const items = new Map<number, ResponseOutputItem>();
  const paragraphs = new Map<number, number>();
  let isRefusal = false;

  for await (const event of events) {
    switch (event.type) {
      case 'response.output_item.added':
        items.set(event.output_index, event.item);
        listener.notify('stream.provider.content_block_start', announced(event.item, event.output_index));
        break;
      case 'response.output_item.done':
        items.set(event.output_index, event.item);
        listener.notify('stream.provider.content_block_end', announced(event.item, event.output_index));
        break;
      case 'response.output_text.delta':
        listener.token(event.delta);
        break;
      case 'response.refusal.delta':
        isRefusal = true;
        listener.token(event.delta);
        break;
      case 'response.reasoning_summary_text.delta': {
        const isNext = (paragraphs.get(event.output_index) ?? event.summary_index) !== event.summary_index;
        paragraphs.set(event.output_index, event.summary_index);
        listener.thinking(isNext ? `\n\n${event.delta}` : event.delta);
        break;
      }
      case 'response.reasoning_text.delta':
        listener.thinking(event.delta);
        break;
      case 'response.completed':
      case 'response.incomplete':
        return answerOf(event.response, [...items.entries()], isRefusal, call);
      case 'response.failed': {
        const { error } = event.response;
        throw refused(call, { status: undefined, code: error?.code, message: error?.message ?? '' });
      }
      case 'error':
        throw refused(call, { status: undefined, code: event.code ?? undefined, message: event.message });
    }
  }
  throw cutOff(OPENAI);
}

function answerOf(
  response: Response,
  streamed: [number, ResponseOutputItem][],
  isRefusal: boolean,
  call: CallNames,
): ChatResponse {
  const inOrder = streamed.sort(([a], [b]) => a - b).map(([, item]) => item);
  const items = inOrder.length > 0 ? inOrder : (response.output ?? []);
  const blocks = items.flatMap(blockOf);
  const reasoningItems = items.flatMap(reasoningOf);
  return chatResponse({
    blocks,
    usage: counted(response.usage),
    finishReason: finishReasonOf(response, blocks, isRefusal),
    metadata: {
      provider: OPENAI.name,
      model: response.model ?? call.model,
      ...(reasoningItems.length > 0 && { reasoning_items: reasoningItems }),
    },
  });
}

function announced(item: ResponseOutputItem, index: number) {
  switch (item.type) {
    case 'message':
      return { type: 'text', index };
    case 'reasoning':
      return { type: 'thinking', index };
    case 'function_call':
      return { type: 'tool_call', index, id: item.call_id, name: item.name };
    default:
      return { type: item.type, index };
  }
}

function blockOf(item: ResponseOutputItem): ContentBlock[] {
  switch (item.type) {
    case 'message': {
      const text = item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join('');
      return text === '' ? [] : [{ type: 'text', text, ...(item.phase && { phase: item.phase }) }];
    }
    case 'reasoning': {
      const parts = item.summary.length > 0 ? item.summary : (item.content ?? []);
      const thinking = parts.map((part) => part.text).join('\n\n');
      // Without text it still marks where the item belongs.
      return thinking === '' && !item.encrypted_content ? [] : [{ type: 'thinking', thinking, id: item.id }];
    }
    case 'function_call': {
      const { call_id: id, name } = item;
      return [{ type: 'tool_call', id, name, input: readArguments(item.arguments) }];
    }
    default:
      return [];
  }
}

function reasoningOf(item: ResponseOutputItem): ReasoningItem[] {
  if (item.type !== 'reasoning' || !item.encrypted_content) return [];
  const { id, encrypted_content } = item;
  return [{ id, summary: item.summary.map((part) => part.text), encrypted_content }];
}

function finishReasonOf(response: Response, blocks: readonly ContentBlock[], isRefusal: boolean): string {
  if (response.status === 'incomplete') {
    return response.incomplete_details?.reason === 'content_filter' ? 'refusal' : 'length';
  }
  if (isRefusal) return 'refusal';
  return blocks.some((block) => block.type === 'tool_call') ? 'tool_calls' : 'stop';
}

function counted(usage: ResponseUsage | null | undefined): Counted {
  return {
    input: usage?.input_tokens ?? 0,
    output: usage?.output_tokens ?? 0,
    reasoning: usage?.output_tokens_details?.reasoning_tokens,
    cacheRead: usage?.input_tokens_details?.cached_tokens,
    cacheWrite: usage?.input_tokens_details?.cache_write_tokens,
  };
}
