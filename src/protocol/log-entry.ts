/** One line of a session's log in the form that ai-agent's log tools read (AT-87). Derived from events, never stored. */
import * as z from 'zod/mini';
import { TurnSummary } from './events.ts';

/** Verbose, warning, error, trace, thinking, and the end with what it took. */
export const LogSeverity = z.enum(['VRB', 'WRN', 'ERR', 'TRC', 'THK', 'FIN']);
export type LogSeverity = z.infer<typeof LogSeverity>;

export const LogEntry = z.object({
  /** Milliseconds since the epoch. */
  timestamp: z.number(),
  severity: LogSeverity,
  /** Prompts of the session, from 1; 0 before the first. */
  turn: z.int(),
  /** Model calls of that turn, from 1; what a call leads to has its number, what comes before the first has 0. */
  subturn: z.int(),
  direction: z.enum(['request', 'response']),
  /** What has to do with neither a model nor a tool belongs to the agent and counts as `llm`. */
  type: z.enum(['llm', 'tool']),
  /** `provider:model`, `service:tool`; `agent:<what>` and `service:<name>` for the agent and a service themselves. */
  remoteIdentifier: z.string(),
  /** The turn ended with it. */
  fatal: z.boolean(),
  /** In a child's log it begins with `child:<tool> <session>: `. */
  message: z.string(),
  agentId: z.string(),
  /** Agents from the root to this one, with slashes between. */
  callPath: z.string(),
  /** The session. */
  txnId: z.string(),
  /** The session that delegated to it. */
  parentTxnId: z.nullable(z.string()),
  /** The session at the top of the tree. */
  originTxnId: z.string(),
  /** The door through which the session was begun; absent for the editor and the terminal. */
  headendId: z.optional(z.string()),
  /** What the turn took, with the entry of its end. */
  details: z.optional(TurnSummary),
});
export type LogEntry = z.infer<typeof LogEntry>;
