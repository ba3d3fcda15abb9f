/** One model call: request out, answer streamed in. */
import type { OpenAI } from 'openai/client';
import type { ChatRequest, ChatResponse } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { callFailure, type RunningCall } from '../../sdk/provider/call-failure.ts';
import { type Connection, connectionOf } from '../../sdk/provider/connection.ts';
import { watchSilence } from '../../sdk/provider/silence.ts';
import { readChatAnswer } from './chat-answer.ts';
import { chatRequest } from './chat-request.ts';
import { clientOf } from './client.ts';
import { meaningOf } from './failure.ts';
import { withoutRefused } from './refused-options.ts';
import { readResponsesAnswer } from './responses-answer.ts';
import { responsesRequest } from './responses-request.ts';
import { apiOf, modelOf, OPENAI, type OpenAiConfig } from './settings.ts';

type Context = ProviderContext<OpenAiConfig>;

/** @throws PatchbayError of the kinds of sdk/provider/failure.ts. */
export async function complete(request: ChatRequest, context: Context): Promise<ChatResponse> {
  const { config, environment } = context;
  const connection = connectionOf(OPENAI, config, environment);
  const model = modelOf(request.model, config, connection);
  const maxOutputTokens = config.max_output_tokens;
  switch (apiOf(config, connection)) {
    case 'responses':
      return send(responsesRequest(request, model, maxOutputTokens), connection, context, {
        start: (client, params, signal) => client.responses.create(params, { signal }),
        read: readResponsesAnswer,
      });
    case 'chat': {
      const { isVendorsOwn } = connection;
      return send(chatRequest(request, { model, maxOutputTokens, isVendorsOwn }), connection, context, {
        start: (client, params, signal) => client.chat.completions.create(params, { signal }),
        read: readChatAnswer,
      });
    }
  }
}

interface WireApi<P, E> {
  start(client: OpenAI, params: P, signal: AbortSignal): PromiseLike<AsyncIterable<E>>;
  read(events: AsyncIterable<E>, call: RunningCall, listener: Context): Promise<ChatResponse>;
}

async function send<P extends { model?: string }, E>(
  params: P,
  connection: Connection,
  context: Context,
  api: WireApi<P, E>,
): Promise<ChatResponse> {
  const { baseUrl, timeoutMs } = connection;
  using watch = watchSilence(timeoutMs, context.signal);
  const call: RunningCall = {
    vendor: OPENAI,
    baseUrl,
    model: params.model ?? '',
    signal: context.signal,
    watch,
    timeoutMs,
  };
  try {
    const events = await api.start(clientOf(connection, watch.fetch), params, watch.signal);
    return await api.read(events, call, context);
  } catch (error) {
    const meaning = meaningOf(error);
    const adapted = typeof meaning === 'object' ? withoutRefused(params, meaning) : undefined;
    if (!adapted || context.signal.aborted) throw callFailure(error, call, meaningOf);
    context.log('info', `${call.model} does not take ${adapted.option}; asking again without it.`);
    return send(adapted.params, connection, context, api);
  }
}
