/** An event as entries of a log (AT-87). Pure: the same event at the same place gives the same entries. */
import type { EventOf, SessionEvent } from '../protocol/events.ts';
import type { LogEntry } from '../protocol/log-entry.ts';
import type { EventError } from '../protocol/outcome.ts';
import { charactersOf } from './character-count.ts';
import { finLine } from './fin-line.ts';
import type { LogPlace } from './log-place.ts';

/** What differs from entry to entry of one event. */
type Part = Pick<LogEntry, 'severity' | 'message'> & Partial<LogEntry>;

/** @param place where the event stands, `placeAt` applied. Empty for what was only shown while it came. */
export function logEntriesOf(event: SessionEvent, place: LogPlace): LogEntry[] {
  const { parentId, originId, parentPath, tool } = place;
  const prefix = tool === undefined ? '' : `child:${tool} ${event.session_id}: `;
  return partsOf(event).map(({ message, ...part }) => ({
    timestamp: event.at,
    turn: event.turn,
    subturn: place.modelCalls,
    direction: 'response',
    type: 'llm',
    remoteIdentifier: `agent:${event.agent}`,
    fatal: false,
    message: `${prefix}${message}`,
    agentId: event.agent,
    callPath: `${parentPath}${event.agent}`,
    txnId: event.session_id,
    parentTxnId: parentId,
    originTxnId: originId,
    ...part,
  }));
}

function partsOf(event: SessionEvent): Part[] {
  switch (event.type) {
    case 'model.called':
      return modelParts(event);
    case 'tool.started':
    case 'tool.finished':
      return [toolPart(event)];
    case 'turn.finished':
      return endParts(event);
    case 'thinking.message':
      return [{ severity: 'THK', message: event.text }];
    case 'hook.decided':
    case 'hook.failed':
    case 'hook.waiting':
    case 'hook.answered':
      return [hookPart(event)];
    case 'service.started':
    case 'service.stopped':
    case 'service.crashed':
    case 'service.log':
      return [servicePart(event)];
    case 'assistant.delta':
    case 'thinking.delta':
    case 'tool.progress':
      return [];
    default:
      return [agentPart(event)];
  }
}

/** A call is written down when it is over: its request has the time at which it was sent. */
function modelParts(event: EventOf<'model.called'>): Part[] {
  const { provider, model, status, usage, attempt, latency_ms, cost_usd, error } = event;
  const remote = { type: 'llm', remoteIdentifier: `${provider}:${model}` } as const;
  const request: Part = {
    ...remote,
    severity: 'VRB',
    direction: 'request',
    timestamp: event.at - latency_ms,
    message: attempt > 1 ? `request, attempt ${attempt}` : 'request',
  };
  if (status !== 'ok') {
    const severity = status === 'cancelled' ? 'WRN' : 'ERR';
    return [request, { ...remote, severity, message: `${status} after ${latency_ms} ms${because(error)}` }];
  }
  const { input_tokens: input = 0, output_tokens: output = 0, cache_read_tokens: cached } = usage ?? {};
  const cost = cost_usd === null ? 'cost unknown' : `$${cost_usd}`;
  const message = `${input} tokens in, ${output} out, ${cached ?? 0} cached, ${cost}, ${latency_ms} ms`;
  return [request, { ...remote, severity: 'VRB', message }];
}

function toolPart(event: EventOf<'tool.started' | 'tool.finished'>): Part {
  const remote = { type: 'tool', remoteIdentifier: `${event.service}:${event.name}` } as const;
  if (event.type === 'tool.started') {
    const message = `call ${event.call_id}, ${charactersOf(event.input)} characters`;
    return { ...remote, severity: 'VRB', direction: 'request', message };
  }
  const { call_id, success, duration_ms, output, error } = event;
  const took = `call ${call_id} ${success ? 'done' : 'failed'} in ${duration_ms} ms`;
  return success
    ? { ...remote, severity: 'VRB', message: `${took}, ${charactersOf(output)} characters` }
    : { ...remote, severity: 'WRN', message: `${took}${because(error)}` };
}

/** Why it ended, where it did not end well, and always what it took. */
function endParts({ status, exit, error, summary }: EventOf<'turn.finished'>): Part[] {
  const remoteIdentifier = `agent:${exit ?? 'EXIT'}`;
  const fin: Part = {
    severity: 'FIN',
    remoteIdentifier,
    message: finLine(status, summary),
    details: summary,
  };
  if (status === 'completed') return [fin];
  const isFailure = status === 'failed' || status === 'denied';
  const message = `${status}${because(error)}`;
  return [{ severity: isFailure ? 'ERR' : 'WRN', remoteIdentifier, fatal: isFailure, message }, fin];
}

function hookPart(event: EventOf<'hook.decided' | 'hook.failed' | 'hook.waiting' | 'hook.answered'>): Part {
  const remote = { type: 'tool', remoteIdentifier: `${event.service}:${event.hook}` } as const;
  const at = `at ${event.hook_event}`;
  switch (event.type) {
    case 'hook.decided': {
      const severity = event.action === 'DENY' ? 'WRN' : 'VRB';
      const reason = event.reason === undefined ? '' : `: ${event.reason}`;
      return { ...remote, severity, message: `${event.action} ${at}${reason}` };
    }
    case 'hook.failed':
      return {
        ...remote,
        severity: 'ERR',
        message: `failed ${at}, so ${event.outcome}${because(event.error)}`,
      };
    case 'hook.waiting':
      return { ...remote, severity: 'TRC', direction: 'request', message: `not answered yet ${at}` };
    case 'hook.answered':
      return { ...remote, severity: 'TRC', message: `answered ${at} after ${event.waited_ms} ms` };
    default:
      return event satisfies never;
  }
}

function servicePart(
  event: EventOf<'service.started' | 'service.stopped' | 'service.crashed' | 'service.log'>,
): Part {
  const remote = { type: 'tool', remoteIdentifier: `service:${event.service}` } as const;
  switch (event.type) {
    case 'service.started':
      return {
        ...remote,
        severity: 'TRC',
        message: `started as a ${event.isolation} in ${event.start_ms} ms`,
      };
    case 'service.stopped':
      return { ...remote, severity: 'TRC', message: 'stopped' };
    case 'service.crashed':
      return { ...remote, severity: 'ERR', message: event.error.message };
    case 'service.log':
      return { ...remote, severity: LEVELS[event.level], message: event.message };
    default:
      return event satisfies never;
  }
}

const LEVELS = { debug: 'TRC', info: 'VRB', warning: 'WRN', error: 'ERR' } as const;

type AgentEvent = Exclude<
  SessionEvent,
  EventOf<
    | 'model.called'
    | 'tool.started'
    | 'tool.finished'
    | 'tool.progress'
    | 'turn.finished'
    | 'thinking.message'
    | 'thinking.delta'
    | 'assistant.delta'
    | 'hook.decided'
    | 'hook.failed'
    | 'hook.waiting'
    | 'hook.answered'
    | 'service.started'
    | 'service.stopped'
    | 'service.crashed'
    | 'service.log'
  >
>;

/** What the agent, the person or the host did. Texts of the conversation are told by their length. */
function agentPart(event: AgentEvent): Part {
  const verbose = (message: string, more: Partial<LogEntry> = {}): Part => ({
    severity: 'VRB',
    message,
    ...more,
  });
  switch (event.type) {
    case 'turn.started':
      return verbose(`turn ${event.turn} with ${event.provider}:${event.model ?? 'default'}`);
    case 'turn.stopping':
      return { severity: 'WRN', message: 'asked to stop' };
    case 'prompt':
      return verbose(`prompt, ${event.text.length} characters`, { direction: 'request' });
    case 'assistant.message':
      return verbose(`answer, ${event.text.length} characters`);
    case 'tool.requested':
      return { severity: 'TRC', message: `asks for ${event.name}, call ${event.call_id}` };
    case 'approval.requested':
      return verbose(`asks: ${event.prompt}`, { direction: 'request' });
    case 'approval.answered':
      return verbose(`${event.choice} (by ${event.by}) after ${event.waited_ms} ms`);
    case 'model.retrying':
      return { severity: 'WRN', message: `tries again in ${event.delay_ms} ms${because(event.error)}` };
    case 'delegation.queued':
      return { severity: 'TRC', message: `${event.child_agent} waits: ${event.waiting} before it` };
    case 'delegation.started':
      return verbose(`${event.child_agent} begins, session ${event.child_session_id}`, {
        direction: 'request',
      });
    case 'delegation.finished':
      return verbose(`${event.child_agent} ended: ${event.status}${because(event.error)}`);
    case 'context.compacted':
      return verbose(`conversation compacted from ${event.before_tokens} to ${event.after_tokens} tokens`);
    case 'notice':
      return {
        severity: NOTICES[event.level],
        message: [event.text, event.remedy].filter(Boolean).join(' '),
      };
    case 'session.started':
    case 'session.resumed':
    case 'session.forked':
    case 'session.titled':
    case 'todo.updated':
      return { severity: 'TRC', message: event.type };
    default:
      return event satisfies never;
  }
}

const NOTICES = { info: 'VRB', warning: 'WRN', error: 'ERR' } as const;

function because(error: EventError | undefined): string {
  return error === undefined ? '' : `: ${error.message}${error.remedy ? ` ${error.remedy}` : ''}`;
}
