/** Which API, which model, and what is known of models by name (RT-52). */
import { describe, expect, test } from 'vitest';
import { connectionOf } from '../../../../src/sdk/provider/connection.ts';
import {
  isForChat,
  isReasoningModel,
  limitsOf,
} from '../../../../src/services/provider-openai/model-limits.ts';
import { apiOf, modelOf, OPENAI, OpenAiConfig } from '../../../../src/services/provider-openai/settings.ts';

function settings(given: Record<string, unknown>) {
  const config = OpenAiConfig.parse({ api_key: 'k', ...given });
  return { config, connection: connectionOf(OPENAI, config, {}) };
}

describe('the wire API', () => {
  test.each([
    [{}, 'responses'],
    [{ base_url: 'https://eu.api.openai.com/v1' }, 'responses'],
    [{ base_url: 'http://localhost:11434/v1' }, 'chat'],
    [{ base_url: 'http://localhost:11434/v1', api: 'responses' }, 'responses'],
    [{ api: 'chat' }, 'chat'],
  ])('for %j is %s (RT-52)', (given, api) => {
    const { config, connection } = settings(given);

    expect(apiOf(config, connection)).toBe(api);
  });
});

describe('the model', () => {
  test('is the request’s, else the configured, else OpenAI’s default at OpenAI (RT-52)', () => {
    const { config, connection } = settings({ default_model: 'configured' });
    const plain = settings({});

    expect(modelOf('asked', config, connection)).toBe('asked');
    expect(modelOf(undefined, config, connection)).toBe('configured');
    expect(modelOf(null, plain.config, plain.connection)).toBe(OPENAI.defaultModel);
  });

  test('has to be chosen for another server (RT-52)', () => {
    const { config, connection } = settings({ base_url: 'http://localhost:8000/v1' });

    expect(() => modelOf(undefined, config, connection)).toThrow(
      'No model was chosen for http://localhost:8000/v1.',
    );
  });

  test.each([
    ['gpt-5.6-sol', true, 1_050_000],
    ['openai/gpt-5.4-mini', true, 400_000],
    ['gpt-6-astra', true, 1_050_000],
    ['gpt-5.2', true, 400_000],
    ['gpt-5-chat-latest', false, 128_000],
    ['gpt-4.1', false, 1_047_576],
    ['o3', true, 200_000],
    ['llama-4', false, undefined],
  ])('%s: reasoning %s, window %s (RT-52)', (model, isReasoning, window) => {
    expect(isReasoningModel(model)).toBe(isReasoning);
    expect(limitsOf(model)?.contextWindow).toBe(window);
  });

  test('lists leave out what does not chat (RT-52)', () => {
    const ids = [
      'gpt-5.6-sol',
      'o3',
      'text-embedding-3-small',
      'gpt-4o-transcribe',
      'whisper-1',
      'gpt-image-2',
    ];

    expect(ids.filter(isForChat)).toEqual(['gpt-5.6-sol', 'o3']);
  });
});
