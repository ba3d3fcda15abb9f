/** Builds a session's events as the host would send them, with `seq`, time and offsets kept right. */
import type { EventBody, SessionEvent, TurnSummary } from '../../../src/protocol/events.ts';
import { emptyHead, reduceHead, type SessionHead } from '../../../src/protocol/session-head.ts';

export const SESSION = 'session-1';
const START = 1_700_000_000_000;

interface LiveText {
  readonly type: 'assistant.delta' | 'thinking.delta' | 'tool.progress';
  readonly id: string;
  text: string;
}

type Delta = { percent?: number } & Pick<LiveText, 'type' | 'id' | 'text'>;

export class SessionScript {
  readonly stored: SessionEvent[] = [];
  readonly #live = new Map<string, LiveText>();
  #turn = 0;
  #agent = 'build';

  get head(): SessionHead {
    return this.stored.reduce(reduceHead, emptyHead(SESSION, '/workspace', 'build', START));
  }

  /** A stored event. Its finished text or result ends what streamed of it. */
  add(body: EventBody, agent = this.#agent): SessionEvent {
    if (body.type === 'turn.started') this.#turn += 1;
    if (body.type === 'turn.finished') this.#live.clear();
    if (body.type === 'assistant.message' || body.type === 'thinking.message')
      this.#live.delete(body.message_id);
    if (body.type === 'tool.finished') this.#live.delete(body.call_id);
    const seq = this.stored.length + 1;
    const event = { ...body, seq, ...this.#stamp(), agent } as SessionEvent;
    this.stored.push(event);
    return event;
  }

  /** A piece of streamed text, at the offset it has. */
  live({ type, id, text, percent }: Delta): SessionEvent {
    const known = this.#live.get(id) ?? { type, id, text: '' };
    const event = this.#liveEvent(type, id, known.text.length, text, percent);
    known.text += text;
    this.#live.set(id, known);
    return event;
  }

  say(id: string, text: string): SessionEvent {
    return this.live({ type: 'assistant.delta', id, text });
  }

  /** All text still streaming, each from its beginning. */
  inFlight(): SessionEvent[] {
    return [...this.#live.values()].map(({ type, id, text }) => this.#liveEvent(type, id, 0, text));
  }

  startTurn(agent = 'build', scripted = false): SessionEvent {
    this.#agent = agent;
    return this.add({ type: 'turn.started', provider: 'anthropic', model: 'sonnet', scripted });
  }

  finishTurn(
    status: 'completed' | 'failed' | 'cancelled' | 'interrupted' = 'completed',
    more: object = {},
  ): SessionEvent {
    return this.add({ type: 'turn.finished', status, summary: emptySummary, ...more });
  }

  #liveEvent(
    type: LiveText['type'],
    id: string,
    offset: number,
    text: string,
    percent?: number,
  ): SessionEvent {
    const head = { seq: this.stored.length, ...this.#stamp(), agent: this.#agent, offset, text };
    return type === 'tool.progress'
      ? { ...head, type, call_id: id, percent }
      : { ...head, type, message_id: id };
  }

  #stamp() {
    return { at: START + this.stored.length * 1000, session_id: SESSION, turn: this.#turn };
  }
}

export const emptySummary: TurnSummary = {
  duration_ms: 1000,
  requests: 1,
  tool_calls: 0,
  input_tokens: 10,
  output_tokens: 5,
  cost_usd: 0.01,
  agents: [],
};
