/** The models that the key may use, as the API lists them. */
import type { ModelInfo as Listed } from '@anthropic-ai/sdk/resources/models';
import type { ModelInfo } from '../../protocol/data.ts';
import type { ProviderContext } from '../../sdk/index.ts';
import { callFailure } from '../../sdk/provider/call-failure.ts';
import { type ConnectionConfig, connectionOf } from '../../sdk/provider/connection.ts';
import { watchSilence } from '../../sdk/provider/silence.ts';
import { clientOf } from './client.ts';
import { meaningOf } from './failure.ts';
import { familyOf, limitsOf } from './model-family.ts';
import { ANTHROPIC } from './vendor.ts';

/**
 * The default model alone where a compatible server lists none.
 * @throws PatchbayError, `auth` for a key that is refused: the cheapest call that tries a key.
 */
export async function listModels(context: ProviderContext<ConnectionConfig>): Promise<ModelInfo[]> {
  const { config, environment, signal } = context;
  const connection = connectionOf(ANTHROPIC, config, environment);
  const fallback = config.default_model ?? ANTHROPIC.defaultModel;
  using watch = watchSilence(connection.timeoutMs, signal);
  try {
    const listed: ModelInfo[] = [];
    const { models } = clientOf(connection, watch.fetch);
    for await (const model of models.list({ limit: 1000 }, { signal: watch.signal }))
      listed.push(info(model));
    return listed.length > 0 ? listed : [known(fallback)];
  } catch (error) {
    const meaning = meaningOf(error);
    const listsNone = typeof meaning === 'object' && [404, 405, 501].includes(meaning.status ?? 0);
    if (listsNone && !connection.isVendorsOwn) return [known(fallback)];
    const { baseUrl, timeoutMs } = connection;
    throw callFailure(
      error,
      { vendor: ANTHROPIC, baseUrl, model: fallback, signal, watch, timeoutMs },
      meaningOf,
    );
  }
}

/** Compatible servers leave out most of what the API says of a model. */
function info(listed: Partial<Listed> & { id: string }): ModelInfo {
  const { id, display_name, max_input_tokens, max_tokens, capabilities } = listed;
  const model = known(id);
  return {
    ...model,
    ...(display_name && { name: display_name }),
    context_window: max_input_tokens ?? model.context_window,
    max_output_tokens: max_tokens ?? model.max_output_tokens,
    ...(capabilities && {
      capabilities: [
        'tools',
        ...(capabilities.image_input.supported ? ['vision'] : []),
        ...(capabilities.thinking.supported ? ['thinking'] : []),
        ...(capabilities.structured_outputs.supported ? ['json_schema'] : []),
      ],
    }),
  };
}

function known(id: string): ModelInfo {
  const limits = limitsOf(id);
  return {
    id,
    context_window: limits?.contextWindow,
    max_output_tokens: limits?.maxOutput,
    capabilities: [
      'tools',
      ...(limits ? ['vision'] : []),
      ...((familyOf(id)?.version ?? 0) >= 3.7 ? ['thinking'] : []),
    ],
  };
}
