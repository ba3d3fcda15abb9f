/** One tool call with its hooks: allowed or not, as asked or changed, its result as a message. */
import type { Message, ToolCall, ToolResult } from '../../protocol/data.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import { INVALID_ARGUMENTS } from '../../sdk/provider/tool-arguments.ts';
import { settleGate } from './hook-decision.ts';
import { type Injection, withText } from './injection.ts';
import type { TurnContext } from './turn-context.ts';

export interface CalledTool {
  readonly message: Message;
  /** What hooks want the model to know beside the result. */
  readonly injections: readonly Injection[];
}

/**
 * Runs one call. What goes wrong becomes the result the model reads; only a stop is thrown.
 * @throws PatchbayError `cancelled`.
 */
export async function callTool(turn: TurnContext, call: ToolCall): Promise<CalledTool> {
  return calledTool(call, await attempt(turn, call));
}

/** A call that ran in a turn that was interrupted: its result goes the way it would have gone. */
export async function finishTool(turn: TurnContext, call: ToolCall, result: ToolResult): Promise<CalledTool> {
  return calledTool(call, await afterwards(turn, dataOf(call), result));
}

interface Outcome {
  readonly content: Message['content'];
  readonly isError: boolean;
  /** What the hooks before and after the call add. */
  readonly injections?: readonly (Injection | undefined)[];
}

/** What hooks add to the result becomes part of it; the rest is for its caller to add after all results. */
function calledTool({ id, name }: ToolCall, { content, isError, injections = [] }: Outcome): CalledTool {
  const added = injections.filter((each) => each !== undefined);
  const kept = added.filter(({ ephemeral }) => !ephemeral);
  return {
    message: {
      role: 'tool',
      name,
      tool_call_id: id,
      content: kept.reduce((all, { toolResultText }) => withText(all, toolResultText), content),
      ...(isError && { metadata: { is_error: true } }),
    },
    injections: added.map((each) => (each.ephemeral ? each : { ...each, toolResultText: '' })),
  };
}

function dataOf({ id, name, arguments: input }: ToolCall) {
  return { tool_name: name, tool_call_id: id, tool_input: input };
}

async function attempt(turn: TurnContext, call: ToolCall): Promise<Outcome> {
  if (INVALID_ARGUMENTS in call.arguments) {
    return failure(`The arguments of ${call.name} were not valid JSON. Send the call again with valid JSON.`);
  }
  const data = dataOf(call);
  const subject = { callId: call.id, toolName: call.name, toolInput: call.arguments };
  const verdict = await settleGate(turn, await turn.hook('tool:pre', data), data, subject);
  const before = verdict.injection;
  if (verdict.kind === 'denied') return failure(`Denied by hook: ${verdict.reason}`, [before]);
  const input = verdict.data.tool_input as Record<string, unknown>;
  try {
    const result = await turn.executeTool(call.id, call.name, input);
    return await afterwards(turn, { ...data, tool_input: input }, result, before);
  } catch (thrown) {
    const error = asPatchbayError(thrown);
    if (error.kind === 'cancelled' && turn.signal.aborted) throw error;
    await turn.tell('tool:error', {
      ...data,
      tool_input: input,
      error: { type: error.kind, message: error.message },
    });
    return failure(error.message, [before]);
  }
}

/** What hooks make of a result: DENY keeps it from the model, MODIFY replaces it, INJECT adds to it. */
async function afterwards(
  turn: TurnContext,
  data: Record<string, unknown>,
  result: ToolResult,
  before?: Injection,
): Promise<Outcome> {
  tellTodos(turn, data, result);
  const posted = { ...data, result };
  const verdict = await settleGate(turn, await turn.hook('tool:post', posted), posted, {
    callId: data.tool_call_id as string,
    toolName: data.tool_name as string,
  });
  const injections = [before, verdict.injection];
  if (verdict.kind === 'denied')
    return failure(`The result was withheld by a hook: ${verdict.reason}`, injections);
  const final = verdict.data.result as ToolResult;
  return { content: contentOf(final), isError: final.success === false, injections };
}

function tellTodos(turn: TurnContext, data: Record<string, unknown>, result: ToolResult): void {
  const output = result.output as { todos?: unknown } | null | undefined;
  const input = data.tool_input as { todos?: unknown };
  const todos = output?.todos ?? input.todos;
  if (data.tool_name !== 'todo' || !result.success || !Array.isArray(todos)) return;
  turn.context.notify('stream.todo_update', { todos, status: 'updated' });
}

/** As the model reads it: text as it is, images as blocks, anything else as JSON. */
function contentOf(result: ToolResult): Message['content'] {
  const { output, error } = result;
  if (isImage(output)) return [{ type: 'image', mime_type: output.mime_type, data: output.data }];
  if (typeof output === 'string') return output;
  if (output === null || output === undefined) return error?.message ?? 'Done.';
  const text = JSON.stringify(output);
  return result.success || !error ? text : `${error.message}\n${text}`;
}

function isImage(value: unknown): value is { type: 'image'; mime_type: string; data: string } {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'image';
}

function failure(message: string, injections: Outcome['injections'] = []): Outcome {
  return { content: message, isError: true, injections };
}

/** An answer that asks for more calls than allowed: the rest is refused, and the model told so. */
export function refusedCall(call: ToolCall, limit: number): CalledTool {
  const text = `Not run: at most ${limit} tool calls are allowed in one answer. Ask for it again if it is still needed.`;
  return calledTool(call, failure(text));
}
