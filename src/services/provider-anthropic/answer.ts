/** Reads the stream of one answer: tells the person as it comes, gives the loop the whole. */
import type {
  MessageDeltaUsage,
  RawContentBlockDelta,
  RawContentBlockStartEvent,
  RawMessageStreamEvent,
  Usage,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { ChatResponse, ContentBlock } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { type Counted, chatResponse } from '../../sdk/provider/answer.ts';
import { cutOff } from '../../sdk/provider/failure.ts';
import { readArguments } from '../../sdk/provider/tool-arguments.ts';
import { ANTHROPIC } from './vendor.ts';

type Listener = Pick<ProviderContext<unknown>, 'token' | 'thinking' | 'notify'>;

/** A block while it grows. `json` is the arguments' text so far. */
type Growing =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_call'; id: string; name: string; json: string; input: unknown }
  | { type: 'kept'; block: ContentBlock };

/** @throws PatchbayError `network` when the stream ends before the answer does. */
export async function readAnswer(
  events: AsyncIterable<RawMessageStreamEvent>,
  listener: Listener,
): Promise<ChatResponse> {
  const growing = new Map<number, Growing>();
  let model = '';
  let usage: Partial<Usage> = {};
  let finishReason: string | undefined;
  let refusal: string | undefined;

  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        model = event.message.model;
        usage = merged(usage, event.message.usage);
        break;
      case 'content_block_start': {
        const block = started(event.content_block, listener);
        growing.set(event.index, block);
        listener.notify('stream.provider.content_block_start', announced(block, event.index));
        break;
      }
      case 'content_block_delta': {
        const block = growing.get(event.index);
        if (block) grow(block, event.delta, listener);
        break;
      }
      case 'content_block_stop': {
        const block = growing.get(event.index);
        if (block) listener.notify('stream.provider.content_block_end', announced(block, event.index));
        break;
      }
      case 'message_delta':
        usage = merged(usage, event.usage);
        finishReason = finishReasonOf(event.delta.stop_reason) ?? finishReason;
        refusal = event.delta.stop_details?.explanation ?? refusal;
        break;
      case 'message_stop':
        finishReason ??= 'stop';
        break;
      // Events of a newer API say nothing we would miss.
      default:
        event satisfies never;
    }
  }
  if (finishReason === undefined) throw cutOff(ANTHROPIC);
  const inOrder = [...growing].sort(([a], [b]) => a - b).map(([, block]) => block);
  return chatResponse({
    blocks: inOrder.flatMap(finished),
    usage: counted(usage),
    finishReason,
    metadata: { provider: ANTHROPIC.name, model, ...(refusal !== undefined && { refusal }) },
  });
}

function started(block: RawContentBlockStartEvent['content_block'], listener: Listener): Growing {
  switch (block.type) {
    case 'text':
      listener.token(block.text);
      return { type: 'text', text: block.text };
    case 'thinking':
      listener.thinking(block.thinking);
      return { type: 'thinking', thinking: block.thinking, signature: block.signature ?? '' };
    case 'tool_use':
      return { type: 'tool_call', id: block.id, name: block.name, json: '', input: block.input };
    default:
      return { type: 'kept', block: { ...block } };
  }
}

function grow(block: Growing, delta: RawContentBlockDelta, listener: Listener): void {
  if (block.type === 'text' && delta.type === 'text_delta') {
    block.text += delta.text;
    listener.token(delta.text);
  } else if (block.type === 'thinking' && delta.type === 'thinking_delta') {
    block.thinking += delta.thinking;
    listener.thinking(delta.thinking);
  } else if (block.type === 'thinking' && delta.type === 'signature_delta') {
    block.signature += delta.signature;
  } else if (block.type === 'tool_call' && delta.type === 'input_json_delta') {
    block.json += delta.partial_json;
  }
}

function announced(block: Growing, index: number) {
  if (block.type === 'tool_call') return { type: block.type, index, id: block.id, name: block.name };
  return { type: block.type === 'kept' ? block.block.type : block.type, index };
}

function finished(block: Growing): ContentBlock[] {
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }];
    case 'thinking':
      // Without its text a block still has to go back: the signature is what the API checks.
      return block.thinking === '' && block.signature === ''
        ? []
        : [{ type: 'thinking', thinking: block.thinking, signature: block.signature }];
    case 'tool_call': {
      const { id, name, json, input } = block;
      return [{ type: 'tool_call', id, name, input: readArguments(json === '' ? input : json) }];
    }
    case 'kept':
      return [block.block];
  }
}

/** Later counts are totals, and null where nothing is new. */
function merged(usage: Partial<Usage>, update: Usage | MessageDeltaUsage | undefined): Partial<Usage> {
  const said = Object.entries(update ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...usage, ...Object.fromEntries(said) };
}

/** The API's `input_tokens` leave out what was read from or written to the cache. */
function counted(usage: Partial<Usage>): Counted {
  const cacheRead = usage.cache_read_input_tokens ?? undefined;
  const cacheWrite = usage.cache_creation_input_tokens ?? undefined;
  return {
    input: (usage.input_tokens ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: usage.output_tokens ?? 0,
    reasoning: usage.output_tokens_details?.thinking_tokens,
    cacheRead,
    cacheWrite,
  };
}

function finishReasonOf(reason: string | null): string | undefined {
  switch (reason) {
    case null:
      return undefined;
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'tool_use':
      return 'tool_calls';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    default:
      return reason;
  }
}
