/**
 * What is missing from the log of a turn that ended with its process (RT-33): the text that was being streamed,
 * the ends of its tools, its own end. Pure; the same events give the same answer, and with it applied, nothing.
 */
import type { EventBody, EventOf, SessionEvent } from '../protocol/events.ts';
import type { EventError } from '../protocol/outcome.ts';
import type { LiveText } from './live-text.ts';
import { summariseTurn } from './turn-summary.ts';

export interface Missing {
  readonly agent: string;
  readonly body: EventBody;
}

/**
 * @param newest the log's last events; the last turn's at least, when it has no end.
 * @param live what was being streamed at the end, in order.
 */
export function missingEvents(newest: readonly SessionEvent[], live: readonly LiveText[]): Missing[] {
  const messages = unstoredMessages(newest, live);
  const turn = newest.slice(newest.findLastIndex((event) => event.type === 'turn.started'));
  const started = turn[0];
  if (started?.type !== 'turn.started' || turn.some((event) => event.type === 'turn.finished'))
    return messages;
  const lastSign = [...turn, ...live].reduce((latest, { at }) => Math.max(latest, at), started.at);
  const ends = unfinishedTools(turn).map((tool) => endOf(tool, live, lastSign));
  const summary = summariseTurn([...turn, ...ends]);
  return [
    ...messages,
    ...ends.map(({ seq: _, at: _at, session_id: _id, turn: _turn, agent, ...body }) => ({ agent, body })),
    {
      agent: started.agent,
      body: { type: 'turn.finished', status: 'interrupted', exit: 'EXIT-PROCESS-LOST', summary },
    },
  ];
}

const UNSEEN_END: EventError = {
  kind: 'crashed',
  message: 'Interrupted: the editor was closed while this ran.',
};

/** Whether this end of a tool was only put in its place, so that what the tool did is not known. */
export function isUnseenEnd({ error }: EventOf<'tool.finished'>): boolean {
  return error?.service === undefined && error?.message === UNSEEN_END.message;
}

/** The end of a tool that nobody saw, at the last moment it can have been running. */
function endOf(
  started: EventOf<'tool.started'>,
  live: readonly LiveText[],
  lastSign: number,
): EventOf<'tool.finished'> {
  const { input: _, ...head } = started;
  return {
    ...head,
    type: 'tool.finished',
    at: lastSign,
    success: false,
    output: live.find((text) => text.type === 'tool.progress' && text.id === started.call_id)?.text,
    error: UNSEEN_END,
    duration_ms: Math.max(0, lastSign - started.at),
  };
}

/** Texts still streaming as messages of their own; also how a turn that ends without finishing them keeps them. */
export function unstoredMessages(stored: readonly SessionEvent[], live: readonly LiveText[]): Missing[] {
  const known = new Set(
    stored.flatMap((event) =>
      event.type === 'assistant.message' || event.type === 'thinking.message'
        ? [`${event.type} ${event.message_id}`]
        : [],
    ),
  );
  return live.flatMap((text): Missing[] => {
    switch (text.type) {
      case 'assistant.delta': {
        if (known.has(`assistant.message ${text.id}`)) return [];
        return [
          {
            agent: text.agent,
            body: { type: 'assistant.message', message_id: text.id, text: text.text, interrupted: true },
          },
        ];
      }
      case 'thinking.delta': {
        if (known.has(`thinking.message ${text.id}`)) return [];
        const duration_ms = Math.max(0, text.at - text.began_at);
        return [
          {
            agent: text.agent,
            body: {
              type: 'thinking.message',
              message_id: text.id,
              text: text.text,
              duration_ms,
              interrupted: true,
            },
          },
        ];
      }
      case 'tool.progress':
        return [];
      default:
        return text.type satisfies never;
    }
  });
}

function unfinishedTools(turn: readonly SessionEvent[]): EventOf<'tool.started'>[] {
  const running = new Map<string, EventOf<'tool.started'>>();
  for (const event of turn) {
    if (event.type === 'tool.started') running.set(event.call_id, event);
    if (event.type === 'tool.finished') running.delete(event.call_id);
  }
  return [...running.values()];
}
