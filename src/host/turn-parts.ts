/** What the handlers of one turn share. */
import type { Composition } from '../definitions/compose.ts';
import type { ToolCall, ToolResult } from '../protocol/data.ts';
import type { DelegationResult, ResumeRequest, SpawnRequest } from '../protocol/delegation.ts';
import { asPatchbayError, type PatchbayError } from '../protocol/errors.ts';
import type { EventBody, EventOf } from '../protocol/events.ts';
import type { LimitKind } from '../protocol/exit-tags.ts';
import type { HookResult } from '../protocol/hooks.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import type { ToolDescriptor } from '../protocol/manifest.ts';
import type { EventError } from '../protocol/outcome.ts';
import type { Session } from '../session/session.ts';
import type { AnswerStream } from './answer-stream.ts';
import type { Approvals } from './approvals.ts';
import type { Lineage } from './delegation/lineage.ts';
import type { ManifestCache } from './manifests.ts';
import type { Admissions } from './permissions/admissions.ts';
import type { Pricing } from './pricing.ts';
import type { Route, RoutingTable } from './routing-table.ts';
import type { ServiceSlot } from './service-slot.ts';
import type { Spawner } from './spawner.ts';

export type TurnStart =
  | { readonly kind: 'prompt'; readonly text: string }
  | DelegationStart
  /** Goes on from the transcript; `prompt` is set when it never got that far. */
  | {
      readonly kind: 'resume';
      readonly prompt?: string;
      /** Asked for and never started. */
      readonly pendingCalls: readonly ToolCall[];
      /** Ran to their end, which the conversation does not know of. */
      readonly finishedCalls: readonly { readonly call: ToolCall; readonly result: ToolResult }[];
    };

/** The person gives the work to another agent: the turn is that delegation, without a loop (DL-28). */
export interface DelegationStart {
  readonly kind: 'delegation';
  readonly agent: string;
  readonly instruction: string;
  readonly callId: string;
  /** Goes on with the child that this call had before an interruption. */
  readonly isResumed: boolean;
}

export interface TurnOptions {
  readonly session: Session;
  readonly composition: Composition;
  readonly spawner: Spawner;
  readonly manifests: ManifestCache;
  readonly approvals: Approvals;
  readonly admissions: Admissions;
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
  readonly trusted: boolean;
  readonly start: TurnStart;
  readonly lineage: Lineage;
  readonly pricing: Pricing;
  readonly delegations: Delegates;
  /** What no tool may say and no observer hear. */
  readonly secrets: SecretMask;
}

/** Gives work to other agents on behalf of a turn. */
export interface Delegates {
  /** Runs an instruction in a new child session. A person may choose any agent there is. */
  spawn(
    parts: TurnParts,
    request: SpawnRequest,
    signal: AbortSignal,
    by?: 'agent' | 'person',
  ): Promise<DelegationResult>;
  /** Gives a child that has worked before one more instruction. */
  resume(parts: TurnParts, request: ResumeRequest, signal: AbortSignal): Promise<DelegationResult>;
}

export interface TurnParts {
  readonly options: TurnOptions;
  readonly session: Session;
  readonly agent: string;
  readonly table: RoutingTable;
  /** The tools this turn's agent may use. */
  readonly tools: readonly Route<ToolDescriptor>[];
  /** Names of those that give work to other agents. */
  readonly delegatingTools: readonly string[];
  readonly slots: ReadonlyMap<string, ServiceSlot>;
  readonly answers: AnswerStream;
  /** Set when the loop does not know our protocol. */
  readonly foreignLoop: LoopAid | undefined;
  /** Aborted when the turn is stopped. */
  readonly signal: AbortSignal;
  /** A request is on its way to a model. */
  onThinking(): void;
  /** The loop met a limit and concluded. False when it is known to. */
  onLimit(limit: LimitKind): boolean;
  emit(body: EventBody): void;
  /** A line of a service's log as an event, as long as the service has some left in this turn. */
  log(service: string, message: string, level: EventOf<'service.log'>['level']): void;
}

/** What the host does for a loop that leaves it to others; see foreign-loop.ts. */
export interface LoopAid {
  remember(data: Record<string, unknown>, result: HookResult): void;
  allow(
    name: string,
    input: Record<string, unknown>,
    callId: string,
    context: RequestContext,
  ): Promise<Record<string, unknown>>;
  toolCalled(parts: TurnParts, name: string, input: Record<string, unknown>): void;
  toolAnswered(parts: TurnParts, name: string, success: boolean, output: unknown): void;
}

/** One request of a service to the host. */
export interface RequestContext {
  readonly parts: TurnParts;
  /** Who asks. */
  readonly service: string;
  /** Aborted when the asker cancels or the turn is stopped. */
  readonly signal: AbortSignal;
  /** Names the request's relayed notifications, when the asker wants them. */
  readonly relayId: string | undefined;
}

/** A compacting context manager asks a model, which takes its time. */
const DEFAULT_CONTEXT_MS = 120_000;

/** Milliseconds that a context manager has for a call. */
export function contextMs({ composition }: TurnOptions): number {
  return composition.settings.timeouts?.context_ms ?? DEFAULT_CONTEXT_MS;
}

/** The turn ends with what it has (AT-63), and the person is told why; gives the error back, to be thrown. */
export function budgetSpent({ onLimit, emit }: TurnParts, thrown: unknown): PatchbayError {
  const error = asPatchbayError(thrown);
  // Calls of one answer are refused one by one, and the person is told once.
  if (onLimit('budget'))
    emit({ type: 'notice', level: 'warning', text: error.message, remedy: error.remedy, source: 'budget' });
  return error;
}

export function eventError(error: PatchbayError): EventError {
  return { kind: error.kind, message: error.message, service: error.service, remedy: error.remedy };
}
