/** A hook event through the turn's services, with every decision and failure as an event. */
import type { EventBody } from '../protocol/events.ts';
import { GATE_EVENTS, type HookData, type HookResult } from '../protocol/hooks.ts';
import type { HookDescriptor } from '../protocol/manifest.ts';
import type { ChildPolicy } from './delegation/child-policy.ts';
import { type HookDecision, type HookStopInfo, runHookChain } from './hook-chain.ts';
import { eventError, type TurnParts } from './turn-parts.ts';

const DEFAULT_HOOK_MS = 5_000;

export interface EmitHookOptions {
  readonly signal?: AbortSignal;
  /** Asks only services that run already, for events nobody should be started for. */
  readonly startedOnly?: boolean;
  readonly timeoutMs?: number;
  /** A service that is not asked. */
  readonly except?: string;
}

export async function emitHook(
  parts: TurnParts,
  event: string,
  data: HookData,
  options: EmitHookOptions = {},
): Promise<HookResult> {
  const { session, agent, table, slots } = parts;
  const stops = table
    .hooks(event)
    .filter(({ service }) => service !== options.except)
    .filter(({ service }) => !options.startedOnly || slots.get(service)?.isStarted === true)
    .filter(({ hooks }) => !isLeftOut(hooks, parts.options.lineage.policy));
  if (stops.length === 0) return { action: 'CONTINUE' };
  const stamped = { ...data, ...annotations(parts, data), session_id: session.id, agent, cwd: session.cwd };
  return runHookChain(
    event,
    { ...stamped, timestamp: new Date().toISOString() },
    {
      stops,
      interactive: parts.options.interactive,
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? parts.options.composition.settings.timeouts?.hook_ms ?? DEFAULT_HOOK_MS,
      emit: async (stop, name, sent, timeoutMs) => {
        const link = await slots.get(stop.service)!.link();
        // A guard decides on what really happens; an observer may write down what it hears.
        const data = isObserver(stop.hooks) ? parts.options.secrets.mask(sent) : sent;
        return link.call('hook.emit', { event: name, data }, { timeoutMs, signal: options.signal });
      },
      onDecision: (decision) => {
        for (const told of [...decided(decision), ...saidToPerson(decision)]) parts.emit(told);
      },
      onFailure: ({ error, outcome, waitedMs, ...asked }) =>
        parts.emit({
          type: 'hook.failed',
          ...about(asked, data),
          error: eventError(error),
          outcome,
          waited_ms: waitedMs,
        }),
      onWaiting: ({ since, limitMs, ...asked }) =>
        parts.emit({ type: 'hook.waiting', ...about(asked, data), since, limit_ms: limitMs }),
      onLateAnswer: ({ waitedMs, ...asked }) =>
        parts.emit({ type: 'hook.answered', ...about(asked, data), waited_ms: waitedMs }),
    },
  );
}

/** Observers a child goes without. A service that also guards something is asked all the same. */
function isLeftOut(hooks: readonly HookDescriptor[], { without_hooks: without = [] }: ChildPolicy): boolean {
  return hooks.every(
    ({ name, events }) => without.includes(name) && !events.some((event) => GATE_EVENTS.has(event)),
  );
}

/** Tells gates what a tool says of itself, so that they need no list of their own. */
function annotations({ table }: TurnParts, data: HookData): Record<string, unknown> {
  const known =
    typeof data.tool_name === 'string' ? table.tool(data.tool_name)?.descriptor.annotations : undefined;
  return known ? { tool_annotations: known } : {};
}

function isObserver(hooks: readonly HookDescriptor[]): boolean {
  return hooks.every(({ on_failure }) => on_failure === 'allow');
}

function about({ event, hook, service }: HookStopInfo, data: HookData) {
  return { hook_event: event, hook, service, call_id: text(data.tool_call_id) };
}

/** A hook may want the context it adds not to be shown; what keeps something from happening always is. */
function decided({ event, service, hook, result, before }: HookDecision): EventBody[] {
  if (result.action === 'CONTINUE') return [];
  const changed = Object.keys(result.data ?? {}).filter((key) => result.data?.[key] !== before[key]);
  const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((key) => [key, from[key]]));
  return [
    {
      type: 'hook.decided',
      ...about({ event, hook, service }, before),
      action: result.action,
      reason: result.reason ?? undefined,
      tool_name: text(before.tool_name),
      ...(changed.length > 0 && { before: pick(before), after: pick(result.data ?? {}) }),
      text: result.context_injection ?? undefined,
      overridable: result.overridable ?? undefined,
      suppressed: (result.action === 'INJECT_CONTEXT' && result.suppress_output) || undefined,
    },
  ];
}

function saidToPerson({ hook, result }: HookDecision): EventBody[] {
  const { user_message: message, user_message_level: level, user_message_source: source } = result;
  if (!message) return [];
  return [{ type: 'notice', level: level ?? 'info', text: message, source: source ?? hook }];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
