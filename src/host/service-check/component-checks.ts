/** The least that a provider, a context manager and an orchestrator have to do. */
import { responseText } from '../../protocol/data.ts';
import { RpcCode } from '../../protocol/errors.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { brief, type Check, fault, ok, skipped, type Verdict } from './finding.ts';
import { MODEL_ANSWER } from './host-stand-in.ts';
import { isRefusal, type Stand } from './stand.ts';

export function componentChecks({ capabilities }: Manifest): Check[] {
  const { providers, context_managers: managers, orchestrators } = capabilities;
  return [
    ...providers.flatMap(({ name }) => [
      { name: `provider ${name}: complete`, run: (stand: Stand) => checkComplete(stand, name) },
      { name: `provider ${name}: models`, run: (stand: Stand) => checkModels(stand, name) },
    ]),
    ...(managers.length > 0 ? [{ name: 'context manager', run: checkContext }] : []),
    ...orchestrators.map(({ name }) => ({
      name: `orchestrator ${name}`,
      run: (stand: Stand) => checkOrchestrator(stand, name),
    })),
  ];
}

/** Kinds of failure that say that the provider works and cannot reach its model from here. */
const OUT_OF_REACH: ReadonlySet<string> = new Set(['auth', 'config', 'network', 'model', 'rate_limit']);

export function complete(stand: Stand, provider: string, signal?: AbortSignal) {
  const request = { messages: [{ role: 'user', content: 'Say hello.' }], tools: [] };
  return stand.call('provider.complete', { request, provider }, { signal, onNotification: () => undefined });
}

async function checkComplete(stand: Stand, provider: string): Promise<Verdict> {
  try {
    const response = await complete(stand, provider);
    const text = responseText(response);
    const calls = response.tool_calls?.length ?? 0;
    if (text !== '' || calls > 0)
      return ok(text !== '' ? `it says: ${brief(text)}` : `it asks for ${calls} tool calls`);
    throw fault('Its answer has neither text nor tool calls.', 'Fill `text` and `content`, or `tool_calls`.');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (OUT_OF_REACH.has(error.kind)) return ok(`refused (${error.kind}): ${brief(error.message)}`);
    throw fault(
      `It fails without saying of which kind: ${error.message}`,
      'Put `kind` into the data of the error (auth, config, model, network, rate_limit): it decides whether it is tried again.',
    );
  }
}

async function checkModels(stand: Stand, provider: string): Promise<Verdict> {
  try {
    const { models } = await stand.call('provider.models', { provider });
    return ok(models.map(({ id }) => id).join(', ') || 'none');
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (error.code === RpcCode.methodNotFound) return skipped('it lists no models; its default is used');
    if (OUT_OF_REACH.has(error.kind)) return ok(`refused (${error.kind}): ${brief(error.message)}`);
    throw error;
  }
}

async function checkContext(stand: Stand): Promise<Verdict> {
  const said = 'a message of the check';
  await stand.call('context.clear', {});
  await stand.call('context.add_message', { message: { role: 'user', content: said } });
  const messages = await stand.call('context.get_messages', {});
  if (!JSON.stringify(messages).includes(said)) {
    throw fault(
      'A message that was added is not among those it gives.',
      'Keep what `context.add_message` brings.',
    );
  }
  await stand.call('context.clear', {});
  const left = await stand.call('context.get_messages', {});
  if (left.length > 0) throw fault('After `context.clear` it still has messages.', 'Forget all of them.');
  return ok('adds, gives and clears');
}

export function executeTurn(stand: Stand, orchestrator: string, signal?: AbortSignal) {
  const params = {
    prompt: 'Say hello.',
    system_prompt: 'You are being checked.',
    orchestrator,
    config: { provider_name: 'check' },
  };
  return stand.call('orchestrator.execute', params, { signal, onNotification: () => undefined });
}

async function checkOrchestrator(stand: Stand, name: string): Promise<Verdict> {
  const text = await executeTurn(stand, name);
  if (text.includes(MODEL_ANSWER)) return ok('a turn without tools ends with what the model says');
  throw fault(
    `A turn ended with ${brief(text)}, not with what the model said.`,
    'Return the text of the last answer.',
  );
}
