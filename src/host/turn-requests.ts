/** What a service may ask of the host during a turn: one handler per row of the method table. */
import { randomUUID } from 'node:crypto';
import { safeParse } from 'zod/v4/core';
import type { ToolResult } from '../protocol/data.ts';
import { asPatchbayError, PatchbayError, RpcCode } from '../protocol/errors.ts';
import { issuesText } from '../protocol/issues-text.ts';
import { type DecodedParams, HOST_METHODS, type HostMethod, isHostMethod } from '../protocol/methods.ts';
import { isRecord } from '../protocol/reading.ts';
import { redactText } from '../protocol/redact.ts';
import type { Session } from '../session/session.ts';
import { eitherSignal } from './either-signal.ts';
import { editorPermission } from './permissions/held-spec.ts';
import type { ServiceSlot } from './service-slot.ts';
import { takeLoose } from './service-streams.ts';
import { emitHook } from './turn-hooks.ts';
import { callModel } from './turn-model-call.ts';
import { budgetSpent, contextMs, eventError, type RequestContext, type TurnParts } from './turn-parts.ts';

const DEFAULT_TOOL_MS = 120_000;

type Handlers = {
  [M in HostMethod]: (params: DecodedParams<M>, context: RequestContext) => Promise<unknown>;
};

const HANDLERS: Handlers = {
  'request.tool_execute': executeTool,
  'request.hook_emit': async ({ event, data }, { parts, signal }) => {
    const result = await emitHook(parts, event, data, { signal });
    if (event === 'tool:pre') parts.foreignLoop?.remember(data, result);
    return result;
  },
  'request.provider_complete': callModel,
  'request.context_add_message': async ({ message }, { parts, signal }) => {
    const link = await contextManager(parts).link();
    await link.call('context.add_message', { message }, { signal, timeoutMs: contextMs(parts.options) });
    parts.session.addMessage(message);
    if (message.role === 'assistant') parts.answers.messageAdded(message);
    return { ok: true };
  },
  'request.context_get_messages': async (budget, { parts, signal }) => {
    const link = await contextManager(parts).link();
    return link.call('context.get_messages', budget, { signal, timeoutMs: contextMs(parts.options) });
  },
  'request.context_clear': async (_params, { parts, signal }) => {
    const link = await contextManager(parts).link();
    return link.call('context.clear', {}, { signal, timeoutMs: contextMs(parts.options) });
  },
  'request.state_get': async ({ key }, { parts, service }) => {
    return { value: stateOf(parts, key, service).getState(key) ?? null };
  },
  'request.state_set': async ({ key, value }, { parts, service }) => {
    await stateOf(parts, key, service).setState(key, value);
    return { ok: true };
  },
  'request.approval': (request, { parts, signal }) =>
    parts.options.approvals.ask(parts.session, request, {
      path: parts.options.lineage.path,
      interactive: parts.options.interactive,
      signal,
    }),
  'request.session_spawn': (request, { parts, signal }) =>
    parts.options.delegations.spawn(parts, request, signal),
  'request.session_resume': (request, { parts, signal }) =>
    parts.options.delegations.resume(parts, request, signal),
};

/**
 * What any service may ask for. The rest is the orchestrator's: it asks the gates first, so a tool or a provider
 * that could have tools run by itself would go past them.
 */
const FOR_ALL: ReadonlySet<HostMethod> = new Set(['request.state_get', 'request.state_set']);

/**
 * Answers one request. Requests are served concurrently: nothing here waits for another (RT-13).
 * @throws PatchbayError with the code to answer.
 */
export async function answerRequest(
  parts: TurnParts,
  service: string,
  method: string,
  params: unknown,
  cancelled: AbortSignal,
): Promise<unknown> {
  if (!isHostMethod(method)) {
    throw new PatchbayError('protocol', `Unknown request "${method}".`, {
      code: RpcCode.methodNotFound,
      service,
    });
  }
  if (!mayAsk(parts, service, method)) {
    throw refusal(parts, service, method);
  }
  const parsed = safeParse(HOST_METHODS[method].params, params ?? {});
  if (!parsed.success) {
    const message = `${method} of service "${service}": ${issuesText(parsed.error.issues)}`;
    throw new PatchbayError('protocol', message, { code: RpcCode.invalidParams, service });
  }
  const relayId = isRecord(params) && typeof params.call_id === 'string' ? params.call_id : undefined;
  using either = eitherSignal(cancelled, parts.signal);
  return await run(method, parsed.data, { parts, service, signal: either.signal, relayId });
}

function mayAsk(parts: TurnParts, service: string, method: HostMethod): boolean {
  return (
    FOR_ALL.has(method) ||
    service === parts.table.component('orchestrators')?.service ||
    parts.slots.get(service)?.grants.includes(method) === true
  );
}

/** A service of somebody else's may ask for some of them, if the person allows it. */
function refusal({ slots }: TurnParts, service: string, method: HostMethod): PatchbayError {
  const refused = `${method} of service "${service}" was refused: only the orchestrator may ask for it`;
  const permission = slots.get(service)?.spec.thirdParty && editorPermission(method);
  if (permission === undefined) return new PatchbayError('denied', `${refused}.`, { service });
  const granted = `${refused}, or who was granted the permission "editor: ${permission}".`;
  return new PatchbayError('denied', granted, {
    service,
    remedy: `Its manifest has to name "${permission}" under permissions.editor; you are then asked about it.`,
  });
}

function run<M extends HostMethod>(method: M, params: unknown, context: RequestContext): Promise<unknown> {
  return HANDLERS[method](params as DecodedParams<M>, context);
}

/**
 * Whose state a key is in. A session's is shared by its services, but for keys of the form `<service>:…`: they are
 * that service's own, as no tool may write what a gate remembers, and one for the whole tree, as what the person
 * allowed or denied holds for children too.
 */
function stateOf({ session, options }: TurnParts, key: string, service: string): Session {
  const owner = /^([^:]+):/.exec(key)?.[1];
  if (owner === undefined) return session;
  if (owner === service) return options.lineage.root;
  throw new PatchbayError('denied', `The state "${key}" belongs to service "${owner}".`, { service });
}

async function executeTool(
  { name, input: asked, tool_call_id }: DecodedParams<'request.tool_execute'>,
  context: RequestContext,
): Promise<ToolResult> {
  const { parts, signal } = context;
  const { session, table, tools, slots } = parts;
  const callId = tool_call_id ?? randomUUID();
  const route = table.tool(name);
  if (!route || !tools.some(({ descriptor }) => descriptor.name === route.descriptor.name)) {
    const known = tools.map(({ descriptor }) => descriptor.name).join(', ');
    const why = route ? `Agent "${parts.agent}" may not use "${name}"` : `There is no tool "${name}"`;
    throw new PatchbayError('tool', `${why}. Tools: ${known}.`, { code: RpcCode.invalidParams });
  }
  const { service, descriptor, calls } = route;
  // Whatever the tool is and whoever calls it: work whose budget is used up does nothing more (AT-66).
  try {
    parts.options.lineage.budget.check();
  } catch (thrown) {
    throw budgetSpent(parts, thrown);
  }
  let input = asked;
  if (parts.foreignLoop) {
    parts.emit({ type: 'tool.requested', call_id: callId, name, input });
    try {
      input = await parts.foreignLoop.allow(name, asked, callId, context);
    } catch (thrown) {
      const error = asPatchbayError(thrown);
      if (error.kind !== 'denied') throw error;
      return { success: false, output: error.message, error: { message: error.message } };
    }
  }
  parts.emit({ type: 'tool.started', call_id: callId, name, input, service });
  const began = performance.now();
  const finished = (outcome: { success: boolean; output?: unknown; error?: PatchbayError }) =>
    parts.emit({
      type: 'tool.finished',
      call_id: callId,
      name,
      service,
      success: outcome.success,
      output: outcome.output,
      error: outcome.error && eventError(outcome.error),
      duration_ms: Math.round(performance.now() - began),
    });
  try {
    const { secrets, composition } = parts.options;
    const { agent, settings } = composition;
    const timeoutMs =
      descriptor.timeout_ms ?? agent.limits.toolTimeoutMs ?? settings.timeouts?.tool_ms ?? DEFAULT_TOOL_MS;
    const link = await slots.get(service)!.link();
    let isShown = true;
    const answered = await link.call(
      'tool.execute',
      {
        ...(calls?.(input) ?? { name: descriptor.name, input }),
        tool_call_id: callId,
        cwd: session.cwd,
        deadline_ms: timeoutMs,
      },
      {
        signal,
        timeoutMs,
        onNotification: (notification, payload) => {
          if (notification !== 'stream.tool.progress' || !isRecord(payload)) {
            takeLoose(parts, service, notification, payload);
            return;
          }
          // Masking what nobody will see would be most of what a flood costs.
          if (!isShown) return;
          const text = typeof payload.text === 'string' ? redactText(secrets.mask(payload.text)) : '';
          const percent = typeof payload.percent === 'number' ? payload.percent : undefined;
          isShown = session.live({ type: 'tool.progress', call_id: callId, text, percent }, parts.agent);
        },
      },
    );
    // Before any hook, the model or the transcript has it.
    const result = secrets.mask(answered);
    const error = result.success ? undefined : new PatchbayError('tool', failureText(result), { service });
    finished({ success: result.success, output: result.output, error });
    return result;
  } catch (thrown) {
    const error = asPatchbayError(thrown, service);
    finished({ success: false, error });
    throw error;
  }
}

function failureText(result: ToolResult): string {
  if (result.error) return result.error.message;
  return typeof result.output === 'string' ? result.output : 'The tool reported a failure.';
}

function contextManager(parts: TurnParts): ServiceSlot {
  const route = parts.table.component('context_managers');
  const slot = route && parts.slots.get(route.service);
  if (!slot) throw new PatchbayError('config', 'No service offers a context manager.');
  return slot;
}
