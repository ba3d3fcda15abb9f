/** One model call: request out, answer streamed in. */
import type { ChatRequest, ChatResponse } from '../../protocol/data.ts';
import { PatchbayError, type ProviderContext } from '../../sdk/index.ts';
import { callFailure } from '../../sdk/provider/call-failure.ts';
import { type ConnectionConfig, connectionOf } from '../../sdk/provider/connection.ts';
import { watchSilence } from '../../sdk/provider/silence.ts';
import { readAnswer } from './answer.ts';
import { clientOf } from './client.ts';
import { meaningOf } from './failure.ts';
import { familyOf } from './model-family.ts';
import { type MessagesRequest, messagesRequest } from './request.ts';
import { ANTHROPIC } from './vendor.ts';

type Context = ProviderContext<ConnectionConfig>;

/** @throws PatchbayError of the kinds of sdk/provider/failure.ts. */
export async function complete(request: ChatRequest, context: Context): Promise<ChatResponse> {
  const { config } = context;
  const model = request.model ?? config.default_model ?? ANTHROPIC.defaultModel;
  const params = (withThinking: boolean) =>
    messagesRequest(request, { model, maxOutputTokens: config.max_output_tokens, withThinking });
  for (const name of ['temperature', 'top_p'] as const) {
    if (typeof request[name] === 'number' && familyOf(model))
      context.log('info', `${name} was left out: ${model} does not take one.`);
  }
  const first = params(true);
  try {
    return await send(first, context);
  } catch (error) {
    if (!isAboutThinking(error) || !hasThinking(first)) throw error;
    context.log('warning', 'The earlier thinking was not accepted and is left out.', {
      message: error.message,
    });
    return send(params(false), context);
  }
}

async function send(params: MessagesRequest, context: Context): Promise<ChatResponse> {
  const connection = connectionOf(ANTHROPIC, context.config, context.environment);
  using watch = watchSilence(connection.timeoutMs, context.signal);
  const { messages } = clientOf(connection, watch.fetch);
  try {
    const events = await messages.create(params, { signal: watch.signal });
    return await readAnswer(events, context);
  } catch (error) {
    const { signal } = context;
    const { baseUrl, timeoutMs } = connection;
    const call = { vendor: ANTHROPIC, baseUrl, model: params.model, signal, watch, timeoutMs };
    throw callFailure(error, call, meaningOf);
  }
}

/** A history that was compacted or edited no longer fits the signatures of its thinking. */
function isAboutThinking(error: unknown): error is PatchbayError {
  return (
    error instanceof PatchbayError && error.kind === 'model' && /thinking|signature/i.test(error.message)
  );
}

function hasThinking(params: MessagesRequest): boolean {
  return params.messages.some(
    ({ content }) =>
      typeof content !== 'string' &&
      content.some((block) => block.type === 'thinking' || block.type === 'redacted_thinking'),
  );
}
