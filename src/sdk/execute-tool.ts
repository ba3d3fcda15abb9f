/** One tool call: input validated, the answer shaped as a ToolResult. */
import { safeParse } from 'zod/v4/core';
import type { ToolResult } from '../protocol/data.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { issuesText } from '../protocol/issues-text.ts';
import type { DecodedParams } from '../protocol/methods.ts';
import { isRecord } from '../protocol/reading.ts';
import type { CallContext } from './context.ts';
import { type ToolContext, type ToolDefinition, ToolFailure } from './define.ts';
import { jsonInputFault } from './json-input.ts';

export async function executeTool(
  tool: ToolDefinition,
  params: DecodedParams<'tool.execute'>,
  context: CallContext & { config: unknown },
): Promise<ToolResult> {
  const input = parseInput(tool, params.input);
  if ('problem' in input) return failed(input.problem);
  const callId = params.tool_call_id ?? params.call_id ?? '';
  const toolContext: ToolContext<unknown> = {
    ...context,
    // A foreign host that does not say started us in the session's folder.
    cwd: params.cwd ?? process.cwd(),
    callId,
    progress: (text, percent) => context.notify('stream.tool.progress', { text, percent }),
  };
  try {
    const value = await tool.execute(input.value, toolContext);
    return isRecord(value) && typeof value.success === 'boolean'
      ? { output: null, ...value, success: value.success }
      : { success: true, output: outputOf(tool.name, value) ?? null };
  } catch (error) {
    if (error instanceof ToolFailure) return failed(error.message, error.output);
    throw error;
  }
}

/** What was answered, out of `{ type, value }` where it says what it is (AT-53). */
function outputOf(tool: string, answer: unknown): unknown {
  const isTyped =
    isRecord(answer) &&
    Object.keys(answer).sort().join() === 'type,value' &&
    /^(json|text)$/.test(`${answer.type}`);
  if (!isTyped) return answer;
  if (answer.type === 'json' || typeof answer.value === 'string') return answer.value;
  throw new PatchbayError('protocol', `Tool "${tool}" answered a text whose value is no string.`, {
    component: tool,
    remedy: 'Answer `{ type: "json", value }` for anything but a string.',
  });
}

function parseInput(tool: ToolDefinition, input: unknown): { value: unknown } | { problem: string } {
  if ('jsonSchema' in tool.input) {
    const fault = jsonInputFault(tool.input.jsonSchema, isRecord(input) ? input : {});
    return fault === undefined ? { value: input } : { problem: `Invalid input for ${tool.name}: ${fault}.` };
  }
  const parsed = safeParse(tool.input, input);
  return parsed.success
    ? { value: parsed.data }
    : { problem: `Invalid input for ${tool.name}: ${issuesText(parsed.error.issues)}.` };
}

/** The reference puts the same text in `output` where a tool has nothing better to say. */
function failed(message: string, output?: unknown): ToolResult {
  return { success: false, output: output ?? message, error: { message } };
}
