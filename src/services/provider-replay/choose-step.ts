/**
 * Finds the step that is next, from the request alone: services are born fresh with every turn, so nothing is
 * remembered.
 */
import { type Message, messageText } from '../../protocol/data.ts';
import { patternOf } from './read-script.ts';
import type { Condition, Conversation, Script, Step } from './script-schema.ts';

export type Choice =
  | { readonly kind: 'step'; readonly step: Step }
  /** The script has nothing for this prompt. */
  | { readonly kind: 'unknown' }
  /** The conversation's last turn was played already. */
  | { readonly kind: 'over' };

export function chooseStep(script: Script, messages: readonly Message[]): Choice {
  const { prompt, answers, results } = placeOf(messages, (text) =>
    script.conversations.some((conversation) => isFor(conversation, text)),
  );
  const conversation =
    script.conversations.find((each) => isFor(each, prompt)) ??
    script.conversations.find((each) => each.match === undefined);
  if (!conversation) return { kind: 'unknown' };
  const turn = conversation.turns[answers];
  if (!turn) return { kind: 'over' };
  const branch = turn.branches.find(({ when }) => holds(when, results));
  return { kind: 'step', step: branch ?? turn };
}

interface Place {
  readonly prompt: string;
  /** Of the model since that prompt. */
  readonly answers: number;
  /** Of the calls in the last answer. */
  readonly results: readonly Message[];
}

/**
 * A prompt is what the person says first or after an answer without calls. What comes between tool results and the
 * next answer (a remark on the way, text that a hook added) is none, unless the script knows it.
 */
function placeOf(messages: readonly Message[], isKnown: (text: string) => boolean): Place {
  const said = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
  const lastAnswer = said.findLastIndex(({ role }) => role === 'assistant');
  for (let end = said.length; end > 0; ) {
    const at = said.findLastIndex(({ role }, index) => index < end && role === 'user');
    if (at < 0) break;
    const start = said.findLastIndex(({ role }, index) => index < at && role !== 'user') + 1;
    const prompt = said
      .slice(start, at + 1)
      .map(messageText)
      .join('\n');
    if (endsTurn(said[start - 1]) || isKnown(prompt)) {
      const since = said.slice(at + 1);
      return {
        prompt,
        answers: since.filter(({ role }) => role === 'assistant').length,
        results: since.some(({ role }) => role === 'assistant') ? toolsOf(said.slice(lastAnswer + 1)) : [],
      };
    }
    end = start;
  }
  return { prompt: '', answers: said.filter(({ role }) => role === 'assistant').length, results: [] };
}

/** Whether the turn before a prompt was over: nothing came before, or an answer that called nothing. */
function endsTurn(before: Message | undefined): boolean {
  return before === undefined || (before.role === 'assistant' && !before.tool_calls?.length);
}

function toolsOf(messages: readonly Message[]): Message[] {
  return messages.filter(({ role }) => role === 'tool');
}

function isFor({ match }: Conversation, prompt: string): boolean {
  return [match ?? []].flat().some((text) => {
    const pattern = patternOf(text);
    return pattern
      ? new RegExp(pattern.source, pattern.flags).test(prompt)
      : prompt.toLowerCase().includes(text.toLowerCase());
  });
}

function holds(when: Condition, results: readonly Message[]): boolean {
  return results.some((result) => {
    const failed = result.metadata?.is_error === true;
    const denied = failed && /\b(denied|declined|rejected|not allowed)\b/i.test(messageText(result));
    return (
      (when.failed === undefined || when.failed === failed) &&
      (when.denied === undefined || when.denied === denied) &&
      (when.tool === undefined || when.tool === result.name) &&
      (when.contains === undefined || messageText(result).includes(when.contains))
    );
  });
}
