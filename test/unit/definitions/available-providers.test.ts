/** Which providers can be asked, and whether at the vendor's own address (DL-42). */
import { describe, expect, it } from 'vitest';
import { availableProviders } from '../../../src/definitions/available-providers.ts';
import type { Environment } from '../../../src/definitions/environment.ts';
import type { Settings } from '../../../src/definitions/settings-schema.ts';

describe('a provider can be asked', () => {
  it.each<[string, Environment, Settings, ReturnType<typeof availableProviders>]>([
    ['with nothing: none', {}, {}, []],
    ['with a key', { OPENAI_API_KEY: 'k' }, {}, [{ name: 'openai', baseUrl: undefined }]],
    ['not with an empty key', { OPENAI_API_KEY: ' ' }, {}, []],
    [
      'with a key in the settings',
      {},
      { providers: { anthropic: { api_key: 'k' } } },
      [{ name: 'anthropic', baseUrl: undefined }],
    ],
    [
      'not for being mentioned, where it needs a key',
      {},
      { providers: { openai: { default_model: 'm' } } },
      [],
    ],
    [
      'at another address without a key',
      {},
      { providers: { openai: { base_url: 'http://localhost:8000/v1' } } },
      [{ name: 'openai', baseUrl: 'http://localhost:8000/v1' }],
    ],
    [
      'at another address of the environment',
      { ANTHROPIC_BASE_URL: 'https://proxy.example' },
      {},
      [{ name: 'anthropic', baseUrl: 'https://proxy.example' }],
    ],
    [
      'at the vendor’s own address by another of its names',
      { OPENAI_API_KEY: 'k' },
      { providers: { openai: { base_url: 'https://eu.api.openai.com/v1' } } },
      [{ name: 'openai', baseUrl: undefined }],
    ],
    [
      'not at an address that only sounds like the vendor’s',
      {},
      { providers: { openai: { base_url: 'https://notopenai.com' } } },
      [{ name: 'openai', baseUrl: 'https://notopenai.com' }],
    ],
    [
      'of the person’s own services, and never the demonstration',
      {},
      { provider: 'mine', providers: { ollama: { base_url: 'http://localhost:11434' }, replay: {} } },
      [
        { name: 'mine', baseUrl: undefined },
        { name: 'ollama', baseUrl: 'http://localhost:11434' },
      ],
    ],
  ])('%s', (_what, environment, settings, expected) => {
    expect(availableProviders(environment, settings)).toEqual(expected);
  });
});
