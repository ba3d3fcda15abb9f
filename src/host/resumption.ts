/**
 * Where an interrupted turn goes on: from the last complete message. Calls that had run to their end keep what
 * they answered; those that were running get an "interrupted" result, as nobody knows what they did; those that
 * had not started are run now (RT-33).
 */
import { randomUUID } from 'node:crypto';
import type { ToolCall, ToolResult } from '../protocol/data.ts';
import type { EventOf, Referenced, SessionEvent } from '../protocol/events.ts';
import { danglingCalls } from '../session/dangling.ts';
import { isUnseenEnd } from '../session/interrupted-turn.ts';
import { withLargeValues } from '../session/large-values.ts';
import type { Session } from '../session/session.ts';
import type { Approvals } from './approvals.ts';
import type { DelegationStart, TurnStart } from './turn-parts.ts';

/** Ours: its tools do nothing but give work away. */
const DELEGATING_SERVICE = 'tools-delegation';
/** Events are read back in pages of so many. */
const PAGE = 500;

/** Closes in the transcript what cannot be gone on with. */
export async function resumption(session: Session, approvals: Approvals): Promise<TurnStart> {
  approvals.restore(session, await session.pendingApprovals());
  const events = await sinceLastPrompt(session);
  const given = givenAway(events);
  if (given) {
    session.append({ type: 'session.resumed', reason: 'the last delegation did not come to its end' });
    return given;
  }
  const lost = lostPrompt(session, events);
  const { started, notStarted } = danglingCalls(session.transcript, events);
  const delegated: ToolCall[] = [];
  const finishedCalls: { call: ToolCall; result: ToolResult }[] = [];
  for (const call of started) {
    const result = await storedResult(session, events, call);
    if (result) finishedCalls.push({ call, result });
    // Work given away is gone on with, not given away again: its session knows how far it got.
    else if (isDelegation(events, call)) delegated.push(call);
    else session.addMessage(interruptedResult(call));
  }
  session.append({ type: 'session.resumed', reason: 'the last turn was interrupted' });
  if (lost !== undefined) return { kind: 'resume', prompt: lost, pendingCalls: [], finishedCalls: [] };
  return { kind: 'resume', pendingCalls: [...delegated, ...notStarted], finishedCalls };
}

/**
 * The work a person gave to an agent, when the turn was that. A child that was interrupted goes on; one that failed
 * or was stopped is not asked again, another one is.
 */
function givenAway(events: readonly SessionEvent[]): DelegationStart | undefined {
  const prompt = events.findLast((event) => event.type === 'prompt' && event.steering !== true);
  if (prompt?.type !== 'prompt' || prompt.delegate_to === undefined) return undefined;
  const last = events.findLast(
    (event) => event.type === 'delegation.started' || event.type === 'delegation.finished',
  );
  const isOver =
    last?.type === 'delegation.finished' && last.status !== 'interrupted' && last.status !== 'completed';
  return {
    kind: 'delegation',
    agent: prompt.delegate_to,
    instruction: prompt.text,
    callId: last && !isOver ? last.call_id : randomUUID(),
    isResumed: true,
  };
}

/** One that was begun and gave nothing away yet has done nothing: it too may be run. */
function isDelegation(events: readonly SessionEvent[], { id }: ToolCall): boolean {
  return events.some(
    (event) =>
      (event.type === 'delegation.started' ||
        event.type === 'delegation.queued' ||
        (event.type === 'tool.started' && event.service === DELEGATING_SERVICE)) &&
      event.call_id === id,
  );
}

/** The turn of the last prompt and all that tried to resume it, in order. */
async function sinceLastPrompt(session: Session): Promise<SessionEvent[]> {
  const found: SessionEvent[] = [];
  for (let beforeSeq: number | undefined; ; beforeSeq = found[0]?.seq) {
    const { events, hasOlder } = await session.page({ beforeSeq, limit: PAGE });
    found.unshift(...events);
    const prompt = found.findLastIndex((event) => event.type === 'prompt' && event.steering !== true);
    const began = found.slice(0, prompt + 1).findLastIndex((event) => event.type === 'turn.started');
    if (began !== -1) return found.slice(began);
    if (!hasOlder) return found;
  }
}

/** The prompt, when the process died before it got into the conversation. */
function lostPrompt(session: Session, events: readonly SessionEvent[]): string | undefined {
  const began = events.find((event) => event.type === 'turn.started');
  const prompt = events.find((event) => event.type === 'prompt' && event.steering !== true);
  if (began?.messages !== session.transcript.length) return undefined;
  return prompt?.type === 'prompt' ? prompt.text : undefined;
}

/** What a call answered before its message could be added; undefined when its end was not seen. */
async function storedResult(
  session: Session,
  events: readonly SessionEvent[],
  { id }: ToolCall,
): Promise<ToolResult | undefined> {
  const end = events.findLast(
    (event): event is EventOf<'tool.finished'> => event.type === 'tool.finished' && event.call_id === id,
  );
  if (!end || isUnseenEnd(end) || end.error?.kind === 'cancelled') return undefined;
  const output = await withLargeValues(end.output, (reference) => wholeText(session, reference));
  return { success: end.success, output, ...(end.error && { error: { message: end.error.message } }) };
}

/** The model can go on with the beginning of a text whose file is gone, when it knows. */
function wholeText(session: Session, { $ref, preview }: Referenced): Promise<string> {
  return session.blob($ref).catch((error: Error) => `${preview}…\n(${error.message})`);
}

function interruptedResult({ id, name }: ToolCall) {
  return {
    role: 'tool',
    name,
    tool_call_id: id,
    content:
      'Interrupted: the editor was closed while this ran. What it did is not known; check before repeating it.',
    metadata: { is_error: true },
  };
}
