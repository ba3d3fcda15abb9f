/** The loop itself, top to bottom: prompt, then model and tools in turns, then the answer (RT-40). */
import { type ChatResponse, type Message, responseText, type ToolCall } from '../../protocol/data.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import { callModel } from './call-model.ts';
import { type CalledTool, callTool, finishTool, refusedCall } from './call-tool.ts';
import { settleGate } from './hook-decision.ts';
import { type LimitMet, Limits } from './limits.ts';
import { type LoopRequest, TurnContext } from './turn-context.ts';

const DEFAULT_CALLS_PER_ANSWER = 64;

/**
 * Runs one turn and returns the final text.
 * @throws PatchbayError `denied` when a gate refuses the prompt or a model call, `cancelled` on a stop, or the
 *   error of the model call that could not be repeated.
 */
export async function runLoop(request: LoopRequest): Promise<string> {
  const turn = new TurnContext(request);
  const limits = new Limits(request.config);
  await turn.tell('execution:start', { prompt: request.prompt });
  let status = 'error';
  let text = '';
  try {
    await begin(turn, request);
    text = await iterate(turn, request, limits);
    status = 'completed';
    await turn.tell('orchestrator:complete', {
      orchestrator: 'streaming',
      turn_count: limits.iteration,
      status: 'success',
    });
    await turn.tell('prompt:complete', { response_preview: text.slice(0, 200), length: text.length });
    return text;
  } finally {
    if (!turn.signal.aborted) await turn.tell('execution:end', { response: text, status });
  }
}

/** The prompt through its gate and into the conversation; or what an interrupted turn left undone. */
async function begin(turn: TurnContext, { prompt, config }: LoopRequest): Promise<void> {
  if (config.resume) {
    const finished = config.finished_calls ?? [];
    await addResults(
      turn,
      await Promise.all(finished.map(({ call, result }) => finishTool(turn, call, result))),
    );
    await runTools(turn, config.pending_calls ?? []);
    return;
  }
  const data = { prompt };
  const verdict = await settleGate(turn, await turn.hook('prompt:submit', data), data, {});
  if (verdict.kind === 'denied')
    throw new PatchbayError('denied', `The prompt was denied: ${verdict.reason}`);
  await turn.inject(verdict.injection);
  await turn.addMessage({ role: 'user', content: String(verdict.data.prompt) });
}

async function iterate(turn: TurnContext, request: LoopRequest, limits: Limits): Promise<string> {
  for (;;) {
    turn.throwIfStopped();
    await addSteering(turn);
    const met = limits.met();
    if (met) return conclude(turn, request, limits, met);
    const response = await callModel(turn, {
      iteration: limits.iteration + 1,
      systemPrompt: request.systemPrompt,
      withTools: true,
      ephemeral: [],
    });
    limits.add(response.usage);
    const text = responseText(response);
    const calls = response.tool_calls ?? [];
    await turn.addMessage(assistantMessage(response, text));
    if (calls.length > 0) await runTools(turn, calls);
    else if (turn.context.closeSteering()) return text;
  }
}

/** What the person typed since the last model call (RT-45). */
async function addSteering(turn: TurnContext): Promise<void> {
  for (const text of turn.context.takeSteering()) await turn.addMessage({ role: 'user', content: text });
}

/** All calls of one answer at once; results go into the conversation in call order (RT-13). */
async function runTools(turn: TurnContext, calls: readonly ToolCall[]): Promise<void> {
  const limit = turn.config.max_tool_calls ?? DEFAULT_CALLS_PER_ANSWER;
  const [allowed, refused] = [calls.slice(0, limit), calls.slice(limit)];
  for (const { id, name, arguments: input } of allowed) {
    turn.context.notify('stream.tool_call_start', { name, id });
    turn.context.notify('stream.tool_call', { tool_name: name, arguments: input, id });
  }
  const called = await Promise.all(allowed.map((call) => callTool(turn, call)));
  await addResults(turn, [...called, ...refused.map((call) => refusedCall(call, limit))]);
}

/** First every result, as providers want them right after the calls, then what hooks add. */
async function addResults(turn: TurnContext, called: readonly CalledTool[]): Promise<void> {
  for (const { message } of called) await turn.addMessage(message);
  for (const injection of called.flatMap(({ injections }) => injections)) await turn.inject(injection);
}

/** At a limit the agent gets one last call without tools (RT-44). */
async function conclude(
  turn: TurnContext,
  request: LoopRequest,
  limits: Limits,
  met: LimitMet,
): Promise<string> {
  turn.note('limit', { ...met });
  // Text that comes from now on would not be read any more.
  while (!turn.context.closeSteering()) await addSteering(turn);
  const response = await callModel(turn, {
    iteration: limits.iteration + 1,
    systemPrompt: request.systemPrompt,
    withTools: false,
    ephemeral: [{ role: 'user', content: `${met.message} Conclude now: say what is done and what is left.` }],
  });
  const text = responseText(response);
  await turn.addMessage(assistantMessage(withoutCalls(response), text));
  return text;
}

/** A model that calls tools although it has none is not answered; its calls would stay open. */
function withoutCalls(response: ChatResponse): ChatResponse {
  const { content } = response;
  const blocks = Array.isArray(content) ? content.filter(({ type }) => type !== 'tool_call') : content;
  return { ...response, content: blocks, tool_calls: null };
}

/** Kept as the provider gave it, thinking and signatures included, so that it can be sent back. */
function assistantMessage(response: ChatResponse, text: string): Message {
  return {
    role: 'assistant',
    content: Array.isArray(response.content) ? response.content : text,
    ...(response.tool_calls && response.tool_calls.length > 0 && { tool_calls: response.tool_calls }),
    ...(response.metadata && { metadata: response.metadata }),
  };
}
