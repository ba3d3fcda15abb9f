/** What a turn took, counted from its stored events. A pure fold. */
import type { SessionEvent, TurnSummary } from '../protocol/events.ts';

type AgentShare = TurnSummary['agents'][number];

/** @param events those of one turn, `turn.started` among them; others are passed over. */
export function summariseTurn(events: readonly SessionEvent[]): TurnSummary {
  const shares = new Map<string, AgentShare>();
  const shareOf = (agent: string): AgentShare => {
    const share = shares.get(agent) ?? emptyShare(agent);
    shares.set(agent, share);
    return share;
  };
  for (const event of events) {
    if (event.type === 'tool.finished') shareOf(event.agent).tool_calls += 1;
    if (event.type === 'delegation.finished') {
      for (const each of event.summary.agents) add(shareOf(each.agent), each);
    }
    if (event.type !== 'model.called') continue;
    const share = shareOf(event.agent);
    share.requests += 1;
    share.input_tokens += event.usage?.input_tokens ?? 0;
    share.output_tokens += event.usage?.output_tokens ?? 0;
    share.cost_usd = addCost(share.cost_usd, event.cost_usd);
  }
  const agents = [...shares.values()];
  const total = (of: (share: AgentShare) => number) => agents.reduce((sum, share) => sum + of(share), 0);
  return {
    duration_ms: durationOf(events),
    requests: total((share) => share.requests),
    tool_calls: total((share) => share.tool_calls),
    input_tokens: total((share) => share.input_tokens),
    output_tokens: total((share) => share.output_tokens),
    cost_usd: agents.reduce<number | null>((sum, share) => addCost(sum, share.cost_usd), 0),
    agents,
  };
}

/** What a child and its children took counts for the agents who took it (AT-80). */
function add(share: AgentShare, more: AgentShare): void {
  share.requests += more.requests;
  share.tool_calls += more.tool_calls;
  share.input_tokens += more.input_tokens;
  share.output_tokens += more.output_tokens;
  share.cost_usd = addCost(share.cost_usd, more.cost_usd);
}

function emptyShare(agent: string): AgentShare {
  return { agent, requests: 0, tool_calls: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 };
}

/** Unknown plus anything is unknown. */
function addCost(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** From the turn's start to its last sign of life. */
function durationOf(events: readonly SessionEvent[]): number {
  const started = events.find((event) => event.type === 'turn.started');
  const last = events.at(-1);
  return started && last ? Math.max(0, last.at - started.at) : 0;
}
