/**
 * A service over HTTP (RT-60): the same JSON-RPC 2.0 as on stdio, at one address, with a bearer token.
 *
 * | request | means |
 * |---|---|
 * | `GET`, accepts `text/event-stream` | opens a session: a fresh service. The answer's `Patchbay-Session` names it in all that follows. It lasts as long as this stream: a stream that is dropped ends it |
 * | `POST` of a request | a call. Answered with the JSON-RPC response, when it is done |
 * | `POST` of a notification, or of a response | `$/cancelRequest`, relayed notifications, the answer to a request of the service. Answered 202 with nothing. Several at once come as an array |
 * | `DELETE` | asks the session to end; its stream then ends |
 *
 * Each event of the stream is one JSON-RPC message of the service: a notification, a request to the host
 * (`request.*`), or the `$/cancelRequest` of one. It has an `id`, counted from 1. An answer to a call says in
 * `Patchbay-After` the id of the last event sent before it, and is heard after that. Two more kinds of events have
 * no id: `log` (a piece of the service's own output, as a JSON string) and `end` (`{"how": …}`, before the stream ends).
 * Comment lines keep the stream alive: one that says nothing for a minute is taken for dead.
 *
 * Anything but 2xx is a fault: 401 the token, 403 a browser or a foreign `Host`, 404 an unknown session, 413 too long.
 */
import * as z from 'zod/mini';
import { WireError } from './errors.ts';

export const SESSION_HEADER = 'patchbay-session';
export const AFTER_HEADER = 'patchbay-after';

/** Milliseconds of silence after which the host takes the stream for dead, and between two signs of life. */
export const STREAM_SILENCE_MS = 60_000;
export const KEEP_ALIVE_MS = 15_000;

/** What a call is answered with. */
export const HttpAnswer = z.union([z.object({ error: WireError }), z.object({ result: z.unknown() })]);

const Id = z.union([z.string(), z.number()]);
/** What a service says on its stream; a response is none of it. */
export const StreamMessage = z.union([
  z.object({ id: Id, method: z.string(), params: z.optional(z.unknown()) }),
  z.object({ id: z.optional(z.undefined()), method: z.string(), params: z.optional(z.unknown()) }),
]);

/** Names of this very machine, as a URL has them. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(hostname);
}

/** Whether a service may be reached there: https, or http on this very machine; the token is not part of it. */
export function isServiceUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
