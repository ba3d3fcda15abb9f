/** A whole turn, rehearsed while the thread waits for the first one: what it runs is compiled then. */
import type { HostMethod } from '../../protocol/methods.ts';
import { ExecuteConfig } from '../../protocol/methods.ts';
import { decodeResult } from '../../sdk/decode-result.ts';
import { PatchbayError } from '../../sdk/index.ts';
import { runLoop } from './loop.ts';

/** A host that agrees to everything, with a model that has nothing to say. */
const ANSWERS: Partial<Record<HostMethod, unknown>> = {
  'request.hook_emit': { action: 'CONTINUE' },
  'request.context_add_message': { ok: true },
  'request.context_get_messages': { messages: [] },
  'request.provider_complete': { content: '.', usage: {} },
};

export async function warmUp(): Promise<void> {
  const ignore = () => undefined;
  await runLoop({
    prompt: '.',
    systemPrompt: '.',
    config: ExecuteConfig.parse({}),
    context: {
      config: {},
      signal: new AbortController().signal,
      environment: {},
      host: {
        async request(method) {
          const answer = ANSWERS[method];
          if (answer === undefined) throw new PatchbayError('protocol', `${method} is not rehearsed.`);
          return decodeResult(method, answer);
        },
      },
      notify: ignore,
      log: ignore,
      takeSteering: () => [],
      closeSteering: () => true,
    },
  });
}
