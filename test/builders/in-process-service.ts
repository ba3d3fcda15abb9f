/** A service definition driven without a line: for tests of what it answers, not of how it travels. */
import { toWireError } from '../../src/protocol/errors.ts';
import type { HostMethod, Params, Result, ServiceMethod } from '../../src/protocol/methods.ts';
import type { Environment } from '../../src/sdk/context.ts';
import type { ServiceDefinition } from '../../src/sdk/define.ts';
import { createDispatcher } from '../../src/sdk/dispatcher.ts';

export type HostAnswers = { [M in HostMethod]?: (params: Params<M>) => unknown };

export interface InProcessService {
  call<M extends ServiceMethod>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>>;
  /** Every notification so far, in order. */
  readonly notifications: { name: string; payload: unknown }[];
}

export function inProcess(
  service: ServiceDefinition,
  options: { environment?: Environment; host?: HostAnswers } = {},
): InProcessService {
  const notifications: { name: string; payload: unknown }[] = [];
  const dispatcher = createDispatcher(service, {
    environment: options.environment ?? {},
    notify: (name, payload) => notifications.push({ name, payload }),
    host: {
      async request(method, params) {
        const answer = options.host?.[method] as ((params: unknown) => unknown) | undefined;
        if (!answer)
          throw new Error(`The test's host does not answer ${method}: ${toWireError(params).message}`);
        return (await answer(params)) as Result<typeof method>;
      },
    },
  });
  return {
    notifications,
    call: async <M extends ServiceMethod>(
      method: M,
      params: Params<M>,
      signal = new AbortController().signal,
    ) => (await dispatcher.call(method, params, signal)) as Result<M>,
  };
}
