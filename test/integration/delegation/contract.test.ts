/** Agents with a contract are tools of their own, and held to it (AT-1, AT-2, AT-24, AT-73, AT-74). */
import { describe, expect, test } from 'vitest';
import { openDelegationRoom } from '../../builders/delegation.ts';
import { finished, ofType, toolResults } from '../../builders/host-turns.ts';

const shape = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const counter = {
  usage: 'count the words of a text',
  toolName: 'count_words',
  input: { format: 'json', schema: shape({ text: { type: 'string' } }) },
  output: { format: 'json', schema: shape({ words: { type: 'integer' } }) },
};

function room(answers: readonly string[], input: Record<string, unknown> = { text: 'one two' }) {
  const [first, ...repairs] = answers;
  return openDelegationRoom(
    { root: {}, counter },
    {
      go: [{ tool_calls: [{ name: 'count_words', arguments: input }] }, { text: 'Done.' }],
      'The input:': [{ text: first! }],
      ...(repairs.length > 0 && { 'wrong form': repairs.map((text) => ({ text })) }),
    },
  );
}

describe('an agent with a contract', () => {
  test('is a tool with the input of its schema and the answer as a value (AT-1, AT-24, AT-50, AT-52)', async () => {
    const { root, turn } = room(['```json\n{"words": 2}\n```']);
    const session = await root();
    const events = await turn(session, 'go');
    const [call] = ofType(events, 'tool.started');

    expect(call).toMatchObject({ name: 'count_words', input: { text: 'one two' } });
    expect(JSON.parse(toolResults(session)[0]!)).toMatchObject({
      response: { words: 2 },
      agent: 'counter',
      status: 'completed',
    });
    expect(ofType(events, 'delegation.started')[0]!.instruction).toContain('"text": "one two"');
  });

  test('is not asked with input that its schema refuses (AT-73)', async () => {
    const { root, turn } = room(['{"words": 2}'], { text: 2 });
    const session = await root();
    const events = await turn(session, 'go');

    expect(toolResults(session)[0]).toBe('invalid_parameters: /text must be string.');
    expect(ofType(events, 'delegation.started')).toEqual([]);
  });

  test('is asked once more for an answer in the wrong form (AT-74)', async () => {
    const { root, turn } = room(['two words', '{"words": 2}']);
    const session = await root();
    const events = await turn(session, 'go');

    expect(JSON.parse(toolResults(session)[0]!)).toMatchObject({ response: { words: 2 }, turn_count: 2 });
    expect(ofType(events, 'delegation.started').map(({ resumed }) => resumed)).toEqual([false, true]);
  });

  test('fails as its model does when it stays so, and the parent goes on (AT-74)', async () => {
    const { root, turn } = room(['{"words": "two"}', '{"letters": 7}']);
    const session = await root();
    const events = await turn(session, 'go');

    expect(toolResults(session)[0]).toMatch(
      /Agent "counter" failed \(model\): its answer has the wrong form: .*must have required property 'words'/,
    );
    expect(finished(events.filter(({ session_id }) => session_id === session.id)).status).toBe('completed');
  });
});
