/** The models that a server lists. */
import type { ModelInfo } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { callFailure } from '../../sdk/provider/call-failure.ts';
import { connectionOf } from '../../sdk/provider/connection.ts';
import { watchSilence } from '../../sdk/provider/silence.ts';
import { clientOf } from './client.ts';
import { meaningOf } from './failure.ts';
import { isForChat, isReasoningModel, limitsOf } from './model-limits.ts';
import { defaultModelOf, OPENAI, type OpenAiConfig } from './settings.ts';

/**
 * The default model alone where a compatible server lists none.
 * @throws PatchbayError, `auth` for a key that is refused: the cheapest call that tries a key.
 */
export async function listModels(context: ProviderContext<OpenAiConfig>): Promise<ModelInfo[]> {
  const { config, environment, signal } = context;
  const connection = connectionOf(OPENAI, config, environment);
  const { baseUrl, timeoutMs, isVendorsOwn } = connection;
  const fallback = defaultModelOf(config, connection);
  using watch = watchSilence(timeoutMs, signal);
  try {
    const listed: ModelInfo[] = [];
    const { models } = clientOf(connection, watch.fetch);
    for await (const model of models.list({ signal: watch.signal })) {
      if (!isVendorsOwn || isForChat(model.id)) listed.push(info({ ...model }));
    }
    return listed.length > 0 || fallback === undefined ? listed : [known(fallback)];
  } catch (error) {
    const meaning = meaningOf(error);
    const listsNone = typeof meaning === 'object' && [404, 405, 501].includes(meaning.status ?? 0);
    if (listsNone && !isVendorsOwn) return fallback === undefined ? [] : [known(fallback)];
    const call = { vendor: OPENAI, baseUrl, model: fallback ?? '', signal, watch, timeoutMs };
    throw callFailure(error, call, meaningOf);
  }
}

/** Where OpenRouter, vLLM, Groq, LM Studio and others say how much a model reads. */
const WINDOW_FIELDS = ['context_length', 'max_model_len', 'context_window', 'max_context_length'] as const;

function info(listed: { id: string; [field: string]: unknown }): ModelInfo {
  const model = known(listed.id);
  const window = WINDOW_FIELDS.map((field) => listed[field]).find((value) => typeof value === 'number');
  return typeof window === 'number' ? { ...model, context_window: window } : model;
}

function known(id: string): ModelInfo {
  const limits = limitsOf(id);
  return {
    id,
    context_window: limits?.contextWindow,
    max_output_tokens: limits?.maxOutput,
    capabilities: [
      'tools',
      ...(limits && !id.includes('3.5') ? ['vision', 'json_schema'] : []),
      ...(isReasoningModel(id) ? ['thinking'] : []),
    ],
  };
}
