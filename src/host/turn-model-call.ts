/** One call of a model: routed to its provider, its stream relayed to the asker, its cost an event. */
import { safeParse } from 'zod/v4/core';
import type { Composition } from '../definitions/compose.ts';
import type { ChatRequest, ChatResponse, Usage } from '../protocol/data.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import type { EventBody, EventOf } from '../protocol/events.ts';
import { issuesText } from '../protocol/issues-text.ts';
import type { DecodedParams } from '../protocol/methods.ts';
import { isNotification, NOTIFICATIONS } from '../protocol/notifications.ts';
import type { Reservation } from './delegation/budget.ts';
import type { Link } from './links/link.ts';
import { takeLoose } from './service-streams.ts';
import { budgetSpent, eventError, type RequestContext, type TurnParts } from './turn-parts.ts';

/** Our own providers give up after 120 s without a chunk and say more; this catches those that never do. */
const DEFAULT_SILENCE_MS = 150_000;

export async function callModel(
  { request, provider: asked, attempt = 1 }: DecodedParams<'request.provider_complete'>,
  context: RequestContext,
): Promise<ChatResponse> {
  const { parts, service: asker, signal } = context;
  const { composition } = parts.options;
  const { agent } = composition;
  const provider = asked ?? composition.provider;
  const route = parts.table.component('providers', provider);
  if (!route) {
    throw new PatchbayError('config', `There is no provider "${provider}".`, {
      remedy: `Choose one of: ${parts.table.names('providers').join(', ')}.`,
    });
  }
  // What an earlier call streamed and nobody completed is no part of this one's answer.
  parts.answers.interrupt();
  const reserved = reserve(parts, request);
  const began = performance.now();
  const elapsed = () => Math.round(performance.now() - began);
  let firstTokenMs: number | undefined;
  const own = parts.table.component('providers', composition.provider);
  const isOwn = own?.service === route.service && own.descriptor.name === route.descriptor.name;
  const model = request.model ?? (isOwn ? composition.model : undefined);
  const withAgents = {
    ...request,
    temperature: request.temperature ?? agent.options.temperature,
    top_p: request.top_p ?? agent.options.topP,
    caching: request.caching ?? agent.options.caching,
    max_output_tokens: request.max_output_tokens ?? agent.options.maxOutputTokens,
  };
  const called = (
    status: 'ok' | 'error' | 'cancelled',
    rest: { answer?: PricedAnswer; error?: PatchbayError },
  ) =>
    parts.emit({
      type: 'model.called',
      provider,
      model: rest.answer?.model ?? model ?? 'default',
      status,
      usage: rest.answer?.usage,
      cost_usd: rest.answer ? rest.answer.usd : costOfFailure(status, firstTokenMs),
      cost_source: rest.answer?.source,
      latency_ms: rest.answer?.latencyMs ?? elapsed(),
      first_token_ms: firstTokenMs,
      attempt,
      service: route.service,
      error: rest.error && eventError(rest.error),
    });
  try {
    const [link, askerLink] = await Promise.all([
      parts.slots.get(route.service)!.link(),
      parts.slots.get(asker)!.link(),
    ]);
    const answering = link.call(
      'provider.complete',
      {
        request: {
          ...(isOwn ? configured(withAgents, composition) : withAgents),
          model,
          ...(reserved.outputTokens !== undefined && { max_output_tokens: reserved.outputTokens }),
        },
        provider: route.descriptor.name,
      },
      {
        signal,
        silenceMs:
          agent.limits.llmTimeoutMs ??
          composition.settings.timeouts?.provider_silence_ms ??
          DEFAULT_SILENCE_MS,
        onNotification: (name, payload) => {
          if (!name.startsWith('stream.provider.')) {
            takeLoose(parts, route.service, name, payload);
            return;
          }
          firstTokenMs ??= elapsed();
          relay(askerLink, context, route.service, name, payload);
        },
      },
    );
    parts.onThinking();
    const response: ChatResponse = await answering;
    const latencyMs = elapsed();
    const answer = { ...(await priced(parts, provider, model, response)), latencyMs };
    called('ok', { answer });
    if (answer.notice) parts.emit(answer.notice);
    reserved.settle(usedBy(answer));
    return response;
  } catch (thrown) {
    const error = asPatchbayError(thrown, route.service);
    called(error.kind === 'cancelled' ? 'cancelled' : 'error', { error });
    reserved.settle({ tokens: 0, usd: 0 });
    throw error;
  }
}

/** Characters of a token, about: what a request will take is not known before it is sent. */
const CHARACTERS_PER_TOKEN = 4;

/** @throws PatchbayError `denied` when a budget is used up; the turn then ends with what it has. */
function reserve(parts: TurnParts, request: ChatRequest): Reservation {
  const { budget } = parts.options.lineage;
  const input = budget.countsTokens
    ? Math.ceil(JSON.stringify(request.messages).length / CHARACTERS_PER_TOKEN)
    : 0;
  try {
    return budget.reserve(input, request.max_output_tokens ?? undefined);
  } catch (thrown) {
    throw budgetSpent(parts, thrown);
  }
}

function usedBy({ usage, usd }: PricedAnswer) {
  return { tokens: (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0), usd: usd ?? 0 };
}

/** A request that nothing came back of is not charged; of one that broke off nobody says what it took. */
function costOfFailure(
  status: 'ok' | 'error' | 'cancelled',
  firstTokenMs: number | undefined,
): number | null {
  return status === 'error' && firstTokenMs === undefined ? 0 : null;
}

/** What the chosen candidate says holds where the request says nothing. */
function configured(request: ChatRequest, composition: Composition): ChatRequest {
  const { modelConfig: config } = composition;
  const isChosen = request.model == null || request.model === composition.model;
  if (!config || !isChosen) return request;
  return {
    ...request,
    reasoning_effort: request.reasoning_effort ?? config.reasoning_effort,
    max_output_tokens: request.max_output_tokens ?? config.max_output_tokens,
    temperature: request.temperature ?? config.temperature,
  };
}

interface PricedAnswer {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  readonly usd: number | null;
  readonly source: EventOf<'model.called'>['cost_source'];
  readonly latencyMs: number;
  /** Of a model whose price nobody knows, the first time. */
  readonly notice?: EventBody | undefined;
}

async function priced(
  parts: TurnParts,
  provider: string,
  asked: string | null | undefined,
  response: ChatResponse,
): Promise<Omit<PricedAnswer, 'latencyMs'>> {
  const { composition, pricing } = parts.options;
  const model = modelOf(response) ?? asked ?? undefined;
  const usage = response.usage ?? undefined;
  // A script costs nothing.
  if (provider === 'replay') return { model, usage, usd: 0, source: undefined };
  if (!usage) return { model, usage, usd: null, source: 'unknown' };
  const call = { provider, model: model ?? 'default', usage, metadata: response.metadata };
  const { usd, source } = await pricing.costOf(composition, call);
  const notice = usd === null ? await pricing.noticeOf(call) : undefined;
  return { model, usage, usd, source, notice };
}

function modelOf(response: ChatResponse | undefined): string | undefined {
  const model = response?.metadata?.model;
  return typeof model === 'string' ? model : undefined;
}

/** Hands a piece of the stream to the asker: in our spelling, with the asker's name for the request. */
function relay(
  asker: Link,
  { parts, relayId }: RequestContext,
  service: string,
  name: string,
  payload: unknown,
): void {
  if (!isNotification(name)) return;
  const parsed = safeParse(NOTIFICATIONS[name], payload);
  if (!parsed.success) {
    const message = `A "${name}" of an unknown form was ignored: ${issuesText(parsed.error.issues)}`;
    parts.log(service, message, 'warning');
    return;
  }
  asker.notify(name, { ...parsed.data, call_id: relayId });
}
