/** Serves a definition on stdin and stdout: JSON-RPC 2.0, one object per line. Ends when stdin closes. */
import { stdin, stdout } from 'node:process';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { CallStreams } from '../protocol/call-streams.ts';
import { fromWireError, PatchbayError, toWireError } from '../protocol/errors.ts';
import { LineReader, LineWriter } from '../protocol/json-lines.ts';
import type { Environment, HostClient } from './context.ts';
import { decodeResult } from './decode-result.ts';
import type { ServiceDefinition } from './define.ts';
import { createDispatcher } from './dispatcher.ts';
import { Outbox } from './outbox.ts';

export function serveStdio(service: ServiceDefinition, environment: Environment): void {
  const running = new Set<AbortController>();
  const relays = new CallStreams('s');
  const reader = new LineReader(stdin, {
    onGarbage: (excerpt) => console.error(`Ignored a line that is not JSON: ${excerpt}`),
  });
  const connection = createMessageConnection(reader, new LineWriter(stdout));
  let sending = Promise.resolve();
  // One after another: each that is under way costs far more memory than one that waits.
  const outbox = new Outbox((items) => {
    sending = sending.then(async () => {
      for (const [name, payload] of items) {
        await connection
          .sendNotification(name, payload)
          .catch((error: Error) => console.error(`${name} could not be sent: ${error.message}`));
      }
    });
  });
  /** What was said before is heard before what is sent next. */
  const said = () => {
    outbox.flush();
    return sending;
  };

  const host: HostClient = {
    async request(method, params, options = {}) {
      const { signal, onRelay } = options;
      if (signal?.aborted) throw new PatchbayError('cancelled', 'Cancelled.');
      using relay = onRelay && relays.open(params, onRelay);
      await said();
      const cancellation = new CancellationTokenSource();
      const cancel = () => cancellation.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const answer = await connection.sendRequest(method, relay?.params ?? params, cancellation.token);
        return decodeResult(method, answer);
      } catch (error) {
        throw error instanceof ResponseError
          ? fromWireError({ code: error.code, message: error.message, data: error.data })
          : error;
      } finally {
        signal?.removeEventListener('abort', cancel);
        cancellation.dispose();
      }
    },
  };
  const dispatcher = createDispatcher(service, {
    environment,
    host,
    notify: (name, payload) => outbox.push(name, payload),
  });
  listen(connection, running, relays, said, dispatcher);
  connection.onClose(() => {
    for (const controller of running) controller.abort();
    void dispatcher.dispose().finally(() => process.exit(0));
  });
  connection.listen();
}

function listen(
  connection: MessageConnection,
  running: Set<AbortController>,
  relays: CallStreams,
  said: () => Promise<void>,
  dispatcher: ReturnType<typeof createDispatcher>,
): void {
  connection.onRequest(async (method, params, token) => {
    const controller = new AbortController();
    running.add(controller);
    token.onCancellationRequested(() => controller.abort());
    try {
      return (await dispatcher.call(method, params, controller.signal)) ?? null;
    } catch (error) {
      const wire = toWireError(error);
      return new ResponseError(wire.code, wire.message, wire.data);
    } finally {
      await said();
      running.delete(controller);
    }
  });
  connection.onNotification((name, params) => {
    relays.deliver(name, params);
  });
}
