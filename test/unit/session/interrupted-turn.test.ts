/** What a log lacks when its process died in mid-turn (RT-33). */
import { describe, expect, test } from 'vitest';
import type { EventBody, SessionEvent } from '../../../src/protocol/events.ts';
import { missingEvents } from '../../../src/session/interrupted-turn.ts';
import type { LiveText } from '../../../src/session/live-text.ts';
import {
  message,
  modelCalled,
  notice,
  stored,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';

describe('a turn without its end', () => {
  test('is finished as interrupted, with what it took until then', () => {
    const [end] = bodiesOf(
      stored([
        turnStarted,
        modelCalled({ input: 100, output: 20 }, 0.5),
        toolStarted('c1'),
        toolFinished('c1'),
      ]),
    );

    expect(end).toEqual({
      type: 'turn.finished',
      status: 'interrupted',
      exit: 'EXIT-PROCESS-LOST',
      summary: expect.objectContaining({
        duration_ms: 3_000,
        requests: 1,
        tool_calls: 1,
        input_tokens: 100,
        output_tokens: 20,
        cost_usd: 0.5,
        agents: [expect.objectContaining({ agent: 'root', requests: 1, tool_calls: 1 })],
      }),
    });
  });

  test('has its running tools ended as interrupted, with what they had printed', () => {
    const events = stored([turnStarted, toolStarted('c1'), toolStarted('c2'), toolFinished('c1')]);
    const live = [liveText({ type: 'tool.progress', id: 'c2', text: 'half of it', at: 1_007_000 })];

    const [tool, end] = bodiesOf(events, live);

    expect(tool).toEqual({
      type: 'tool.finished',
      call_id: 'c2',
      name: 'bash',
      service: 'tool-bash',
      success: false,
      output: 'half of it',
      error: { kind: 'crashed', message: 'Interrupted: the editor was closed while this ran.' },
      duration_ms: 5_000,
    });
    expect(end).toMatchObject({
      status: 'interrupted',
      exit: 'EXIT-PROCESS-LOST',
      summary: { tool_calls: 2 },
    });
  });

  test('keeps the text that was being streamed, under the agent that said it', () => {
    const live = [
      liveText({
        type: 'thinking.delta',
        id: 't1',
        text: 'hm',
        began_at: 1_001_000,
        at: 1_003_000,
        agent: 'explorer',
      }),
      liveText({ type: 'assistant.delta', id: 'm1', text: 'The answer' }),
    ];

    const missing = missingEvents(stored([turnStarted]), live);

    expect(missing.slice(0, 2)).toEqual([
      {
        agent: 'explorer',
        body: {
          type: 'thinking.message',
          message_id: 't1',
          text: 'hm',
          duration_ms: 2_000,
          interrupted: true,
        },
      },
      {
        agent: 'root',
        body: { type: 'assistant.message', message_id: 'm1', text: 'The answer', interrupted: true },
      },
    ]);
  });

  test('does not say a text twice that was stored just before', () => {
    const events = stored([turnStarted, message('The answer', 'm1')]);

    const bodies = bodiesOf(events, [liveText({ type: 'assistant.delta', id: 'm1', text: 'The ans' })]);

    expect(bodies.map((body) => body.type)).toEqual(['turn.finished']);
  });

  test('is told from finished turns before it', () => {
    const events = stored([turnStarted, toolStarted('old'), turnFinished, notice('between'), turnStarted]);

    expect(bodiesOf(events).map((body) => body.type)).toEqual(['turn.finished']);
  });

  test('lacks nothing any more when all of it is appended', () => {
    const events = stored([turnStarted, toolStarted('c1')]);
    const live = [liveText({ type: 'assistant.delta', id: 'm1', text: 'text' })];
    const mended = stored([turnStarted, toolStarted('c1'), ...bodiesOf(events, live)]);

    expect(missingEvents(mended, live)).toEqual([]);
  });
});

test('a finished turn and a session without turns lack nothing', () => {
  expect(missingEvents(stored([turnStarted, turnFinished, notice('after')]), [])).toEqual([]);
  expect(missingEvents([], [])).toEqual([]);
});

function bodiesOf(events: readonly SessionEvent[], live: readonly LiveText[] = []): EventBody[] {
  return missingEvents(events, live).map(({ body }) => body);
}

function liveText(text: Partial<LiveText>): LiveText {
  return {
    type: 'assistant.delta',
    id: 'x',
    agent: 'root',
    began_at: 1_000_000,
    at: 1_000_000,
    text: '',
    ...text,
  };
}
