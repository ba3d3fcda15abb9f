/**
 * What a child is told of its parent's conversation, in the reference's words: between two lines in brackets, so
 * much of each message and no more (reference §6.10).
 */
import { type Message, messageText } from '../../protocol/data.ts';
import type { SpawnRequest } from '../../protocol/delegation.ts';

/** Characters kept of a message, and of a tool's result. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_RESULT = 4_000;

type Wanted = Pick<SpawnRequest, 'context_depth' | 'context_scope' | 'context_turns'>;

/**
 * The instruction with the conversation before it, if any is wanted.
 * @param delegating names of tools whose results the scope `agents` keeps.
 */
export function withParentContext(
  instruction: string,
  transcript: readonly Message[],
  wanted: Wanted,
  delegating: readonly string[],
): string {
  if (wanted.context_depth === 'none') return instruction;
  const kept = transcript.filter((message) => isWanted(message, wanted.context_scope, delegating));
  const all = kept.map(lineOf).filter((line) => line !== undefined);
  const lines = wanted.context_depth === 'recent' ? all.slice(-wanted.context_turns) : all;
  if (lines.length === 0) return instruction;
  return [
    '[PARENT CONVERSATION CONTEXT]',
    ...lines,
    '[END PARENT CONTEXT]',
    '',
    '[YOUR TASK]',
    instruction,
  ].join('\n');
}

function isWanted(
  { role, name }: Message,
  scope: Wanted['context_scope'],
  delegating: readonly string[],
): boolean {
  if (role === 'user' || role === 'assistant') return true;
  if (role !== 'tool' || scope === 'conversation') return false;
  return scope === 'full' || delegating.includes(name ?? '');
}

function lineOf(message: Message): string | undefined {
  const text = messageText(message).trim();
  if (text === '') return undefined;
  const most = message.role === 'tool' ? LONGEST_RESULT : LONGEST_MESSAGE;
  const speaker = message.role === 'tool' ? `tool ${message.name ?? ''}`.trim() : message.role;
  return `${speaker}: ${text.length > most ? `${text.slice(0, most)}…` : text}`;
}
