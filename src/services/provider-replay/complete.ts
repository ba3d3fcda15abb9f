/** Answers with the next step of a script or the next line of a recording. */
import path from 'node:path';
import {
  type ChatRequest,
  type ChatResponse,
  type ContentBlock,
  messageText,
  responseText,
} from '../../protocol/data.ts';
import { PatchbayError, type ProviderContext } from '../../sdk/index.ts';
import { type Counted, chatResponse } from '../../sdk/provider/answer.ts';
import { isThinking } from '../../sdk/provider/conversation.ts';
import { chooseStep } from './choose-step.ts';
import { type Pace, say } from './play.ts';
import { readRecording } from './read-recording.ts';
import { readScript } from './read-script.ts';
import type { Script, Step } from './script-schema.ts';
import type { ReplayConfig } from './settings.ts';
import { overText, unknownPromptText } from './standing-texts.ts';

type Context = ProviderContext<ReplayConfig>;

const METADATA = { provider: 'replay', model: 'demo', scripted: true } as const;
const DELAY_MS = 350;

/** @throws PatchbayError `config` for a file that is not right, `cancelled`, or what the script says. */
export async function complete(request: ChatRequest, context: Context): Promise<ChatResponse> {
  const { script } = context.config;
  const file = script === undefined ? undefined : path.resolve(script);
  if (file?.endsWith('.jsonl')) return playRecording(file, request, context);
  return playStep(file ? await readScript(file) : undefined, request, context);
}

async function playStep(
  script: Script | undefined,
  request: ChatRequest,
  context: Context,
): Promise<ChatResponse> {
  const choice = script ? chooseStep(script, request.messages) : { kind: 'unknown' as const };
  const step: Step =
    choice.kind === 'step'
      ? choice.step
      : { text: choice.kind === 'over' ? overText() : unknownPromptText(script) };
  const pace = paceOf(context.config, step.tokens_per_second ?? script?.tokens_per_second, step.delay_ms);
  await say(step, pace, context);
  if (step.error) {
    const { kind, message, retryable, retry_after_ms: retryAfterMs } = step.error;
    throw new PatchbayError(kind, message, { service: 'replay', retryable, retryAfterMs });
  }
  const blocks = blocksOf(step, request);
  return chatResponse({
    blocks,
    usage: countedOf(step, request),
    finishReason: blocks.some((block) => block.type === 'tool_call') ? 'tool_calls' : 'stop',
    metadata: METADATA,
  });
}

async function playRecording(file: string, request: ChatRequest, context: Context): Promise<ChatResponse> {
  const recorded = await readRecording(file);
  const at = answersIn(request);
  const response = recorded[at];
  if (!response) {
    throw new PatchbayError('model', `The recording ${file} ends after ${recorded.length} answers.`, {
      service: 'replay',
      remedy: 'Start a new session to play it from its beginning.',
    });
  }
  const thinking = (Array.isArray(response.content) ? response.content : [])
    .filter(isThinking)
    .map((block) => block.thinking)
    .join('\n\n');
  await say({ thinking, text: responseText(response) }, paceOf(context.config), context);
  return { ...response, metadata: { ...response.metadata, ...METADATA } };
}

function paceOf(config: ReplayConfig, tokensPerSecond?: number, delayMs: number = DELAY_MS): Pace {
  if (config.instant) return { delayMs: 0, tokensPerSecond: Number.POSITIVE_INFINITY };
  return { delayMs, tokensPerSecond: tokensPerSecond ?? config.tokens_per_second };
}

/** A request that offers no tools at all (the last one at a limit) is answered without calls. */
function blocksOf({ thinking, text, tool_calls: calls = [] }: Step, request: ChatRequest): ContentBlock[] {
  const hasNoTools = request.tools?.length === 0;
  const number = answersIn(request) + 1;
  return [
    ...(thinking ? [{ type: 'thinking', thinking }] : []),
    ...(text ? [{ type: 'text', text }] : []),
    ...(hasNoTools ? [] : calls).map(({ name, arguments: input }, at) => ({
      type: 'tool_call',
      id: `replay_${number}_${at + 1}`,
      name,
      input,
    })),
  ];
}

function answersIn({ messages }: ChatRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}

/** Four characters for a token, where the script does not say. */
function countedOf(step: Step, request: ChatRequest): Counted {
  if (step.usage) return { input: step.usage.input_tokens, output: step.usage.output_tokens };
  const asked = request.messages.reduce((sum, message) => sum + messageText(message).length, 0);
  const said = JSON.stringify([step.thinking, step.text, step.tool_calls]).length;
  return { input: Math.ceil((asked + (request.system ?? '').length) / 4), output: Math.ceil(said / 4) };
}
