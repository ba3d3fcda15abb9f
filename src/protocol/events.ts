/**
 * What a session tells the outside (protocol.md §9): one append-only union. Everything shown, counted or
 * audited is a fold over it.
 */
import * as z from 'zod/mini';
import { ApprovalSubject } from './approvals.ts';
import { Todo, Usage } from './data.ts';
import { ExitTag } from './exit-tags.ts';
import { HookAction } from './hooks.ts';
import { EventError, TurnStatus } from './outcome.ts';
import { ChoiceReason } from './routing.ts';

/**
 * A value too large for the log: kept beside it under `ref`, fetched when someone opens it.
 * `bytes` is its size as UTF-8 JSON or text, `preview` its first part.
 */
export const Referenced = z.object({ $ref: z.string(), bytes: z.number(), preview: z.string() });
export type Referenced = z.infer<typeof Referenced>;

export function isReferenced(value: unknown): value is Referenced {
  return Referenced.safeParse(value).success;
}

const head = {
  /**
   * Grows by one with every stored event of the session, from 1. Live events (`*.delta`, `tool.progress`)
   * are not stored: they carry the `seq` of the last stored event and an `offset` of their own.
   */
  seq: z.int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  session_id: z.string(),
  /** Counts from 1; 0 before the first turn. */
  turn: z.int(),
  agent: z.string(),
};

/** Input of a tool as the log holds it: whole strings, or references where they are large. */
const ToolInput = z.record(z.string(), z.unknown());

/** What the tool calls that one service answered took. */
export const ServiceShare = z.object({
  service: z.string(),
  calls: z.int(),
  failed: z.int(),
  /** Characters of inputs and outputs, as JSON. */
  chars_in: z.number(),
  chars_out: z.number(),
  /** Added up, also of calls at the same time. */
  latency_ms: z.number(),
});
export type ServiceShare = z.infer<typeof ServiceShare>;

/** The rest of what there is to know of a share (AT-85). */
export const ShareDetails = z.object({
  /** Turns in which an agent worked: one of its own, and one for each time it was given work. */
  runs: z.int(),
  /** Of `requests`. */
  failed_requests: z.int(),
  /** Of `input_tokens`: read from the provider's cache, and written to it. */
  cached_tokens: z.number(),
  cache_write_tokens: z.number(),
  /** Of all requests, added up. */
  latency_ms: z.number(),
  services: z.array(ServiceShare),
});
export type ShareDetails = z.infer<typeof ShareDetails>;

export const AgentShare = z.object({
  agent: z.string(),
  requests: z.number(),
  tool_calls: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  /** US dollars; null when a price is unknown. */
  cost_usd: z.nullable(z.number()),
  /** Absent in logs of earlier versions. */
  details: z.optional(ShareDetails),
});
export type AgentShare = z.infer<typeof AgentShare>;
export const TurnSummary = z.object({
  duration_ms: z.number(),
  requests: z.number(),
  tool_calls: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: z.nullable(z.number()),
  details: z.optional(ShareDetails),
  agents: z.array(AgentShare),
});
export type TurnSummary = z.infer<typeof TurnSummary>;

const event = <T extends string, S extends z.core.$ZodShape>(type: T, shape: S) =>
  z.object({ ...head, type: z.literal(type), ...shape });

export const SessionEvent = z.discriminatedUnion('type', [
  event('session.started', { cwd: z.string(), parent_id: z.optional(z.string()) }),
  event('session.resumed', { reason: z.string() }),
  /** The events before it are copies of another session's, up to the end of a turn. */
  event('session.forked', { from_session_id: z.string(), from_turn: z.int() }),
  event('session.titled', { title: z.string(), by: z.enum(['auto', 'person']) }),

  event('turn.started', {
    provider: z.string(),
    model: z.optional(z.string()),
    scripted: z.optional(z.boolean()),
    /** Why this provider and model (DL-42). */
    choice: z.optional(ChoiceReason),
    /** Messages in the transcript before the turn: tells a resume whether the prompt got that far. */
    messages: z.optional(z.int()),
  }),
  /** Stop was pressed; the turn is winding down. */
  event('turn.stopping', {}),
  event('turn.finished', {
    status: TurnStatus,
    /** Absent in logs of earlier versions. */
    exit: z.optional(ExitTag),
    summary: TurnSummary,
    error: z.optional(EventError),
    /** The prompt given back after a failure, so that it is never lost. */
    prompt: z.optional(z.string()),
  }),
  event('prompt', {
    text: z.string(),
    steering: z.optional(z.boolean()),
    /** The agent the person gave the work to: the session's own is not asked. */
    delegate_to: z.optional(z.string()),
  }),

  /** Live. `offset` counts UTF-16 units already sent of this message. */
  event('assistant.delta', { message_id: z.string(), offset: z.int(), text: z.string() }),
  event('assistant.message', {
    message_id: z.string(),
    text: z.string(),
    interrupted: z.optional(z.boolean()),
  }),
  event('thinking.delta', { message_id: z.string(), offset: z.int(), text: z.string() }),
  event('thinking.message', {
    message_id: z.string(),
    text: z.string(),
    duration_ms: z.number(),
    interrupted: z.optional(z.boolean()),
  }),

  /** The model asks for a call; nothing has run yet. */
  event('tool.requested', { call_id: z.string(), name: z.string(), input: ToolInput }),
  event('tool.started', { call_id: z.string(), name: z.string(), input: ToolInput, service: z.string() }),
  /** Live. */
  event('tool.progress', {
    call_id: z.string(),
    offset: z.int(),
    text: z.string(),
    percent: z.optional(z.number()),
  }),
  event('tool.finished', {
    call_id: z.string(),
    name: z.string(),
    service: z.string(),
    success: z.boolean(),
    output: z.optional(z.unknown()),
    error: z.optional(EventError),
    duration_ms: z.number(),
  }),

  /** A hook chain ended in something else than CONTINUE. */
  event('hook.decided', {
    hook_event: z.string(),
    action: HookAction,
    hook: z.string(),
    service: z.string(),
    reason: z.optional(z.string()),
    call_id: z.optional(z.string()),
    tool_name: z.optional(z.string()),
    /** MODIFY: the event's data as it was and as it became. */
    before: z.optional(z.unknown()),
    after: z.optional(z.unknown()),
    /** INJECT_CONTEXT: what was added. */
    text: z.optional(z.string()),
    overridable: z.optional(z.boolean()),
    /** The hook wants what it adds not to be shown. */
    suppressed: z.optional(z.boolean()),
  }),
  /** A hook crashed, hung or answered garbage, and what followed from it. */
  event('hook.failed', {
    hook_event: z.string(),
    hook: z.string(),
    service: z.string(),
    call_id: z.optional(z.string()),
    error: EventError,
    outcome: z.enum(['ask', 'deny', 'allow']),
    /** Milliseconds from asking the hook to its failure, its start included. */
    waited_ms: z.optional(z.number()),
  }),
  /** A hook has not answered for a while and everything waits for it; `hook.answered` or `hook.failed` follows. */
  event('hook.waiting', {
    hook_event: z.string(),
    hook: z.string(),
    service: z.string(),
    call_id: z.optional(z.string()),
    /** Milliseconds since the epoch at which it was asked. */
    since: z.number(),
    /** Milliseconds it has in all. */
    limit_ms: z.number(),
  }),
  event('hook.answered', {
    hook_event: z.string(),
    hook: z.string(),
    service: z.string(),
    call_id: z.optional(z.string()),
    waited_ms: z.number(),
  }),

  event('approval.requested', {
    approval_id: z.string(),
    prompt: z.string(),
    options: z.array(z.string()),
    /** Milliseconds since the epoch at which the default is applied. */
    deadline_at: z.number(),
    default: z.enum(['allow', 'deny']),
    subject: ApprovalSubject,
    /** Who asks: the agents from the root down. */
    path: z.array(z.string()),
  }),
  event('approval.answered', {
    approval_id: z.string(),
    choice: z.string(),
    granted: z.boolean(),
    by: z.enum(['person', 'timeout', 'policy', 'cancel']),
    waited_ms: z.number(),
    reason: z.optional(z.string()),
    edited: z.optional(ToolInput),
  }),

  event('model.called', {
    provider: z.string(),
    model: z.string(),
    status: z.enum(['ok', 'error', 'cancelled']),
    usage: z.optional(Usage),
    cost_usd: z.nullable(z.number()),
    /** Whose price it was (AT-84); absent for a script. */
    cost_source: z.optional(z.enum(['reported', 'override', 'listed', 'table', 'unknown'])),
    latency_ms: z.number(),
    /** Milliseconds to the first streamed token; absent when nothing was streamed. */
    first_token_ms: z.optional(z.number()),
    attempt: z.int(),
    service: z.string(),
    error: z.optional(EventError),
  }),
  event('model.retrying', { attempt: z.int(), delay_ms: z.number(), error: EventError }),

  event('service.started', {
    service: z.string(),
    isolation: z.string(),
    pid: z.optional(z.number()),
    start_ms: z.number(),
  }),
  event('service.stopped', { service: z.string() }),
  event('service.crashed', { service: z.string(), error: EventError, exit: z.string() }),
  event('service.log', {
    service: z.string(),
    level: z.enum(['debug', 'info', 'warning', 'error']),
    message: z.string(),
  }),

  /** The work waits: as many agents as are allowed at once are working. */
  event('delegation.queued', { call_id: z.string(), child_agent: z.string(), waiting: z.int() }),
  /** A child session begins to work on behalf of a call, or goes on with its work. */
  event('delegation.started', {
    call_id: z.string(),
    child_agent: z.string(),
    child_session_id: z.string(),
    instruction: z.string(),
    /** 1 for a child of the root. */
    depth: z.int(),
    resumed: z._default(z.boolean(), false),
  }),
  event('delegation.finished', {
    call_id: z.string(),
    child_agent: z.string(),
    child_session_id: z.string(),
    status: TurnStatus,
    /** Of the child's turn, with all it delegated in turn. */
    summary: TurnSummary,
    error: z.optional(EventError),
  }),

  event('context.compacted', { before_tokens: z.number(), after_tokens: z.number() }),
  event('todo.updated', { todos: z.array(Todo) }),
  event('notice', {
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
    remedy: z.optional(z.string()),
    source: z.optional(z.string()),
  }),
]);
export type SessionEvent = z.infer<typeof SessionEvent>;
export type EventType = SessionEvent['type'];
export type EventOf<T extends EventType> = Extract<SessionEvent, { type: T }>;
/** An event before the session stamps `seq`, `at`, `session_id` and `turn` on it. */
export type EventBody = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'seq' | 'at' | 'session_id' | 'turn' | 'agent'>
    : never
  : never;

const LIVE: ReadonlySet<EventType> = new Set(['assistant.delta', 'thinking.delta', 'tool.progress']);
export type LiveEvent = EventOf<'assistant.delta' | 'thinking.delta' | 'tool.progress'>;

/** Live events are delivered at once and never stored; the finished message or result is. */
export function isLive(event: SessionEvent): event is LiveEvent {
  return LIVE.has(event.type);
}
