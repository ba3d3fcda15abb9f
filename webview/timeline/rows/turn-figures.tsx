/** What a turn took, in figures: a row for each agent, and one for each service whose tools they called (AT-80, AT-85). */
import type { AgentShare, TurnSummary } from '../../../src/protocol/events.ts';
import { formatCost, formatDuration, formatTokens } from '../../format.ts';
import { Scrollable } from '../../scrollable.tsx';
import { strings } from '../../strings.ts';

export function TurnFigures({ summary }: { readonly summary: TurnSummary }) {
  return (
    <Scrollable label={strings.turn.figures} class="turn-figures numbers">
      <AgentTable agents={summary.agents} />
      <ServiceTable agents={summary.agents} />
    </Scrollable>
  );
}

type Column = readonly [title: string, cell: (share: AgentShare) => string];

/** What earlier versions did not count is a dash. */
const orUnknown = (count: number | undefined, text: (count: number) => string) =>
  count === undefined ? '–' : text(count);

function AgentTable({ agents }: { readonly agents: readonly AgentShare[] }) {
  const { columns, costUnknown } = strings.turn;
  // The first ones are seen in a narrow side bar too.
  const cells: readonly Column[] = [
    [columns.cost, ({ cost_usd }) => (cost_usd === null ? costUnknown : formatCost(cost_usd))],
    [columns.requests, ({ requests, details }) => withFailed(requests, details?.failed_requests ?? 0)],
    [columns.tools, ({ tool_calls }) => String(tool_calls)],
    [columns.tokensIn, ({ input_tokens }) => formatTokens(input_tokens)],
    [columns.tokensOut, ({ output_tokens }) => formatTokens(output_tokens)],
    [columns.cached, ({ details }) => orUnknown(details?.cached_tokens, formatTokens)],
    [columns.time, ({ details }) => orUnknown(details?.latency_ms, formatDuration)],
  ];
  return (
    <table class="figures">
      <Heads titles={[columns.agent, ...cells.map(([title]) => title)]} />
      <tbody>
        {agents.map((share) => (
          <tr key={share.agent}>
            <th scope="row">
              {share.agent}
              {share.details !== undefined && share.details.runs > 1 && ` × ${share.details.runs}`}
            </th>
            {cells.map(([title, cell]) => (
              <td key={title}>{cell(share)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ServiceTable({ agents }: { readonly agents: readonly AgentShare[] }) {
  const rows = agents.flatMap(({ agent, details }) =>
    (details?.services ?? []).map((share) => ({ agent, share })),
  );
  if (rows.length === 0) return null;
  const { serviceColumns } = strings.turn;
  return (
    <table class="figures">
      <Heads titles={Object.values(serviceColumns)} />
      <tbody>
        {rows.map(({ agent, share }) => (
          <tr key={`${agent} ${share.service}`}>
            <th scope="row">
              {agents.length > 1 && <span class="dim">{agent} · </span>}
              {share.service}
            </th>
            <td>{withFailed(share.calls, share.failed)}</td>
            <td>{formatTokens(share.chars_in)}</td>
            <td>{formatTokens(share.chars_out)}</td>
            <td>{formatDuration(share.latency_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heads({ titles }: { readonly titles: readonly string[] }) {
  return (
    <thead>
      <tr>
        {titles.map((title) => (
          <th key={title} scope="col">
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function withFailed(count: number, failed: number): string {
  return failed > 0 ? strings.turn.withFailed(count, failed) : String(count);
}
