/**
 * What is known of a session without reading its events: the line in a list, the header of a panel.
 * A pure fold; the same function serves the host, lists and tests.
 */
import * as z from 'zod/mini';
import type { SessionEvent } from './events.ts';

/** What a session is doing, said explicitly and never guessed from the last row. */
export const Phase = z.enum([
  'idle',
  'starting',
  'model',
  'tools',
  'approval',
  'stopping',
  'interrupted',
  'failed',
]);
export type Phase = z.infer<typeof Phase>;

export const SessionHead = z.object({
  session_id: z.string(),
  parent_id: z.optional(z.string()),
  /** The session this one is a copy of, and the turn at whose end it was made. */
  forked_from: z.optional(z.object({ session_id: z.string(), turn: z.int() })),
  title: z.string(),
  agent: z.string(),
  cwd: z.string(),
  /** Milliseconds since the epoch. */
  created_at: z.number(),
  updated_at: z.number(),
  phase: Phase,
  turn_count: z.number(),
  last_seq: z.number(),
  provider: z.optional(z.string()),
  model: z.optional(z.string()),
  scripted: z.optional(z.boolean()),
  turn_started_at: z.optional(z.number()),
  input_tokens: z.number(),
  output_tokens: z.number(),
  /** Tokens the last model call sent: how full the context is. */
  context_tokens: z.number(),
  /** US dollars; null once any part of it is unknown. */
  cost_usd: z.nullable(z.number()),
  /** Ids of unanswered approvals, oldest first. */
  pending_approvals: z.array(z.string()),
  /** Running tool calls. */
  running_tools: z.number(),
});
export type SessionHead = z.infer<typeof SessionHead>;

export function emptyHead(sessionId: string, cwd: string, agent: string, at: number): SessionHead {
  return {
    session_id: sessionId,
    title: 'New session',
    agent,
    cwd,
    created_at: at,
    updated_at: at,
    phase: 'idle',
    turn_count: 0,
    last_seq: 0,
    input_tokens: 0,
    output_tokens: 0,
    context_tokens: 0,
    cost_usd: 0,
    pending_approvals: [],
    running_tools: 0,
  };
}

/** The head after one more stored event. Live events change nothing. Events already counted are ignored. */
export function reduceHead(head: SessionHead, event: SessionEvent): SessionHead {
  if (event.seq <= head.last_seq) return head;
  const next: SessionHead = { ...head, last_seq: event.seq, updated_at: event.at };
  switch (event.type) {
    case 'session.started':
      return {
        ...next,
        cwd: event.cwd,
        agent: event.agent,
        created_at: event.at,
        parent_id: event.parent_id,
      };
    case 'session.forked':
      return { ...next, forked_from: { session_id: event.from_session_id, turn: event.from_turn } };
    case 'session.titled':
      return { ...next, title: event.title };
    case 'prompt':
      return next.title === 'New session' ? { ...next, title: titleOf(event.text) } : next;
    case 'turn.started':
      return {
        ...next,
        // A resumed turn waits for the same question as before.
        phase: next.pending_approvals.length > 0 ? 'approval' : 'starting',
        turn_count: event.turn,
        turn_started_at: event.at,
        agent: event.agent,
        provider: event.provider,
        model: event.model,
        scripted: event.scripted,
        running_tools: 0,
      };
    case 'turn.stopping':
      return { ...next, phase: 'stopping' };
    case 'turn.finished':
      return {
        ...next,
        phase: event.status === 'interrupted' ? 'interrupted' : event.status === 'failed' ? 'failed' : 'idle',
        turn_started_at: undefined,
        running_tools: 0,
        pending_approvals: event.status === 'interrupted' ? next.pending_approvals : [],
      };
    case 'model.called':
      return settlePhase({
        ...next,
        model: event.model,
        input_tokens: next.input_tokens + (event.usage?.input_tokens ?? 0),
        output_tokens: next.output_tokens + (event.usage?.output_tokens ?? 0),
        context_tokens: event.usage
          ? event.usage.input_tokens + event.usage.output_tokens
          : next.context_tokens,
        cost_usd: sum(next.cost_usd, event.cost_usd),
      });
    case 'delegation.finished':
      return {
        ...next,
        input_tokens: next.input_tokens + event.summary.input_tokens,
        output_tokens: next.output_tokens + event.summary.output_tokens,
        cost_usd: sum(next.cost_usd, event.summary.cost_usd),
      };
    case 'tool.started':
      return settlePhase({ ...next, running_tools: next.running_tools + 1 });
    case 'tool.finished':
      return settlePhase({ ...next, running_tools: Math.max(0, next.running_tools - 1) });
    case 'approval.requested':
      return settlePhase({ ...next, pending_approvals: [...next.pending_approvals, event.approval_id] });
    case 'approval.answered':
      return settlePhase({
        ...next,
        pending_approvals: next.pending_approvals.filter((id) => id !== event.approval_id),
      });
    default:
      return next;
  }
}

/** Unknown plus anything is unknown. */
function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function settlePhase(head: SessionHead): SessionHead {
  if (head.turn_started_at === undefined || head.phase === 'stopping') return head;
  if (head.pending_approvals.length > 0) return { ...head, phase: 'approval' };
  return { ...head, phase: head.running_tools > 0 ? 'tools' : 'model' };
}

/** A title until a better one is known: the prompt's first line, at most 60 characters. */
export function titleOf(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || 'New session';
}
