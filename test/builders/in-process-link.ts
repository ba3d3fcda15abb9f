/**
 * A link to a service definition in this very process: for tests of many turns whose subject is another
 * service. The real links to all others stay what they are.
 */
import type { Exit, LinkEvents } from '../../src/host/links/link.ts';
import type { Spawner, StartedLink } from '../../src/host/spawner.ts';
import type { HostMethod, Result, ServiceMethod } from '../../src/protocol/methods.ts';
import type { ServiceDefinition } from '../../src/sdk/define.ts';
import { createDispatcher } from '../../src/sdk/dispatcher.ts';

/** A spawner that gives the definition for the service of its name, and starts all others. */
export function withInProcess(spawner: Spawner, definition: ServiceDefinition): Spawner {
  return {
    ...spawner,
    start: (spec, events) =>
      spec.name === definition.name ? inProcessLink(definition, events) : spawner.start(spec, events),
  };
}

function inProcessLink(definition: ServiceDefinition, events: LinkEvents): StartedLink {
  const { promise: exited, resolve: end } = Promise.withResolvers<Exit>();
  const never = new AbortController().signal;
  const dispatcher = createDispatcher(definition, {
    environment: {},
    notify: (name, payload) => events.onNotification(name, payload),
    host: {
      request: async <M extends HostMethod>(method: M, params: unknown, { signal = never } = {}) =>
        (await events.onRequest(method, params, signal)) as Result<M>,
    },
  });
  const stop = async () => {
    await dispatcher.dispose();
    end({ crashed: false, how: 'stopped' });
  };
  return {
    service: definition.name,
    isolation: 'thread',
    pid: undefined,
    exited,
    call: async <M extends ServiceMethod>(method: M, params: unknown, { signal = never } = {}) =>
      (await dispatcher.call(method, params, signal)) as Result<M>,
    notify: () => undefined,
    markUp: () => undefined,
    learn: () => undefined,
    logTail: () => '',
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
