/**
 * What the timeline shows, one variant per kind of row. Rows are immutable: a row that changes is replaced,
 * so a row component renders again only when its own row did.
 */
import type { ApprovalSubject } from '../../src/protocol/approvals.ts';
import type { EventOf, TurnSummary } from '../../src/protocol/events.ts';
import type { EventError, TurnStatus } from '../../src/protocol/outcome.ts';

interface RowBase {
  /** Unique in the session and the same after a reload. */
  readonly key: string;
  /** Of the stored event that made the row; its place. Live rows carry the last stored one's. */
  readonly seq: number;
  /** Of the last event that changed the row: what "Show event" shows. */
  readonly lastSeq: number;
  /** Milliseconds since the epoch, by the host's clock. */
  readonly at: number;
  readonly turn: number;
  readonly agent: string;
  /** `provider → model`, where known. */
  readonly model?: string | undefined;
  readonly service?: string | undefined;
  /** The first of its agent's run of rows: it carries the name. */
  readonly leads: boolean;
}

export interface PromptRow extends RowBase {
  readonly kind: 'prompt';
  readonly text: string;
  /** Typed while the turn ran and given to it. */
  readonly steering: boolean;
  /** The agent the work was given to. */
  readonly delegateTo?: string | undefined;
}

/** Text of the model: thinking or answer, streaming or finished. */
export interface TextRow extends RowBase {
  readonly kind: 'message' | 'thinking';
  readonly messageId: string;
  readonly text: string;
  readonly streaming: boolean;
  readonly interrupted: boolean;
  /** Of finished thinking. */
  readonly durationMs?: number | undefined;
}

export type ToolStatus =
  | 'requested'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'interrupted'
  | 'not-run';

/** Streamed output of a running tool. Only the end of a long one is kept. */
export interface ToolProgress {
  /** UTF-16 units received, kept or not. */
  readonly received: number;
  readonly text: string;
  readonly percent: number | undefined;
}

/** Of a call that gives work to another agent. */
export interface Delegation {
  readonly agent: string;
  readonly state: 'queued' | 'working' | TurnStatus;
  /** Of the child; absent while it is queued. */
  readonly sessionId?: string | undefined;
  readonly instruction?: string | undefined;
  readonly startedAt: number;
  readonly summary?: TurnSummary | undefined;
  readonly error?: EventError | undefined;
}

export interface ToolRow extends RowBase {
  readonly kind: 'tool';
  readonly callId: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: ToolStatus;
  readonly startedAt?: number | undefined;
  readonly progress?: ToolProgress | undefined;
  readonly output?: unknown;
  readonly error?: EventError | undefined;
  readonly durationMs?: number | undefined;
  readonly delegation?: Delegation | undefined;
}

export interface DecisionRow extends RowBase {
  readonly kind: 'decision';
  readonly decision: EventOf<'hook.decided'>;
  /** What the decision was about, when the call is known. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

export interface HookFailedRow extends RowBase {
  readonly kind: 'hook-failed';
  readonly failure: EventOf<'hook.failed'>;
}

/** A hook that everything waits for, or waited for. */
export interface HookWaitRow extends RowBase {
  readonly kind: 'hook-wait';
  readonly hook: string;
  readonly service: string;
  readonly event: string;
  /** When it was asked; milliseconds since the epoch. */
  readonly since: number;
  readonly limitMs: number;
  /** Set when it is over: it answered, or the turn ended without it. */
  readonly waitedMs?: number | undefined;
}

export interface ApprovalRow extends RowBase {
  readonly kind: 'approval';
  readonly approvalId: string;
  readonly prompt: string;
  readonly options: readonly string[];
  readonly deadlineAt: number;
  readonly default: 'allow' | 'deny';
  readonly subject: ApprovalSubject;
  readonly path: readonly string[];
  readonly answer?: EventOf<'approval.answered'> | undefined;
}

export interface RetryRow extends RowBase {
  readonly kind: 'retry';
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: EventError;
}

export interface CrashRow extends RowBase {
  readonly kind: 'crash';
  readonly service: string;
  readonly exit: string;
  readonly error: EventError;
}

export interface NoticeRow extends RowBase {
  readonly kind: 'notice';
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly remedy?: string | undefined;
  readonly source?: string | undefined;
}

export interface DividerRow extends RowBase {
  readonly kind: 'divider';
  readonly what:
    | { readonly type: 'agent'; readonly from: string; readonly to: string }
    | { readonly type: 'resumed'; readonly reason: string }
    | { readonly type: 'compacted'; readonly beforeTokens: number; readonly afterTokens: number };
}

export interface TodosRow extends RowBase {
  readonly kind: 'todos';
  readonly todos: EventOf<'todo.updated'>['todos'];
}

export interface TurnEndRow extends RowBase {
  readonly kind: 'turn-end';
  readonly status: TurnStatus;
  readonly summary: TurnSummary;
  readonly error?: EventError | undefined;
  /** Which model was chosen for the turn, and why. */
  readonly choice?: { readonly model: string; readonly reason: string } | undefined;
}

export type Row =
  | PromptRow
  | TextRow
  | ToolRow
  | DecisionRow
  | HookFailedRow
  | HookWaitRow
  | ApprovalRow
  | RetryRow
  | CrashRow
  | NoticeRow
  | DividerRow
  | TodosRow
  | TurnEndRow;
export type RowKind = Row['kind'];
/** The rows of one kind; those of a text are two kinds of one row. */
export type RowOf<K extends RowKind> = Matching<Row, K>;
type Matching<R, K> = R extends Row ? (K extends R['kind'] ? R : never) : never;

/** Rows of no agent: they end a run of one agent's rows and carry no coloured line. */
export function standsAlone(row: Row): boolean {
  return row.kind === 'prompt' || row.kind === 'divider' || row.kind === 'turn-end';
}
