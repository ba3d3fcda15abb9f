/** Serves a definition inside a worker thread: calls come by Comlink, all else by the second port. */

import { type MessagePort, parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { CallStreams } from '../protocol/call-streams.ts';
import { fromWireError, PatchbayError, toWireError, type WireError } from '../protocol/errors.ts';
import { nodeEndpoint } from '../protocol/node-endpoint.ts';
import { isTooLong, tooLong } from '../protocol/sized-message.ts';
import type { FromThread, ThreadAnswer, ThreadEndpoint, ToThread } from '../protocol/thread-messages.ts';
import { boundOutput } from './bounded-output.ts';
import type { Environment, HostClient } from './context.ts';
import { decodeResult } from './decode-result.ts';
import type { ServiceDefinition } from './define.ts';
import { createDispatcher } from './dispatcher.ts';
import { Outbox } from './outbox.ts';

export function serveThread(
  service: ServiceDefinition,
  { port, window }: { readonly port: MessagePort; readonly window: number },
  environment: Environment,
): void {
  boundOutput(process.stdout);
  boundOutput(process.stderr);
  const running = new Map<number, AbortController>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const relays = new CallStreams('s');
  let batches = 0;
  let nextId = 1;
  const send = (message: FromThread) => port.postMessage(message);
  const outbox = new Outbox((items) => {
    batches += 1;
    send({ t: 'notify', items });
  }, window);

  const host: HostClient = {
    async request(method, params, options = {}) {
      const { signal, onRelay } = options;
      if (signal?.aborted) throw new PatchbayError('cancelled', 'Cancelled.');
      const id = nextId++;
      using relay = onRelay && relays.open(params, onRelay);
      // What was said before the request is heard before it.
      const said = outbox.sent();
      if (said) await said;
      const cancel = () => send({ t: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
        send({ t: 'request', id, method, params: relay?.params ?? params });
        return decodeResult(method, await answer);
      } finally {
        waiting.delete(id);
        signal?.removeEventListener('abort', cancel);
      }
    },
  };
  const dispatcher = createDispatcher(service, {
    environment,
    host,
    notify: (name, payload) => outbox.push(name, payload),
  });

  const endpoint: ThreadEndpoint = {
    async call(id, method, params): Promise<ThreadAnswer> {
      const controller = new AbortController();
      running.set(id, controller);
      try {
        const result = await dispatcher.call(method, params, controller.signal);
        if (isTooLong(result)) throw tooLong('an answer', undefined);
        await outbox.sent();
        return { batches, result };
      } catch (error) {
        await outbox.sent();
        return { batches, error: toWireError(error) };
      } finally {
        running.delete(id);
      }
    },
  };

  port.on('message', (message: ToThread) => {
    switch (message.t) {
      case 'response':
        settle(waiting.get(message.id), message);
        return;
      case 'notify':
        relays.deliver(message.method, message.params);
        return;
      case 'cancel':
        running.get(message.id)?.abort();
        return;
      case 'heard':
        outbox.heard(message.batches);
        return;
      case 'stop':
        for (const controller of running.values()) controller.abort();
        void dispatcher.dispose().finally(() => process.exit(0));
        return;
      default:
        message satisfies never;
    }
  });
  Comlink.expose(endpoint, nodeEndpoint(parentPort!));
}

function settle(
  waiter: { resolve(value: unknown): void; reject(error: Error): void } | undefined,
  message: { result: unknown } | { error: WireError },
): void {
  if ('error' in message) waiter?.reject(fromWireError(message.error));
  else waiter?.resolve(message.result);
}
