/**
 * What the loop makes of a hook result. A pure function decides; the places that act share its outcomes.
 */

import { isGrant } from '../../protocol/approvals.ts';
import { APPROVAL_TIMEOUT_S, type HookResult } from '../../protocol/hooks.ts';
import { isRecord } from '../../protocol/reading.ts';
import { type Injection, injectionOf } from './injection.ts';
import type { TurnContext } from './turn-context.ts';

/** What a gate decided; what hooks add for the model holds either way. */
export type Verdict = { readonly injection: Injection | undefined } & (
  | { readonly kind: 'go'; readonly data: Record<string, unknown> }
  | { readonly kind: 'denied'; readonly reason: string }
);

/** What a gate is about, for the question to the person. */
export interface GateSubject {
  readonly callId?: string;
  readonly toolName?: string;
  readonly toolInput?: Record<string, unknown>;
}

/**
 * Acts on a gate's result: asks the person where a hook wants it (ASK_USER, or a MODIFY with a prompt).
 * @throws PatchbayError `cancelled` when the turn is stopped while the question waits.
 */
export async function settleGate(
  turn: TurnContext,
  result: HookResult,
  data: Record<string, unknown>,
  subject: GateSubject,
): Promise<Verdict> {
  const injection = injectionOf(result);
  if (result.action === 'DENY')
    return { kind: 'denied', reason: result.reason ?? 'a hook denied it', injection };
  const changed = { ...data, ...result.data };
  if (result.action === 'ASK_USER') return ask(turn, result, changed, injection, subject);
  if (result.data && result.approval_prompt) return review(turn, result, data, changed, injection, subject);
  return { kind: 'go', data: changed, injection };
}

async function ask(
  turn: TurnContext,
  result: HookResult,
  data: Record<string, unknown>,
  injection: Injection | undefined,
  subject: GateSubject,
): Promise<Verdict> {
  const input = isRecord(data.tool_input) ? data.tool_input : subject.toolInput;
  const outcome = await request(turn, result, { ...subject, ...(input && { toolInput: input }) }, {});
  const granted = isGrant(outcome.choice);
  const edited = granted && outcome.edited ? { ...data, tool_input: outcome.edited } : data;
  await turn.tell(granted ? 'approval:granted' : 'approval:denied', {
    tool_name: subject.toolName,
    tool_call_id: subject.callId,
    tool_input: edited.tool_input,
    choice: outcome.choice,
    reason: outcome.reason,
    by: outcome.by,
    suggested_rule: result.suggested_rule ?? undefined,
  });
  if (granted) return { kind: 'go', data: edited, injection };
  const why = outcome.reason ? `: ${outcome.reason}` : '.';
  return {
    kind: 'denied',
    reason: `${outcome.by === 'person' ? 'The person said no' : 'Denied by default'}${why}`,
    injection,
  };
}

/** A change the person wants to see first: taken, taken as edited, or left as it was. */
async function review(
  turn: TurnContext,
  result: HookResult,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  injection: Injection | undefined,
  subject: GateSubject,
): Promise<Verdict> {
  const options = result.approval_options ?? ['Accept', 'Keep original', 'Deny'];
  const outcome = await request(turn, { ...result, approval_options: options }, subject, {
    before: gated(before),
    after: gated(after),
  });
  if (outcome.choice === 'Keep original') return { kind: 'go', data: before, injection };
  if (!isGrant(outcome.choice))
    return { kind: 'denied', reason: outcome.reason ?? 'The person refused the change.', injection };
  const data = outcome.edited ? { ...after, tool_input: outcome.edited } : after;
  return { kind: 'go', data, injection };
}

async function request(turn: TurnContext, result: HookResult, subject: GateSubject, change: object) {
  const { callId, toolName, toolInput } = subject;
  return turn.context.host.request(
    'request.approval',
    {
      prompt: result.approval_prompt ?? result.question ?? 'Allow this operation?',
      options: result.approval_options ?? ['Allow once', 'Deny'],
      timeout_s: result.approval_timeout ?? APPROVAL_TIMEOUT_S,
      default: result.approval_default ?? 'deny',
      subject: {
        call_id: callId,
        tool_name: toolName,
        tool_input: toolInput,
        hook: result.hook ?? undefined,
        service: result.service ?? undefined,
        reason: result.reason ?? undefined,
        suggested_rule: result.suggested_rule ?? undefined,
        ...change,
      },
    },
    { signal: turn.signal },
  );
}

/** The part of an event's data that a hook changes: a call's result, its input, or whatever the event has. */
function gated(data: Record<string, unknown>): unknown {
  return data.result ?? data.tool_input ?? data;
}
