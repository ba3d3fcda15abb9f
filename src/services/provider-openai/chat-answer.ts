/** Reads the stream of one answer of Chat Completions, from OpenAI or from a server that is nearly like it. */
import { randomUUID } from 'node:crypto';
import type { ChatResponse, ContentBlock } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { type Counted, chatResponse } from '../../sdk/provider/answer.ts';
import { type CallNames, cutOff } from '../../sdk/provider/failure.ts';
import { readArguments } from '../../sdk/provider/tool-arguments.ts';
import { Chunk, type ChunkUsage, type Delta } from './chat-chunk.ts';
import { REASONING_FIELDS, type ReasoningField } from './reasoning.ts';
import { OPENAI } from './settings.ts';
import { type GrowingCall, growCalls } from './tool-call-deltas.ts';

type Listener = Pick<ProviderContext<unknown>, 'token' | 'thinking' | 'notify'>;

/** @throws PatchbayError `network` when the stream ends before the answer does. */
export async function readChatAnswer(
  chunks: AsyncIterable<unknown>,
  call: CallNames,
  listener: Listener,
): Promise<ChatResponse> {
  let { model } = call;
  let [text, thinking] = ['', ''];
  let calls: readonly GrowingCall[] = [];
  let usage: ChunkUsage | undefined;
  let finishReason: string | undefined;
  let isRefusal = false;
  let reasoningField: ReasoningField | undefined;
  const shown = shownBlocks(listener);

  const take = (delta: Delta) => {
    const field = REASONING_FIELDS.find((name) => delta[name]);
    const thought = field ? (delta[field] ?? '') : '';
    const said = `${delta.content ?? ''}${delta.refusal ?? ''}`;
    reasoningField ??= field;
    if (thought !== '') shown.open('thinking');
    if (said !== '') shown.open('text');
    thinking += thought;
    text += said;
    listener.thinking(thought);
    listener.token(said);
    isRefusal ||= Boolean(delta.refusal);
    const deltas = [
      ...(delta.tool_calls ?? []),
      ...(delta.function_call ? [{ function: delta.function_call }] : []),
    ];
    const known = calls.length;
    calls = deltas.reduce(growCalls, calls);
    for (const { id, name } of calls.slice(known)) shown.open('tool_call', { id, name });
  };

  for await (const raw of chunks) {
    const chunk = Chunk.parse(raw);
    model = chunk.model || model;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (choice?.delta) take(choice.delta);
    if (choice?.finish_reason) finishReason ??= choice.finish_reason;
    // Some servers never say why they stopped, but count after the last word.
    if (!choice && chunk.usage) finishReason ??= 'stop';
  }
  if (finishReason === undefined) throw cutOff(OPENAI);
  shown.close();
  return chatResponse({
    blocks: blocksOf(thinking, text, calls),
    usage: counted(usage),
    finishReason: isRefusal ? 'refusal' : finishReasonOf(finishReason, calls.length > 0),
    metadata: {
      provider: OPENAI.name,
      model,
      ...(reasoningField && { reasoning_field: reasoningField }),
    },
  });
}

/** This API has no blocks in its stream; whoever watches is told of them all the same. */
function shownBlocks(listener: Listener) {
  let index = -1;
  let current: string | undefined;
  const close = () => {
    if (current !== undefined) listener.notify('stream.provider.content_block_end', { type: current, index });
    current = undefined;
  };
  return {
    close,
    open(type: 'thinking' | 'text' | 'tool_call', call?: { id: string; name: string }) {
      if (type === current && !call) return;
      close();
      current = type;
      index += 1;
      listener.notify('stream.provider.content_block_start', { type, index, ...call });
    },
  };
}

function blocksOf(thinking: string, text: string, calls: readonly GrowingCall[]): ContentBlock[] {
  return [
    ...(thinking === '' ? [] : [{ type: 'thinking', thinking }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...calls.map(({ id, name, json }) => ({
      type: 'tool_call',
      id: id || `call_${randomUUID()}`,
      name,
      input: readArguments(json),
    })),
  ];
}

function finishReasonOf(reason: string, hasCalls: boolean): string {
  if (reason === 'content_filter') return 'refusal';
  if (reason === 'length') return reason;
  if (hasCalls) return 'tool_calls';
  return ['eos', 'end_turn', 'stop_sequence', 'tool_calls'].includes(reason) ? 'stop' : reason;
}

function counted(usage: ChunkUsage | undefined): Counted {
  return {
    input: usage?.prompt_tokens ?? 0,
    output: usage?.completion_tokens ?? 0,
    reasoning: usage?.completion_tokens_details?.reasoning_tokens ?? undefined,
    cacheRead: usage?.prompt_tokens_details?.cached_tokens ?? undefined,
    cacheWrite: usage?.prompt_tokens_details?.cache_write_tokens ?? undefined,
    costUsd: usage?.cost ?? undefined,
  };
}
