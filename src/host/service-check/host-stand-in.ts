/**
 * Answers what a service asks of its host while it is checked: a state of its own, a conversation of its own, a
 * model that always says the same, tools that always succeed, nobody who could be asked.
 */
import { safeParse } from 'zod/v4/core';
import type { Message } from '../../protocol/data.ts';
import { PatchbayError, RpcCode } from '../../protocol/errors.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { type DecodedParams, HOST_METHODS, type HostMethod, isHostMethod } from '../../protocol/methods.ts';
import type { RequestHandler } from '../links/link.ts';

/** What the stand-in's model answers to everything. */
export const MODEL_ANSWER = 'This is what the model says.';

const DELEGATED = { session_id: 'check-child', response: MODEL_ANSWER, turn_count: 1, metadata: {} };

type Handlers = { [M in HostMethod]: (params: DecodedParams<M>) => unknown };

export function createHostStandIn(): RequestHandler {
  const state = new Map<string, unknown>();
  const messages: Message[] = [];
  const handlers: Handlers = {
    'request.tool_execute': () => ({ success: true, output: 'done' }),
    'request.hook_emit': () => ({ action: 'CONTINUE' }),
    'request.context_add_message': ({ message }) => {
      messages.push(message);
      return { ok: true };
    },
    'request.context_get_messages': () => [...messages],
    'request.context_clear': () => {
      messages.length = 0;
      return { ok: true };
    },
    'request.provider_complete': () => ({
      content: [{ type: 'text', text: MODEL_ANSWER }],
      text: MODEL_ANSWER,
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      finish_reason: 'stop',
    }),
    'request.state_get': ({ key }) => ({ value: state.get(key) ?? null }),
    'request.state_set': ({ key, value }) => {
      state.set(key, value);
      return { ok: true };
    },
    'request.session_spawn': () => DELEGATED,
    'request.session_resume': () => DELEGATED,
    'request.approval': () => ({ choice: 'Deny', by: 'policy', waited_ms: 0 }),
  };
  return async (method, params) => {
    if (!isHostMethod(method)) {
      throw new PatchbayError('protocol', `Unknown method "${method}".`, { code: RpcCode.methodNotFound });
    }
    return answer(handlers, method, params);
  };
}

function answer<M extends HostMethod>(handlers: Handlers, method: M, params: unknown): unknown {
  const parsed = safeParse(HOST_METHODS[method].params, params ?? {});
  if (parsed.success) return handlers[method](parsed.data as DecodedParams<M>);
  throw new PatchbayError('config', `${method}: ${issuesText(parsed.error.issues)}`, {
    code: RpcCode.invalidParams,
  });
}
