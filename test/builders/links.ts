/** Links to services, in a thread, as a process or over HTTP, with what they said collected. */
import { basename, join, resolve } from 'node:path';
import type { ServiceSpec } from '../../src/definitions/service-spec.ts';
import type { Link, LinkTimes, RequestHandler } from '../../src/host/links/link.ts';
import { createSpawner } from '../../src/host/spawner.ts';
import { PatchbayError } from '../../src/protocol/errors.ts';
import { servedOverHttp } from './http-services.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'services');
export type Isolation = ServiceSpec['isolation'];
/** Those that the host starts itself. */
export type LocalIsolation = Exclude<Isolation, 'http'>;
export const ISOLATIONS: readonly LocalIsolation[] = ['thread', 'process'];
/** All there are (RT-60). */
export const LINES: readonly Isolation[] = [...ISOLATIONS, 'http'];

export interface OpenLink extends AsyncDisposable {
  readonly link: Link;
  readonly logs: string[];
  readonly notifications: [name: string, payload: unknown][];
}

export interface LinkOptions {
  readonly env?: Record<string, string>;
  readonly times?: Partial<LinkTimes>;
  readonly onRequest?: RequestHandler;
  readonly maxHeapMb?: number;
}

/** The same file as a thread, as a process of this very Node, or served over HTTP by one. */
export async function specOf(
  isolation: Isolation,
  file: string,
  env: Record<string, string> = {},
): Promise<ServiceSpec> {
  const entry = resolve(FIXTURES, file);
  const common = { name: basename(file).replace(/\.\w+$/, ''), env, config: {}, origin: 'the test' };
  switch (isolation) {
    case 'thread':
      return { ...common, isolation, entry };
    case 'process':
      return { ...common, isolation, command: [process.execPath, entry] };
    case 'http':
      return { ...common, isolation, ...(await servedOverHttp(entry, env)) };
  }
}

export function openLink(spec: ServiceSpec, options: LinkOptions = {}): OpenLink {
  const logs: string[] = [];
  const notifications: [string, unknown][] = [];
  const link = createSpawner(options.times).start(spec, {
    onRequest:
      options.onRequest ??
      (async (method) => {
        throw new PatchbayError('protocol', `Unknown request "${method}".`, { code: -32601 });
      }),
    onNotification: (name, payload) => notifications.push([name, payload]),
    onLog: (text) => logs.push(text),
  });
  return { link, logs, notifications, [Symbol.asyncDispose]: () => link.stop() };
}
