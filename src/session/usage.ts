/** What a session took, by agent, model and service, counted from its events (AT-81, AT-85). A pure fold. */
import type { ServiceShare, SessionEvent } from '../protocol/events.ts';
import { addedShare, ToolShares } from './tool-shares.ts';
import { addCost } from './turn-summary.ts';

export interface ModelUsage {
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  /** Every attempt, failed ones too. */
  readonly requests: number;
  readonly failed: number;
  /** Input counts what came from the cache and went into it. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  /** US dollars; null when a part of it is unknown. */
  readonly cost_usd: number | null;
  readonly latency_ms: number;
}

export interface AgentTools {
  readonly agent: string;
  readonly tool_calls: number;
  readonly failed: number;
}

/** What the tools of one service took that an agent called. */
export interface ServiceUsage extends ServiceShare {
  readonly agent: string;
}

export interface SessionUsage {
  readonly models: readonly ModelUsage[];
  readonly tools: readonly AgentTools[];
  readonly services: readonly ServiceUsage[];
  /** Turns that ended, those of delegated sessions included. */
  readonly runs: number;
  /** Milliseconds of the turns of the session itself, waiting for the person included. */
  readonly duration_ms: number;
}

const NOTHING = {
  requests: 0,
  failed: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cost_usd: 0 as number | null,
  latency_ms: 0,
};

/** In the order in which agents and models were first seen. */
export function usageOf(events: Iterable<SessionEvent>): SessionUsage {
  const models = new Map<string, ModelUsage>();
  const tools = new Map<string, AgentTools>();
  const services = new Map<string, ServiceUsage>();
  const shares = new ToolShares();
  let root: string | undefined;
  let [runs, duration] = [0, 0];
  for (const event of events) {
    root ??= event.session_id;
    if (event.type === 'turn.finished') {
      runs += 1;
      if (event.session_id === root) duration += event.summary.duration_ms;
    }
    if (event.type === 'tool.started') shares.started(event);
    if (event.type === 'tool.finished') {
      const share = shares.finished(event);
      const place = JSON.stringify([event.agent, share.service]);
      const known = services.get(place);
      services.set(place, known ? addedShare(known, share) : { agent: event.agent, ...share });
      const { agent, tool_calls, failed } = tools.get(event.agent) ?? {
        agent: event.agent,
        tool_calls: 0,
        failed: 0,
      };
      const fails = event.success ? 0 : 1;
      tools.set(agent, { agent, tool_calls: tool_calls + 1, failed: failed + fails });
    }
    if (event.type !== 'model.called') continue;
    const { agent, provider, model } = event;
    const key = JSON.stringify([agent, provider, model]);
    models.set(key, added(models.get(key) ?? { agent, provider, model, ...NOTHING }, event));
  }
  return {
    models: [...models.values()],
    tools: [...tools.values()],
    services: [...services.values()],
    runs,
    duration_ms: duration,
  };
}

/** All of it; unknown plus anything is unknown. */
export function totalUsage({ models }: Pick<SessionUsage, 'models'>): typeof NOTHING {
  const keys = Object.keys(NOTHING) as (keyof typeof NOTHING)[];
  const sums = keys.map((key) => [
    key,
    models.reduce<number | null>((sum, each) => addCost(sum, each[key]), 0),
  ]);
  return Object.fromEntries(sums) as typeof NOTHING;
}

function added(sum: ModelUsage, event: Extract<SessionEvent, { type: 'model.called' }>): ModelUsage {
  const { usage } = event;
  return {
    ...sum,
    requests: sum.requests + 1,
    failed: sum.failed + (event.status === 'ok' ? 0 : 1),
    input_tokens: sum.input_tokens + (usage?.input_tokens ?? 0),
    output_tokens: sum.output_tokens + (usage?.output_tokens ?? 0),
    cache_read_tokens: sum.cache_read_tokens + (usage?.cache_read_tokens ?? 0),
    cache_write_tokens: sum.cache_write_tokens + (usage?.cache_write_tokens ?? 0),
    cost_usd: addCost(sum.cost_usd, event.cost_usd),
    latency_ms: sum.latency_ms + event.latency_ms,
  };
}
