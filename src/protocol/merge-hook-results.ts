/**
 * Several hook results become one (protocol.md §7): deny > ask_user > inject_context > modify > continue,
 * always with the final data and every collected injection.
 */
import type { HookData, HookResult } from './hooks.ts';

export class HookMerge {
  #data: HookData;
  #denied: HookResult | undefined;
  #asked: HookResult | undefined;
  #modified: HookResult | undefined;
  /** The first change that the person wants to see before it is made. */
  #reviewed: HookResult | undefined;
  readonly #injections: HookResult[] = [];
  readonly #messages: NonNullable<HookResult['injected_messages']> = [];
  #userMessage: HookResult | undefined;

  constructor(data: HookData) {
    this.#data = data;
  }

  /** What the next handler sees: the event's data with every change so far. */
  get data(): HookData {
    return this.#data;
  }

  /** Nobody is asked any more after a DENY. */
  get isDenied(): boolean {
    return this.#denied !== undefined;
  }

  /** Takes the next result in priority order. */
  add(result: HookResult): void {
    if (result.user_message) this.#userMessage ??= result;
    // A result that asks or injects may carry changed data too (a nested merge does).
    if (result.data && result.action !== 'CONTINUE') {
      this.#data = { ...this.#data, ...result.data };
      this.#modified ??= result;
      if (result.approval_prompt && result.action !== 'ASK_USER') this.#reviewed ??= result;
    }
    const single = result.action === 'INJECT_CONTEXT' && result.message ? [result.message] : [];
    const messages = [...(result.injected_messages ?? []), ...single];
    this.#messages.push(...messages);
    if (result.context_injection || messages.length > 0 || result.action === 'INJECT_CONTEXT')
      this.#injections.push(result);
    if (result.action === 'DENY') this.#denied = result;
    if (result.action === 'ASK_USER') this.#asked ??= result;
  }

  result(): HookResult {
    const winner = this.#denied ?? this.#asked ?? this.#injections[0] ?? this.#modified;
    if (!winner) return { action: 'CONTINUE', ...this.#user() };
    return {
      ...winner,
      action: this.#action(winner),
      data: this.#modified ? this.#data : null,
      ...(winner !== this.#denied && winner !== this.#asked && this.#review()),
      ...this.#injected(),
      ...this.#user(),
    };
  }

  #action(winner: HookResult): HookResult['action'] {
    if (winner === this.#denied) return 'DENY';
    if (winner === this.#asked) return 'ASK_USER';
    return this.#injections.length > 0 ? 'INJECT_CONTEXT' : 'MODIFY';
  }

  /** A change that waits for the person goes on waiting, whatever else was added or changed. */
  #review(): Partial<HookResult> {
    const from = this.#reviewed;
    if (!from) return {};
    const { approval_prompt, approval_options, approval_timeout, approval_default, hook, service } = from;
    return { approval_prompt, approval_options, approval_timeout, approval_default, hook, service };
  }

  #injected(): Partial<HookResult> {
    const first = this.#injections[0];
    if (!first) return {};
    const texts = this.#injections.flatMap((result) => result.context_injection || []);
    return {
      context_injection: texts.length > 0 ? texts.join('\n\n') : null,
      context_injection_role: first.context_injection_role ?? 'user',
      ephemeral: first.ephemeral ?? false,
      suppress_output: first.suppress_output ?? false,
      append_to_last_tool_result: this.#injections.some(
        (result) => result.append_to_last_tool_result === true,
      ),
      ...(this.#messages.length > 0 && { injected_messages: this.#messages }),
    };
  }

  #user(): Partial<HookResult> {
    const from = this.#denied?.user_message ? this.#denied : this.#userMessage;
    return from
      ? {
          user_message: from.user_message,
          user_message_level: from.user_message_level,
          user_message_source: from.user_message_source ?? from.hook,
        }
      : {};
  }
}
