/** Comlink's adapter for Node's ports, with the types its package leaves out of the ESM build. */

import type { MessagePort, Worker } from 'node:worker_threads';
import type { Endpoint } from 'comlink';
// @ts-expect-error the adapter ships without declarations under this path
import adapter from 'comlink/dist/esm/node-adapter.mjs';

export const nodeEndpoint: (port: MessagePort | Worker) => Endpoint = adapter;
