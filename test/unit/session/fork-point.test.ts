/** Where a session is cut when it is forked (DL-34). */
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/data.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { forkPoint, forkPointAt } from '../../../src/session/fork-point.ts';
import { emptySummary, message } from '../../builders/session-events.ts';

const transcript: Message[] = ['one', 'first', 'two', 'second'].map((content, index) => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content,
}));

/** Two turns of two messages each, ten seconds apart; then the beginning of a third. */
function events(messages: (turn: number) => number | undefined = (turn) => (turn - 1) * 2): SessionEvent[] {
  let seq = 0;
  const at = (turn: number) => ({ seq: ++seq, at: turn * 10_000, session_id: 's1', turn, agent: 'root' });
  const begin = (turn: number): SessionEvent => ({
    ...at(turn),
    type: 'turn.started',
    provider: 'replay',
    messages: messages(turn),
  });
  const turn = (number: number): SessionEvent[] => [
    begin(number),
    { ...at(number), ...message(`answer ${number}`, `m${number}`) } as SessionEvent,
    { ...at(number), type: 'turn.finished', status: 'completed', summary: emptySummary },
  ];
  return [...turn(1), ...turn(2), begin(3)];
}

describe('the point of a fork', () => {
  test('is the end of the turn: its events, and what had been said by then', () => {
    const point = forkPoint('s1', events(), transcript, 1);

    expect(point).toMatchObject({ turn: 1, at: 10_000, isNewest: false });
    expect(point.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(point.transcript).toEqual(transcript.slice(0, 2));
  });

  test('is the last turn that has ended when none is given', () => {
    const running = forkPoint('s1', events(), [...transcript, { role: 'user', content: 'three' }]);
    expect(running).toMatchObject({ turn: 2, isNewest: false });
    expect(running.transcript).toEqual(transcript);

    expect(forkPoint('s1', events().slice(0, -1), transcript)).toMatchObject({ turn: 2, isNewest: true });
  });

  test('in a child is the last turn it had ended by then', () => {
    expect(forkPointAt('s1', events(), transcript, 19_999)?.turn).toBe(1);
    expect(forkPointAt('s1', events(), transcript, 20_000)?.turn).toBe(2);
    expect(forkPointAt('s1', events(), transcript, 9_999)).toBeUndefined();
  });

  test('must be a turn that has ended, and one of which the log tells what was said', () => {
    expect(() => forkPoint('s1', events(), transcript, 3)).toThrow(
      'Session "s1" has no turn 3 that has ended.',
    );
    expect(() => forkPoint('s1', events().slice(0, 2), transcript)).toThrow('has no turn yet that has ended');
    expect(() =>
      forkPoint(
        's1',
        events(() => undefined),
        transcript,
        1,
      ),
    ).toThrow('does not tell what was said by the end of turn 1');
  });
});
