/**
 * One event through all hooks that listen to it, one after another, merged into one result (protocol.md §7).
 * A gate that fails is closed: whatever goes wrong in a hook, it has not said yes (RT-42a).
 */
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import { GATE_EVENTS, type HookData, type HookResult, type OnFailure } from '../protocol/hooks.ts';
import { HookMerge } from '../protocol/merge-hook-results.ts';
import { valueSize } from '../protocol/value-size.ts';
import type { HookStop } from './routing-table.ts';

export interface HookChainOptions {
  readonly stops: readonly HookStop[];
  /** Sends the event to one service. Rejects when the service fails in any way. */
  readonly emit: (stop: HookStop, event: string, data: HookData, timeoutMs: number) => Promise<HookResult>;
  /** Whether somebody is there to be asked. */
  readonly interactive: boolean;
  /** Milliseconds a hook has; a hook's own `timeout_ms` goes first. */
  readonly timeoutMs: number;
  /** Aborted when whoever asked gave up: then the chain ends with `cancelled`. */
  readonly signal?: AbortSignal;
  /** A hook answered something else than to go on, or has something to say to the person. */
  readonly onDecision?: (decision: HookDecision) => void;
  readonly onFailure?: (failure: HookFailure) => void;
  /** A hook takes long: everything waits for it. Then `onFailure` or `onLateAnswer` follows, or the chain ends. */
  readonly onWaiting?: (waiting: HookStopInfo & { readonly since: number; readonly limitMs: number }) => void;
  readonly onLateAnswer?: (answered: HookStopInfo & { readonly waitedMs: number }) => void;
  /** Milliseconds after which a hook takes long. */
  readonly longMs?: number;
}

/** Which hook of which service is asked about what. */
export interface HookStopInfo {
  readonly event: string;
  readonly service: string;
  readonly hook: string;
}

export interface HookDecision extends HookStopInfo {
  readonly result: HookResult;
  /** The data as this hook found it. */
  readonly before: HookData;
}

export interface HookFailure extends HookStopInfo {
  readonly error: PatchbayError;
  readonly outcome: OnFailure;
  readonly waitedMs: number;
}

const LONG_MS = 1_000;
/** A hook may answer with so much more than it was asked about. A longer answer is a fault, not a decision. */
const LONGEST_ANSWER = 1024 * 1024;

/**
 * Never rejects because of a hook: failures become what the hook's `on_failure` says.
 * @throws PatchbayError `cancelled` when the signal aborts.
 */
export async function runHookChain(
  event: string,
  data: HookData,
  options: HookChainOptions,
): Promise<HookResult> {
  const merge = new HookMerge(data);
  for (const stop of options.stops) {
    const before = merge.data;
    const hook = stop.hooks[0]!.name;
    const timeoutMs = stop.hooks.reduce((sum, each) => sum + (each.timeout_ms ?? options.timeoutMs), 0);
    const asked = { event, service: stop.service, hook };
    const began = performance.now();
    const waitedMs = () => Math.round(performance.now() - began);
    let result: HookResult;
    try {
      using late = whenLate(options, { ...asked, since: Date.now(), limitMs: timeoutMs });
      const answer = await options.emit(stop, event, before, timeoutMs);
      checkLength(answer, before, stop.service);
      if (late.isReported) options.onLateAnswer?.({ ...asked, waitedMs: waitedMs() });
      result = { ...answer, hook: answer.hook ?? hook, service: stop.service };
      if (result.action !== 'CONTINUE' || result.user_message) {
        options.onDecision?.({ ...asked, hook: result.hook ?? hook, result, before });
      }
    } catch (thrown) {
      const error = asPatchbayError(thrown, stop.service);
      // A cancelled turn is no failing hook. A hook that calls its own failure "cancelled" is one.
      if (options.signal?.aborted) throw error;
      const outcome = failurePolicy(event, stop, options.interactive);
      options.onFailure?.({ ...asked, error, outcome, waitedMs: waitedMs() });
      result = { ...resultOfFailure(outcome, hook, error), hook, service: stop.service };
    }
    merge.add(result);
    if (merge.isDenied) break;
  }
  return merge.result();
}

/** Reports a hook that has not answered for a while, once, until it is disposed of. */
function whenLate(
  { onWaiting, longMs = LONG_MS }: HookChainOptions,
  waiting: Parameters<NonNullable<HookChainOptions['onWaiting']>>[0],
): Disposable & { readonly isReported: boolean } {
  let isReported = false;
  const timer = setTimeout(() => {
    isReported = true;
    onWaiting?.(waiting);
  }, longMs);
  return {
    get isReported() {
      return isReported;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** @throws PatchbayError `protocol` when the answer is out of proportion to what was asked. */
function checkLength(answer: HookResult, asked: HookData, service: string): void {
  if (valueSize(answer, LONGEST_ANSWER) <= LONGEST_ANSWER) return;
  const limit = LONGEST_ANSWER + valueSize(asked);
  if (valueSize(answer, limit) <= limit) return;
  const message = `Service "${service}" answered hook.emit with more than ${limit} characters.`;
  throw new PatchbayError('protocol', message, {
    service,
    remedy: 'A hook answers with what it changed or adds; large contents go by file path.',
  });
}

/** The strictest of the service's hooks for the event, as it is not known which of them failed. */
function failurePolicy(event: string, stop: HookStop, interactive: boolean): OnFailure {
  const fallback: OnFailure = GATE_EVENTS.has(event) ? 'ask' : 'allow';
  const policies = stop.hooks.map((hook) => hook.on_failure ?? fallback);
  const strictest = policies.includes('deny') ? 'deny' : policies.includes('ask') ? 'ask' : 'allow';
  return strictest === 'ask' && !interactive ? 'deny' : strictest;
}

function resultOfFailure(outcome: OnFailure, hook: string, error: PatchbayError): HookResult {
  const reason = `Hook "${hook}" failed: ${error.message}`;
  switch (outcome) {
    case 'allow':
      return { action: 'CONTINUE' };
    case 'deny':
      return { action: 'DENY', reason: `${reason} A gate that fails stays closed.` };
    case 'ask':
      return {
        action: 'ASK_USER',
        reason,
        approval_prompt: `Hook "${hook}" could not check this. Go on without it?`,
        approval_options: ['Allow once', 'Deny'],
        approval_default: 'deny',
      };
    default:
      return outcome satisfies never;
  }
}
