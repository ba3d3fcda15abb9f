/** Answers as the vendors' documentation shows them, byte for byte, read into exactly what a loop gets (RT-52). */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ChatResponse } from '../../../src/protocol/data.ts';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { type Recording, serveRecording } from '../../builders/model-server.ts';
import { RECORDED_ANSWERS } from './recorded-answers.ts';
import { providerAt, textsOf, WIRES } from './wires.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/recorded');

async function play(wire: string, file: string, recording?: Recording) {
  const row = WIRES.find(({ name }) => name === wire);
  if (!row) throw new Error(`No wire is called ${wire}.`);
  await using server = await serveRecording(path.join(folder, `${file}.sse`), recording);
  const provider = await providerAt(row, server);
  const outcome: { response?: ChatResponse; error?: PatchbayError } = await provider
    .call('provider.complete', { request: { messages: [{ role: 'user', content: 'go' }] } })
    .then(
      (response) => ({ response }),
      (error: PatchbayError) => ({ error }),
    );
  return { ...outcome, tokens: textsOf(provider, 'token'), thoughts: textsOf(provider, 'thinking') };
}

describe('a recorded stream', () => {
  test.each(RECORDED_ANSWERS)(
    '%s reads %s exactly, however its bytes are cut (RT-52)',
    async (wire, file, expected) => {
      const small = await play(wire, file, { pieceBytes: 1 });
      const large = await play(wire, file, { pieceBytes: 100_000 });

      expect(small.error).toBeUndefined();
      expect(small.response).toEqual(expected);
      expect(large.response).toEqual(expected);
      expect(small.tokens.join('')).toBe(expected.text);
    },
  );

  test('of the Responses API gives its reasoning to send back (RT-52)', async () => {
    const { response, thoughts } = await play('openai-responses', 'openai-responses-tools');

    expect(thoughts.join('')).toBe('**Weather first**\n\nThen the time.');
    expect(response?.content).toEqual([
      { type: 'thinking', thinking: '**Weather first**\n\nThen the time.', id: 'rs_682a1' },
      { type: 'tool_call', id: 'call_12345xyz', name: 'get_weather', input: { location: 'Paris, France' } },
      {
        type: 'tool_call',
        id: 'call_67890abc',
        name: 'get_time',
        input: { $invalid_arguments: '{"zone":"Europe/' },
      },
    ]);
    expect(response?.metadata).toMatchObject({
      reasoning_items: [
        {
          id: 'rs_682a1',
          summary: ['**Weather first**', 'Then the time.'],
          encrypted_content: expect.stringMatching(
            /^gAAAAABoISQ24OyVRYb.*tNmU5bfEWSXcIVmiMZL1clwzVNryf9Gk482LaWPwhVYrkv2MkhKMPKdeAZWVhZbm0eM$/,
          ),
        },
      ],
    });
    expect(response?.usage).toMatchObject({ reasoning_tokens: 40, total_tokens: 194 });
  });

  test.each([
    ['anthropic', 'anthropic-overloaded', 'network', 'Overloaded.'],
    ['openai-responses', 'openai-responses-failed', 'network', 'The model failed to generate a response.'],
    ['openai-chat', 'compatible-openrouter-error', 'network', 'Provider disconnected unexpectedly.'],
  ])('%s tells the error inside %s (RT-52)', async (wire, file, kind, message) => {
    const { error } = await play(wire, file);

    expect(error).toBeInstanceOf(PatchbayError);
    expect(error).toMatchObject({ kind, retryable: true });
    expect(error?.message).toContain(message);
  });

  test('under an HTTP error is no answer (RT-52)', async () => {
    const { error } = await play('anthropic', 'anthropic-text', {
      status: 502,
      headers: { 'content-type': 'text/html' },
    });

    expect(error).toMatchObject({ kind: 'network', retryable: true });
    expect(error?.message).toContain('HTTP 502');
  });
});
