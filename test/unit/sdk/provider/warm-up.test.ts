/** What a waiting provider does ahead of its first call (RT-21). */
import { expect, it } from 'vitest';
import type { ChatRequest } from '../../../../src/protocol/data.ts';
import { warmUp } from '../../../../src/sdk/provider/warm-up.ts';
import { loopService } from '../../../../src/services/loop-streaming/definition.ts';
import { anthropicService } from '../../../../src/services/provider-anthropic/definition.ts';
import { openaiService } from '../../../../src/services/provider-openai/definition.ts';

it('makes one call to this machine, with nothing of the person in it', async () => {
  let seen: { url: string; environment: unknown; request: ChatRequest } | undefined;
  await warmUp<string>(
    async (request, { config, environment }) => {
      seen = { url: config, environment, request };
      expect((await fetch(config)).status).toBe(401);
      await expect(fetch(config)).rejects.toThrow();
    },
    (baseUrl) => baseUrl,
  );
  expect(seen).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    environment: {},
    request: { messages: [{ role: 'user', content: '.' }] },
  });
});

it.each([anthropicService, openaiService])(
  'of $name reaches the answer that refuses it',
  async ({ warmUp }) => {
    await expect(warmUp!()).rejects.toMatchObject({ kind: 'auth' });
  },
);

it('of the loop runs a turn to its end', async () => {
  await expect(loopService.warmUp!()).resolves.toBeUndefined();
});
