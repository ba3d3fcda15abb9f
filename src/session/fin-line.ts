/** What a turn took as one line of text (AT-85): of the whole, of each service's tools, of each agent. Pure. */
import type { AgentShare, ServiceShare, TurnSummary } from '../protocol/events.ts';
import type { TurnStatus } from '../protocol/outcome.ts';

export function finLine(status: TurnStatus, summary: TurnSummary): string {
  const { duration_ms, tool_calls, details, agents } = summary;
  const runs = details?.runs ?? agents.length;
  const parts = [
    `FIN ${status} in ${seconds(duration_ms)}: ${plural(runs, 'agent run')}, ${plural(tool_calls, 'tool call')}`,
    modelText(summary),
    ...(details?.services ?? []).map(serviceText),
    ...(agents.length > 1 ? agents.map(agentText) : []),
  ];
  return parts.join(' | ');
}

type Counts = Omit<AgentShare, 'agent'>;

function modelText({ requests, input_tokens, output_tokens, cost_usd, details }: Counts): string {
  const failed = failedText(details?.failed_requests ?? 0);
  const cached = details ? `, ${details.cached_tokens} cached` : '';
  const latency = details ? `, ${seconds(details.latency_ms)}` : '';
  return `llm ${plural(requests, 'request')}${failed}, tokens ${input_tokens} in, ${output_tokens} out${cached}, ${costText(cost_usd)}${latency}`;
}

function serviceText({ service, calls, failed, chars_in, chars_out, latency_ms }: ServiceShare): string {
  return `${service} ${plural(calls, 'call')}${failedText(failed)}, chars ${chars_in} in, ${chars_out} out, ${seconds(latency_ms)}`;
}

function agentText(share: AgentShare): string {
  const services = (share.details?.services ?? []).map(serviceText);
  return [`agent ${share.agent}: ${modelText(share)}`, ...services].join('; ');
}

function failedText(failed: number): string {
  return failed > 0 ? ` (${failed} failed)` : '';
}

function costText(usd: number | null): string {
  return usd === null ? 'cost unknown' : `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
