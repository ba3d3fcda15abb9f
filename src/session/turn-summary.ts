/** What a turn took, counted from its stored events (AT-80, AT-85). A pure fold. */
import type { AgentShare, SessionEvent, ShareDetails, TurnSummary } from '../protocol/events.ts';
import { addServiceShare, ToolShares } from './tool-shares.ts';

/** @param events those of one turn, `turn.started` among them; others are passed over. */
export function summariseTurn(events: readonly SessionEvent[]): TurnSummary {
  const tally = new TurnTally();
  for (const event of events) tally.take(event);
  return tally.summary(durationOf(events));
}

/** The same as the events come, without keeping them. */
export class TurnTally {
  readonly #shares = new Map<string, AgentShare>();
  readonly #tools = new ToolShares();
  /** Who the turn is of. */
  #own: string | undefined;

  take(event: SessionEvent): void {
    switch (event.type) {
      case 'turn.started':
        this.#own = event.agent;
        break;
      case 'tool.started':
        this.#tools.started(event);
        break;
      case 'tool.finished': {
        const services = [this.#tools.finished(event)];
        this.#add({ ...emptyShare(event.agent), tool_calls: 1, details: { ...NO_DETAILS, services } });
        break;
      }
      case 'delegation.finished':
        for (const share of event.summary.agents) this.#add(share);
        break;
      case 'model.called': {
        const { usage, status, latency_ms } = event;
        this.#add({
          ...emptyShare(event.agent),
          requests: 1,
          input_tokens: usage?.input_tokens ?? 0,
          output_tokens: usage?.output_tokens ?? 0,
          cost_usd: event.cost_usd,
          details: {
            ...NO_DETAILS,
            failed_requests: status === 'ok' ? 0 : 1,
            cached_tokens: usage?.cache_read_tokens ?? 0,
            cache_write_tokens: usage?.cache_write_tokens ?? 0,
            latency_ms,
          },
        });
        break;
      }
      default:
    }
  }

  /** @param durationMs from the turn's start to its end. */
  summary(durationMs: number): TurnSummary {
    const agents = [...this.#shares.values()].map((share) =>
      share.agent === this.#own ? withRun(share) : share,
    );
    const { agent: _, ...total } = agents.reduce(added, emptyShare(''));
    return { duration_ms: durationMs, ...total, agents };
  }

  /** What a child and its children took counts for the agents who took it (AT-80). */
  #add(more: AgentShare): void {
    this.#shares.set(more.agent, added(this.#shares.get(more.agent) ?? emptyShare(more.agent), more));
  }
}

const NO_DETAILS: ShareDetails = {
  runs: 0,
  failed_requests: 0,
  cached_tokens: 0,
  cache_write_tokens: 0,
  latency_ms: 0,
  services: [],
};

function emptyShare(agent: string) {
  return {
    agent,
    requests: 0,
    tool_calls: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0 as number | null,
    details: NO_DETAILS,
  };
}

/** Of a share of an earlier version the details are not known, and missing in the sum. */
function added<S extends AgentShare>(share: S, more: AgentShare): S {
  const { details = NO_DETAILS } = share;
  const { details: others = NO_DETAILS } = more;
  return {
    ...share,
    requests: share.requests + more.requests,
    tool_calls: share.tool_calls + more.tool_calls,
    input_tokens: share.input_tokens + more.input_tokens,
    output_tokens: share.output_tokens + more.output_tokens,
    cost_usd: addCost(share.cost_usd, more.cost_usd),
    details: {
      runs: details.runs + others.runs,
      failed_requests: details.failed_requests + others.failed_requests,
      cached_tokens: details.cached_tokens + others.cached_tokens,
      cache_write_tokens: details.cache_write_tokens + others.cache_write_tokens,
      latency_ms: details.latency_ms + others.latency_ms,
      services: others.services.reduce(addServiceShare, details.services),
    },
  };
}

function withRun(share: AgentShare): AgentShare {
  const { details = NO_DETAILS } = share;
  return { ...share, details: { ...details, runs: details.runs + 1 } };
}

/** Unknown plus anything is unknown. */
export function addCost(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** From the turn's start to its last sign of life. */
function durationOf(events: readonly SessionEvent[]): number {
  const started = events.find((event) => event.type === 'turn.started');
  const last = events.at(-1);
  return started && last ? Math.max(0, last.at - started.at) : 0;
}
