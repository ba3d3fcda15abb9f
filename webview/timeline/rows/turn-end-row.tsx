/** The end of a turn: what went wrong and what can be done, and what the turn took. */
import { Button } from '../../controls.tsx';
import { formatCost, formatDuration } from '../../format.ts';
import { useChat } from '../../session/chat-context.ts';
import { ShowLog } from '../../show-log.tsx';
import { strings } from '../../strings.ts';
import { Disclosure } from '../disclosure.tsx';
import type { TurnEndRow } from '../rows.ts';
import { Fault } from './fault.tsx';
import { TurnFigures } from './turn-figures.tsx';
import './turn-end-row.css';

export function TurnEndContent({ row }: { readonly row: TurnEndRow }) {
  return (
    <>
      <Outcome row={row} />
      <Summary row={row} />
    </>
  );
}

function Outcome({ row }: { readonly row: TurnEndRow }) {
  const said = row.error ? ` ${row.error.message} ${row.error.remedy ?? ''}` : '';
  switch (row.status) {
    case 'completed':
      return null;
    case 'cancelled':
      return <Fault level="info">{strings.turn.stopped}</Fault>;
    case 'interrupted':
      return (
        <Fault level="warning">
          <b>{strings.turn.interrupted}</b>
          {said}
          <Actions row={row} />
        </Fault>
      );
    case 'failed':
    case 'limit':
    case 'denied':
      return (
        <Fault level={row.status === 'limit' ? 'warning' : 'error'}>
          <b>{strings.turn[row.status]}</b>
          {said}
          <Actions row={row} />
        </Fault>
      );
    default:
      row.status satisfies never;
      return null;
  }
}

/** What can be done about it; of the last turn only, and while none runs. */
function Actions({ row }: { readonly row: TurnEndRow }) {
  const { post, timeline, isRunning, followed } = useChat();
  const isLast = timeline.value?.turn.number === row.turn && !isRunning.value;
  const needsKey = row.error?.kind === 'auth' || row.error?.kind === 'config';
  const service = row.error?.service;
  // Where it works, they are offered.
  if (followed.value) return null;
  return (
    <div class="fault-actions">
      {isLast && row.status === 'interrupted' && (
        <Button appearance="primary" onClick={() => post({ type: 'resume' })}>
          {strings.notice.resume}
        </Button>
      )}
      {isLast && row.status === 'failed' && (
        <Button onClick={() => post({ type: 'retry' })}>{strings.notice.retryNow}</Button>
      )}
      {isLast && needsKey && (
        <Button onClick={() => post({ type: 'command', command: 'addProviderKey' })}>
          {strings.notice.addKey}
        </Button>
      )}
      {isLast && row.error?.kind === 'model' && (
        <Button onClick={() => post({ type: 'command', command: 'selectModel' })}>
          {strings.notice.selectModel}
        </Button>
      )}
      {service !== undefined && <ShowLog service={service} />}
    </div>
  );
}

function Summary({ row }: { readonly row: TurnEndRow }) {
  const { summary } = row;
  const tokens = summary.input_tokens + summary.output_tokens;
  const facts = [
    formatDuration(summary.duration_ms),
    strings.turn.requests(summary.requests),
    ...(summary.tool_calls > 0 ? [strings.turn.toolCalls(summary.tool_calls)] : []),
    strings.turn.tokens(tokens),
    summary.cost_usd === null ? strings.header.costUnknown : formatCost(summary.cost_usd),
  ];
  if (summary.agents.length === 0) return <div class="summary dim numbers">{facts.join(' · ')}</div>;
  return (
    <Disclosure
      id={`${row.key}:summary`}
      class="summary"
      line={
        <span class="summary-facts numbers">
          {facts.join(' · ')} · {strings.turn.details}
        </span>
      }
    >
      {() => <Details row={row} />}
    </Disclosure>
  );
}

function Details({ row }: { readonly row: TurnEndRow }) {
  return (
    <>
      <TurnFigures summary={row.summary} />
      {row.choice && <div class="turn-choice dim">{strings.turn.choice(row.choice)}</div>}
    </>
  );
}
