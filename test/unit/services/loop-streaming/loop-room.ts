/**
 * The loop with a host of the test's own around it: scripted model answers, tools and hooks, and a record of
 * everything the loop asked for, in order.
 */
import type { ApprovalOutcome, ApprovalRequest } from '../../../../src/protocol/approvals.ts';
import type { ChatRequest, ChatResponse, Message, ToolCall } from '../../../../src/protocol/data.ts';
import type { HookResult } from '../../../../src/protocol/hooks.ts';
import type { Params } from '../../../../src/protocol/methods.ts';
import { loopService } from '../../../../src/services/loop-streaming/definition.ts';
import { inProcess } from '../../../builders/in-process-service.ts';

type HookData = Record<string, unknown>;
type Answer = Partial<ChatResponse> | Error;
type Config = Params<'orchestrator.execute'>['config'];

export interface LoopOptions {
  /** One for each model call; the last one again when there are more. */
  readonly answers: readonly (Answer | ((request: ChatRequest) => Answer | Promise<Answer>))[];
  readonly tools?: Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;
  /** By event; others answer CONTINUE. */
  readonly hooks?: Readonly<Record<string, HookResult | ((data: HookData) => HookResult)>>;
  /** The person's answer to every question. */
  readonly approval?: Partial<ApprovalOutcome> | Promise<Partial<ApprovalOutcome>>;
}

export interface LoopRoom {
  /** `hook tool:pre`, `model`, `tool echo`, `message user`, in the order they were asked for. */
  readonly steps: string[];
  readonly conversation: Message[];
  readonly requests: ChatRequest[];
  /** What hooks were sent, by event. */
  readonly hookData: (event: string) => HookData[];
  readonly questions: ApprovalRequest[];
  readonly notes: { readonly event: string; readonly data: HookData }[];
  run(config?: Config, signal?: AbortSignal): Promise<string>;
  steer(text: string): Promise<unknown>;
}

export const PROMPT = 'Do it.';

export function loopRoom(options: LoopOptions): LoopRoom {
  const steps: string[] = [];
  const conversation: Message[] = [];
  const requests: ChatRequest[] = [];
  const hooks: { event: string; data: HookData }[] = [];
  const questions: ApprovalRequest[] = [];
  const service = inProcess(loopService, {
    host: {
      'request.hook_emit': ({ event, data }) => {
        steps.push(`hook ${event}`);
        hooks.push({ event, data });
        const result = options.hooks?.[event];
        return (typeof result === 'function' ? result(data) : result) ?? { action: 'CONTINUE' };
      },
      'request.context_add_message': ({ message }) => {
        steps.push(`message ${message.role}`);
        conversation.push(message as Message);
        return { ok: true };
      },
      'request.context_get_messages': () => [...conversation],
      'request.provider_complete': async ({ request }) => {
        steps.push('model');
        requests.push(request as ChatRequest);
        const next = options.answers[Math.min(requests.length, options.answers.length) - 1]!;
        const answer = typeof next === 'function' ? await next(request as ChatRequest) : next;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      'request.tool_execute': async ({ name, input }) => {
        steps.push(`tool ${name}`);
        const tool = options.tools?.[name];
        if (!tool) throw new Error(`There is no tool "${name}".`);
        const output = await tool(input);
        return isToolResult(output) ? output : { success: true, output };
      },
      'request.approval': async (request) => {
        steps.push('question');
        questions.push(request as ApprovalRequest);
        return { choice: 'Allow once', by: 'person', waited_ms: 1, ...(await options.approval) };
      },
    },
  });
  return {
    steps,
    conversation,
    requests,
    questions,
    hookData: (event) => hooks.filter((each) => each.event === event).map(({ data }) => data),
    get notes() {
      const notes = service.notifications.filter(({ name }) => name === 'stream.note');
      return notes.map(({ payload }) => payload as { event: string; data: HookData });
    },
    run: (config = {}, signal = undefined) =>
      service.call(
        'orchestrator.execute',
        {
          prompt: PROMPT,
          system_prompt: 'You are a test.',
          config: { provider_name: 'fake', retry_base_ms: 1, ...config },
        },
        signal,
      ),
    steer: (text) => service.call('orchestrator.steer', { text }),
  };
}

/** A model's answer that calls tools. */
export function calling(...calls: readonly (readonly [name: string, input?: Record<string, unknown>])[]) {
  const tool_calls: ToolCall[] = calls.map(([name, input = {}], index) => ({
    id: `call-${index + 1}`,
    name,
    arguments: input,
  }));
  return { text: '', tool_calls };
}

/** The tools' results as the model reads them. */
export function resultsIn(messages: readonly Message[]) {
  return messages
    .filter(({ role }) => role === 'tool')
    .map(({ tool_call_id: id, content, metadata }) => ({
      id,
      content,
      isError: metadata?.is_error === true,
    }));
}

function isToolResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'success' in value;
}
