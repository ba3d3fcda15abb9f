/** What the loop's parts share: the host's answers in the loop's own words. */
import type { ChatRequest, ChatResponse, Message, ToolResult } from '../../protocol/data.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import type { HookResult } from '../../protocol/hooks.ts';
import type { ExecuteConfig } from '../../protocol/methods.ts';
import type { OrchestratorContext } from '../../sdk/index.ts';
import { asMessages, type Injection, withInjection } from './injection.ts';

export interface LoopRequest {
  readonly prompt: string;
  readonly systemPrompt: string;
  readonly config: ExecuteConfig;
  readonly context: OrchestratorContext<unknown>;
}

export class TurnContext {
  readonly config: ExecuteConfig;
  readonly signal: AbortSignal;
  readonly context: OrchestratorContext<unknown>;
  #passing: Injection[] = [];

  constructor({ config, context }: LoopRequest) {
    this.config = config;
    this.context = context;
    this.signal = context.signal;
  }

  hook(event: string, data: Record<string, unknown>): Promise<HookResult> {
    return this.context.host.request('request.hook_emit', { event, data }, { signal: this.signal });
  }

  /** For observers: nothing depends on what they answer. */
  async tell(event: string, data: Record<string, unknown>): Promise<void> {
    await this.hook(event, data);
  }

  async addMessage(message: Message): Promise<void> {
    await this.context.host.request('request.context_add_message', { message }, { signal: this.signal });
  }

  /** Keeps what hooks add: in the conversation, or for the next model call only. */
  async inject(injection: Injection | undefined): Promise<void> {
    if (injection?.ephemeral) this.#passing.push(injection);
    else if (injection) for (const message of asMessages(injection)) await this.addMessage(message);
  }

  /** The conversation for the next model call, with what was added for that call only. */
  async messages(): Promise<Message[]> {
    const { context_window } = this.config;
    const budget = context_window === undefined ? {} : { context_window };
    const stored = await this.context.host.request('request.context_get_messages', budget, {
      signal: this.signal,
    });
    const passing = this.#passing;
    this.#passing = [];
    return passing.reduce(withInjection, stored);
  }

  executeTool(id: string, name: string, input: Record<string, unknown>): Promise<ToolResult> {
    return this.context.host.request(
      'request.tool_execute',
      { name, input, tool_call_id: id },
      { signal: this.signal },
    );
  }

  /** Calls the model; its stream goes on to whoever watches as it comes. */
  complete(request: ChatRequest, provider: string, attempt: number): Promise<ChatResponse> {
    return this.context.host.request(
      'request.provider_complete',
      { request, provider, attempt },
      {
        signal: this.signal,
        onRelay: (name, payload) => {
          const text = (payload as { text?: unknown }).text;
          if (typeof text !== 'string') return;
          if (name === 'stream.provider.token') this.context.notify('stream.token', { text });
          if (name === 'stream.provider.thinking') this.context.notify('stream.thinking', { text });
        },
      },
    );
  }

  note(event: string, data: Record<string, unknown>): void {
    this.context.notify('stream.note', { event, data });
  }

  throwIfStopped(): void {
    if (this.signal.aborted) throw new PatchbayError('cancelled', 'Cancelled.');
  }
}
