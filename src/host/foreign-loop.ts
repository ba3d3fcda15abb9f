/**
 * What an orchestrator of the reference leaves to others. It asks no gate but those of its own service, does not
 * act on what it is answered, runs the tools of its own service by itself, and names no call: so the host asks
 * and acts when it runs a tool, and tells of what the loop ran itself. A loop that knows the protocol does all
 * that, and nothing here is used.
 */
import { randomUUID } from 'node:crypto';
import { isGrant } from '../protocol/approvals.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { APPROVAL_TIMEOUT_S, type HookResult } from '../protocol/hooks.ts';
import { isRecord } from '../protocol/reading.ts';
import { emitHook } from './turn-hooks.ts';
import type { LoopAid, RequestContext, TurnParts } from './turn-parts.ts';

interface OwnCall {
  readonly callId: string;
  readonly name: string;
  readonly began: number;
}

interface Decided {
  readonly name: unknown;
  readonly input: unknown;
  readonly result: HookResult;
}

export class ForeignLoop implements LoopAid {
  /** The orchestrator's service. */
  readonly service: string;
  /** What hooks said of calls that were not made yet. */
  readonly #decided: Decided[] = [];
  readonly #own: OwnCall[] = [];

  constructor(service: string) {
    this.service = service;
  }

  /** The orchestrator asked the hooks itself: their answer holds for the call that follows. */
  remember(data: Record<string, unknown>, result: HookResult): void {
    this.#decided.push({ name: data.tool_name, input: data.tool_input, result });
  }

  /**
   * The input a call may run with. @throws PatchbayError `denied` when a hook or the person refuses it.
   */
  async allow(
    name: string,
    input: Record<string, unknown>,
    callId: string,
    { parts, signal }: RequestContext,
  ): Promise<Record<string, unknown>> {
    const data = { tool_name: name, tool_call_id: callId, tool_input: input };
    const result = this.#take(name, input) ?? (await this.#ask(parts, data, signal));
    const changed = isRecord(result.data?.tool_input) ? result.data.tool_input : input;
    if (result.action === 'DENY') throw denied(result.reason ?? 'a hook denied it');
    if (result.action !== 'ASK_USER' && !(result.data && result.approval_prompt)) return changed;
    const outcome = await parts.options.approvals.ask(
      parts.session,
      {
        prompt: result.approval_prompt ?? result.question ?? 'Allow this operation?',
        options: result.approval_options ?? ['Allow once', 'Deny'],
        timeout_s: result.approval_timeout ?? APPROVAL_TIMEOUT_S,
        default: result.approval_default ?? 'deny',
        subject: {
          call_id: callId,
          tool_name: name,
          tool_input: changed,
          hook: result.hook ?? undefined,
          service: result.service ?? undefined,
          reason: result.reason ?? undefined,
        },
      },
      { path: parts.options.lineage.path, interactive: parts.options.interactive, signal },
    );
    if (!isGrant(outcome.choice)) throw denied(outcome.reason ?? 'the person said no');
    return outcome.edited ?? changed;
  }

  /** `stream.tool_call`: a call the loop makes. One of its own tools' runs from now on. */
  toolCalled(parts: TurnParts, name: string, input: Record<string, unknown>): void {
    if (parts.table.tool(name)?.service !== this.service) return;
    const callId = randomUUID();
    this.#own.push({ callId, name, began: performance.now() });
    parts.emit({ type: 'tool.started', call_id: callId, name, input, service: this.service });
  }

  /** `stream.tool_result`. Calls of one tool are taken to end in the order in which they began. */
  toolAnswered(parts: TurnParts, name: string, success: boolean, output: unknown): void {
    const index = this.#own.findIndex((call) => call.name === name);
    const [call] = index === -1 ? [] : this.#own.splice(index, 1);
    if (!call) return;
    const message = typeof output === 'string' ? output : 'The tool reported a failure.';
    parts.emit({
      type: 'tool.finished',
      call_id: call.callId,
      name,
      service: this.service,
      success,
      output,
      error: success ? undefined : { kind: 'tool', message, service: this.service },
      duration_ms: Math.round(performance.now() - call.began),
    });
  }

  /** All gates but those of its own service, which minds them itself and hears nothing while it runs the loop. */
  #ask(parts: TurnParts, data: Record<string, unknown>, signal: AbortSignal): Promise<HookResult> {
    return emitHook(parts, 'tool:pre', data, { signal, except: this.service });
  }

  /** The last answer to this very call, as it was asked about or as hooks changed it. */
  #take(name: string, input: unknown): HookResult | undefined {
    const wanted = JSON.stringify(input);
    const isOfCall = (each: Decided) =>
      each.name === name &&
      (JSON.stringify(each.input) === wanted || JSON.stringify(each.result.data?.tool_input) === wanted);
    const found = this.#decided.findLast(isOfCall);
    for (let at = this.#decided.length - 1; at >= 0; at -= 1)
      if (isOfCall(this.#decided[at]!)) this.#decided.splice(at, 1);
    return found?.result;
  }
}

function denied(reason: string): PatchbayError {
  return new PatchbayError('denied', `Denied by hook: ${reason}`);
}
