/**
 * From a method's name to the component that answers it. Knows nothing of how calls arrive; the thread and
 * the stdio server both feed it.
 */
import { getHeapStatistics } from 'node:v8';
import { safeParse } from 'zod/v4/core';
import { PatchbayError, RpcCode } from '../protocol/errors.ts';
import { issuesText } from '../protocol/issues-text.ts';
import {
  type DecodedParams,
  isServiceMethod,
  SERVICE_METHODS,
  type ServiceMethod,
} from '../protocol/methods.ts';
import type { NotificationName, Payload } from '../protocol/notifications.ts';
import { isRecord } from '../protocol/reading.ts';
import type { CallContext, Environment, HostClient } from './context.ts';
import type { ContextManager, Schema, ServiceDefinition, ToolDefinition } from './define.ts';
import { describe } from './describe.ts';
import { emitHooks } from './emit-hooks.ts';
import { executeTool } from './execute-tool.ts';
import { ToolSources } from './tool-sources.ts';

/** How a dispatcher speaks to the host, given by the server that feeds it. */
export interface Line {
  readonly environment: Environment;
  readonly host: HostClient;
  notify<N extends NotificationName>(name: N, payload: Payload<N>): void;
}

export interface Dispatcher {
  /**
   * Answers one call of the host. What is said on its behalf carries the `call_id` of its params.
   * @throws PatchbayError with the JSON-RPC code to answer.
   */
  call(method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
  dispose(): Promise<void>;
}

type Handlers = { [M in ServiceMethod]: (params: DecodedParams<M>, context: CallContext) => unknown };

export function createDispatcher(service: ServiceDefinition, line: Line): Dispatcher {
  const configs = new Map<string, unknown>();
  const managers = new Map<string, ContextManager>();
  const sources = new ToolSources(service, line.environment);
  /** Undefined while nobody would read it. */
  let steering: string[] | undefined;

  const config = (component: { name: string; config?: Schema }) =>
    configs.get(component.name) ?? parseConfig(service.name, component, {});
  const manager = () => {
    const definition = pick(service.contextManagers, undefined, 'context manager', service.name);
    const existing = managers.get(definition.name) ?? definition.create(config(definition));
    managers.set(definition.name, existing);
    return existing;
  };

  const handlers: Handlers = {
    describe: async () => describe(service, await sources.all()),
    ping: () => ({ heap_bytes: heapBytes() }),
    configure: async ({ config: given }) => {
      const { tools } = await sources.all();
      for (const component of components(service, tools)) {
        const value = given[component.name];
        if (value !== undefined) configs.set(component.name, parseConfig(service.name, component, value));
      }
      managers.clear();
      return { status: 'ok' };
    },
    'content.list': ({ prefix }) => ({
      paths: (service.content?.paths ?? []).filter((path) => path.startsWith(prefix ?? '')),
    }),
    'content.read': async ({ path }) => {
      if (!service.content?.paths.includes(path)) throw invalid(service.name, `No content at "${path}".`);
      return { content: await service.content.read(path) };
    },
    'tool.execute': async (params, context) => {
      const tool = await sources.find(params.name);
      if (!tool) throw invalid(service.name, `Unknown tool "${params.name}".`);
      return executeTool(tool, params, { ...context, config: config(tool) });
    },
    'hook.emit': ({ event, data }, context) =>
      emitHooks(service.hooks ?? [], event, data, (hook) => ({ ...context, config: config(hook) })),
    'context.add_message': async ({ message }) => {
      await manager().addMessage(message);
      return { ok: true };
    },
    'context.get_messages': (budget) =>
      manager().getMessages({
        contextWindow: budget.context_window,
        maxOutputTokens: budget.max_output_tokens,
      }),
    'context.clear': async () => {
      await manager().clear();
      return { ok: true };
    },
    'provider.complete': ({ request, provider }, context) => {
      const definition = pick(service.providers, provider, 'provider', service.name);
      return definition.complete(request, providerContext(context, config(definition)));
    },
    'provider.models': async ({ provider }, context) => {
      const definition = pick(service.providers, provider, 'provider', service.name);
      return { models: await definition.models(providerContext(context, config(definition))) };
    },
    'orchestrator.execute': async (params, context) => {
      const definition = pick(service.orchestrators, params.orchestrator, 'orchestrator', service.name);
      steering = [];
      const takeSteering = () => steering?.splice(0) ?? [];
      const closeSteering = () => {
        if (steering && steering.length > 0) return false;
        steering = undefined;
        return true;
      };
      try {
        return await definition.execute(
          { prompt: params.prompt, systemPrompt: params.system_prompt, config: params.config },
          { ...context, config: config(definition), takeSteering, closeSteering },
        );
      } finally {
        steering = undefined;
      }
    },
    'orchestrator.cancel': () => ({ status: 'ok' }),
    'orchestrator.steer': ({ text }) => {
      if (!steering) throw invalid(service.name, 'No turn takes text any more; send it as a prompt.');
      steering.push(text);
      return { status: 'ok' };
    },
  };

  return {
    async call(method, params, signal) {
      if (!isServiceMethod(method)) {
        throw new PatchbayError('protocol', `Unknown method "${method}".`, {
          code: RpcCode.methodNotFound,
          service: service.name,
        });
      }
      const parsed = safeParse(SERVICE_METHODS[method].params, params ?? {});
      if (!parsed.success) throw invalid(service.name, `${method}: ${issuesText(parsed.error.issues)}`);
      return run(handlers, method, parsed.data, contextOf(line, callIdOf(params), signal));
    },
    async dispose() {
      await service.dispose?.();
    },
  };
}

function run<M extends ServiceMethod>(
  handlers: Handlers,
  method: M,
  params: unknown,
  context: CallContext,
): unknown {
  return handlers[method](params as DecodedParams<M>, context);
}

function callIdOf(params: unknown): string | undefined {
  return isRecord(params) && typeof params.call_id === 'string' ? params.call_id : undefined;
}

function contextOf(line: Line, callId: string | undefined, signal: AbortSignal): CallContext {
  return {
    signal,
    environment: line.environment,
    host: line.host,
    notify: (name, payload) =>
      line.notify(name, (callId === undefined ? payload : { ...payload, call_id: callId }) as typeof payload),
    log: (level, message, data) => line.notify('log', { level, message, data }),
  };
}

function providerContext(context: CallContext, config: unknown) {
  const send = (name: 'stream.provider.token' | 'stream.provider.thinking') => (text: string) => {
    if (text !== '') context.notify(name, { text });
  };
  return {
    ...context,
    config,
    token: send('stream.provider.token'),
    thinking: send('stream.provider.thinking'),
  };
}

/** The named component, or the first when no name is asked for (the reference's rule). */
function pick<T extends { name: string }>(
  list: readonly T[] | undefined,
  name: string | undefined,
  kind: string,
  service: string,
): T {
  const found = name === undefined ? list?.[0] : list?.find((item) => item.name === name);
  if (found) return found;
  throw invalid(service, name === undefined ? `This service has no ${kind}.` : `Unknown ${kind} "${name}".`);
}

/** Bytes that this thread's JavaScript holds; of nobody else in the process. */
function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function components(
  service: ServiceDefinition,
  tools: readonly ToolDefinition[],
): { name: string; config?: Schema }[] {
  const { hooks = [], providers = [], contextManagers = [], orchestrators = [] } = service;
  return [...tools, ...hooks, ...providers, ...contextManagers, ...orchestrators];
}

function parseConfig(service: string, component: { name: string; config?: Schema }, value: unknown): unknown {
  if (!component.config) return value;
  const parsed = safeParse(component.config, value);
  if (parsed.success) return parsed.data;
  throw new PatchbayError(
    'config',
    `Configuration of "${component.name}": ${issuesText(parsed.error.issues)}`,
    {
      service,
      component: component.name,
      code: RpcCode.invalidParams,
      remedy: `Correct the configuration of "${component.name}" in the settings.`,
    },
  );
}

function invalid(service: string, message: string): PatchbayError {
  return new PatchbayError('config', message, { service, code: RpcCode.invalidParams });
}
