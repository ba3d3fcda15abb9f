/** What tool calls took, by service: a fold over the events of their beginning and end (AT-85). */
import type { EventOf, ServiceShare } from '../protocol/events.ts';
import { charactersOf } from './character-count.ts';

export class ToolShares {
  /** Characters of the input of calls that run, by call. */
  readonly #inputs = new Map<string, number>();

  started({ session_id, call_id, input }: EventOf<'tool.started'>): void {
    this.#inputs.set(`${session_id} ${call_id}`, charactersOf(input));
  }

  /** The call as a share of its service. */
  finished(event: EventOf<'tool.finished'>): ServiceShare {
    const { session_id, call_id, service, success, output, duration_ms } = event;
    const key = `${session_id} ${call_id}`;
    const chars_in = this.#inputs.get(key) ?? 0;
    this.#inputs.delete(key);
    return {
      service,
      calls: 1,
      failed: success ? 0 : 1,
      chars_in,
      chars_out: charactersOf(output),
      latency_ms: duration_ms,
    };
  }
}

/** Adds to the entry of the same service, or as a new one at the end. */
export function addServiceShare(shares: readonly ServiceShare[], more: ServiceShare): ServiceShare[] {
  const known = shares.find(({ service }) => service === more.service);
  if (!known) return [...shares, more];
  return shares.map((share) => (share === known ? addedShare(share, more) : share));
}

export function addedShare<S extends ServiceShare>(share: S, more: ServiceShare): S {
  return {
    ...share,
    calls: share.calls + more.calls,
    failed: share.failed + more.failed,
    chars_in: share.chars_in + more.chars_in,
    chars_out: share.chars_out + more.chars_out,
    latency_ms: share.latency_ms + more.latency_ms,
  };
}
