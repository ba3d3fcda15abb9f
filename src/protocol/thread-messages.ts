/**
 * What crosses the second port of a thread link. The first port is Comlink's and carries only calls of the
 * host; everything a service says by itself comes here, as plain messages (design §5, trap 1).
 */
import * as z from 'zod/mini';
import { WireError } from './errors.ts';

/** Service → host. Notifications travel in batches, in order. */
export const FromThread = z.discriminatedUnion('t', [
  z.object({ t: z.literal('notify'), items: z.array(z.tuple([z.string(), z.unknown()])) }),
  z.object({ t: z.literal('request'), id: z.number(), method: z.string(), params: z.unknown() }),
  z.object({ t: z.literal('cancel'), id: z.number() }),
]);
export type FromThread = z.infer<typeof FromThread>;

/** Batches of notifications that may be on their way at once: so much, and no more, waits in the host. */
export const BATCH_WINDOW = 8;

/** Host → service. `heard` says that so many batches more were taken. */
export type ToThread =
  | { readonly t: 'response'; readonly id: number; readonly result: unknown }
  | { readonly t: 'response'; readonly id: number; readonly error: WireError }
  | { readonly t: 'notify'; readonly method: string; readonly params: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'heard'; readonly batches: number }
  | { readonly t: 'stop' };

const Batches = z.int().check(z.nonnegative());

/**
 * What a Comlink call answers. Errors are data, as a class or stack would not survive. `batches` counts the
 * `notify` messages sent before: the host waits for them, as two ports keep no common order.
 */
export const ThreadAnswer = z.union([
  z.object({ batches: Batches, error: WireError }),
  z.object({ batches: Batches, result: z.unknown() }),
]);
export type ThreadAnswer = z.infer<typeof ThreadAnswer>;

/** The one object a service thread exposes. */
export interface ThreadEndpoint {
  call(id: number, method: string, params: unknown): Promise<ThreadAnswer>;
}

/** `workerData` of a service thread. */
export interface ThreadBoot {
  readonly patchbay: {
    readonly service: string;
    readonly port: import('node:worker_threads').MessagePort;
    /** How many batches may be on their way at once. */
    readonly window: number;
    /** It waits for a turn: there is time to make its first call fast. */
    readonly isSpare: boolean;
  };
}
