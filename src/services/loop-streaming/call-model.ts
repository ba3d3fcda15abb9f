/** One model call with its hooks and retries: what to send, how often to try, what came back. */
import type { ChatRequest, ChatResponse, ContentBlock, Message } from '../../protocol/data.ts';
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import { settleGate } from './hook-decision.ts';
import { retryDelay, wait } from './retry.ts';
import type { TurnContext } from './turn-context.ts';

const DEFAULT_RETRIES = 4;

export interface ModelCall {
  readonly iteration: number;
  readonly systemPrompt: string;
  /** False for the last call after a limit: conclude, without tools. */
  readonly withTools: boolean;
  /** Messages for this call only. */
  readonly ephemeral: readonly Message[];
}

/** @throws PatchbayError `denied` when a hook closes the gate, or the last try's error. */
export async function callModel(turn: TurnContext, call: ModelCall): Promise<ChatResponse> {
  const { config } = turn;
  const asked = { iteration: call.iteration, provider: config.provider_name, model: config.model };
  const verdict = await settleGate(turn, await turn.hook('provider:request', asked), asked, {});
  if (verdict.kind === 'denied')
    throw new PatchbayError('denied', `The model call was denied: ${verdict.reason}`);
  await turn.inject(verdict.injection);
  const { provider, model } = verdict.data;
  const name = typeof provider === 'string' ? provider : config.provider_name;
  const request: ChatRequest = {
    messages: [...(await turn.messages()), ...call.ephemeral],
    tools: call.withTools ? config.tools : [],
    system: call.systemPrompt,
    ...(typeof model === 'string' && { model }),
    ...(config.reasoning_effort !== undefined && { reasoning_effort: config.reasoning_effort }),
  };
  await turn.tell('llm:request', {
    provider: name,
    message_count: request.messages.length,
    iteration: call.iteration,
  });
  const response = await tryOften(turn, request, name);
  await turn.tell('llm:response', {
    provider: name,
    model: response.metadata?.model,
    usage: response.usage,
    status: 'ok',
  });
  await tellBlocks(turn, response);
  return response;
}

async function tryOften(turn: TurnContext, request: ChatRequest, provider: string): Promise<ChatResponse> {
  const retries = turn.config.max_retries ?? DEFAULT_RETRIES;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await turn.complete(request, provider, attempt);
    } catch (thrown) {
      const error = asPatchbayError(thrown);
      if (error.kind === 'cancelled') throw error;
      await turn.tell('provider:error', {
        provider,
        attempt,
        error: { type: error.kind, message: error.message },
      });
      if (!error.retryable || attempt > retries) throw error;
      const delay = retryDelay(attempt, error.retryAfterMs, Math.random(), turn.config.retry_base_ms);
      turn.note('provider:retry', { attempt, delay_ms: delay, kind: error.kind, message: error.message });
      await turn.tell('provider:retry', {
        attempt,
        max_retries: retries,
        delay_s: delay / 1000,
        error: { type: error.kind, msg: error.message },
      });
      await wait(delay, turn.signal);
    }
  }
}

async function tellBlocks(turn: TurnContext, response: ChatResponse): Promise<void> {
  const blocks: readonly ContentBlock[] = Array.isArray(response.content) ? response.content : [];
  for (const [index, block] of blocks.entries()) {
    await turn.tell('content_block:start', { block_type: block.type, index });
    if (block.type === 'thinking') await turn.tell('thinking:final', { index, text: block.thinking });
    await turn.tell('content_block:end', { block_type: block.type, index });
  }
}
