/**
 * The orchestrator's text stream as events: one message per model call, live while it comes, stored when it is
 * complete. Whatever was shown and not completed is stored as interrupted, so nothing seen is ever lost.
 */
import { type Message, messageText } from '../protocol/data.ts';
import type { EventBody } from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import type { Session } from '../session/session.ts';
import { redactedEvent } from './redacted-event.ts';

interface Part {
  readonly id: string;
  text: string;
  began: number;
}

export class AnswerStream {
  readonly #session: Session;
  readonly #agent: string;
  readonly #secrets: SecretMask;
  #count = 0;
  #answer: Part | undefined;
  #thinking: Part | undefined;
  /** Whether thinking of the message in the making is stored already. */
  #hasThought = false;

  constructor(session: Session, agent: string, secrets: SecretMask) {
    this.#session = session;
    this.#agent = agent;
    this.#secrets = secrets;
  }

  /** Something was shown that no message completes yet. */
  get isOpen(): boolean {
    return this.#answer !== undefined;
  }

  token(text: string): void {
    this.#endThinking(false);
    this.#answer ??= this.#part('answer');
    this.#live('assistant.delta', this.#answer, text);
  }

  thinking(text: string): void {
    this.#thinking ??= this.#part('thinking');
    this.#live('thinking.delta', this.#thinking, text);
  }

  /** An assistant message went into the conversation: it is final, streamed or not. */
  messageAdded(message: Message): void {
    if (!this.#thinking && !this.#hasThought) {
      const thought = thinkingText(message);
      if (thought !== '') this.#thinking = { ...this.#part('thinking'), text: thought };
    }
    this.#endThinking(false);
    this.#hasThought = false;
    const text = messageText(message);
    const part = this.#answer ?? (text === '' ? undefined : this.#part('answer'));
    this.#answer = undefined;
    if (!part) return;
    this.#append({ type: 'assistant.message', message_id: part.id, text });
  }

  /** A try failed and will be repeated, or the turn ends: what was shown stays, marked. */
  interrupt(): string {
    this.#endThinking(true);
    this.#hasThought = false;
    const part = this.#answer;
    this.#answer = undefined;
    if (!part) return '';
    this.#append({ type: 'assistant.message', message_id: part.id, text: part.text, interrupted: true });
    return part.text;
  }

  #endThinking(interrupted: boolean): void {
    const part = this.#thinking;
    this.#thinking = undefined;
    if (!part) return;
    this.#hasThought = true;
    this.#append({
      type: 'thinking.message',
      message_id: part.id,
      text: part.text,
      duration_ms: Math.round(performance.now() - part.began),
      ...(interrupted && { interrupted }),
    });
  }

  #append(body: EventBody): void {
    this.#session.append(redactedEvent(body, this.#secrets), this.#agent);
  }

  #live(type: 'assistant.delta' | 'thinking.delta', part: Part, text: string): void {
    if (text === '') return;
    part.text += text;
    this.#session.live({ type, message_id: part.id, text }, this.#agent);
  }

  #part(kind: string): Part {
    this.#count += 1;
    return { id: `${this.#session.turn}.${this.#count}.${kind}`, text: '', began: performance.now() };
  }
}

function thinkingText({ content }: Message): string {
  return (Array.isArray(content) ? content : [])
    .map((block) => (block.type === 'thinking' && typeof block.thinking === 'string' ? block.thinking : ''))
    .filter((text) => text !== '')
    .join('\n\n');
}
