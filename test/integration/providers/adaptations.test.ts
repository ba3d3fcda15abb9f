/** Calls that a provider repeats by itself, without what the server refused (RT-52). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/data.ts';
import { type ModelServer, startModelServer } from '../../builders/model-server.ts';
import { bodyOf, providerAt, WIRES, type Wire } from './wires.ts';

let server: ModelServer;
beforeEach(async () => {
  server = await startModelServer();
  server.mock.addFixture({ match: {}, response: { content: 'Done.' } });
});
afterEach(() => server[Symbol.asyncDispose]());

const wire = (name: string): Wire => WIRES.find((row) => row.name === name) as Wire;
const user = (content: string): Message => ({ role: 'user', content });

describe('a provider asks again', () => {
  test('without earlier thinking whose signature no longer fits (RT-52)', async () => {
    server.mock.nextRequestError(400, {
      message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
    });
    const provider = await providerAt(wire('anthropic'), server);
    const thought: Message = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'of another day' },
        { type: 'text', text: 'Yes.' },
      ],
    };

    const answer = await provider.call('provider.complete', {
      request: { messages: [user('a'), thought, user('b')] },
    });

    expect(answer.text).toBe('Done.');
    expect(server.sent).toHaveLength(2);
    expect(JSON.stringify(server.sent[0]?.body)).toContain('of another day');
    expect(JSON.stringify(server.sent[1]?.body)).not.toContain('of another day');
    expect(provider.notifications).toContainEqual({
      name: 'log',
      payload: expect.objectContaining({ level: 'warning', message: expect.stringContaining('thinking') }),
    });
  });

  test.each(['openai-responses', 'openai-chat'])(
    '%s without an option that the model refuses (RT-52)',
    async (name) => {
      server.mock.nextRequestError(400, { message: "Unsupported value: 'temperature' does not support 0.2" });
      const provider = await providerAt(wire(name), server);

      const answer = await provider.call('provider.complete', {
        request: { messages: [user('a')], temperature: 0.2 },
      });

      expect(answer.text).toBe('Done.');
      expect(bodyOf(server.sent[0])).toMatchObject({ temperature: 0.2 });
      expect(bodyOf(server.sent[1])).not.toHaveProperty('temperature');
      expect(provider.notifications).toContainEqual({
        name: 'log',
        payload: expect.objectContaining({ message: expect.stringContaining('does not take temperature') }),
      });
    },
  );

  test.each(WIRES)('$name not at all when nothing can be left out (RT-52)', async (row) => {
    server.mock.nextRequestError(400, { message: 'The prompt mentions thinking and temperature' });
    const provider = await providerAt(row, server);

    const call = provider.call('provider.complete', { request: { messages: [user('a')] } });

    await expect(call).rejects.toMatchObject({ kind: 'model' });
    expect(server.sent).toHaveLength(1);
  });
});
