/** What an agent's file says of providers and hooks in what its turns are made of (DL-2). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compose } from '../../../src/definitions/compose.ts';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { surroundingsOf } from '../../builders/surroundings.ts';

const AGENT = 'home/agents/picky.md';
let root: Folder;
beforeEach(() => {
  root = createFolder();
});
afterEach(() => root[Symbol.dispose]());

interface Given {
  readonly settings?: Settings;
  readonly overrides?: Settings;
  readonly environment?: Record<string, string>;
  readonly inherited?: { readonly provider: string };
}

function composed(
  frontmatter: object,
  { settings = {}, environment = {}, overrides = {}, inherited }: Given = {},
) {
  root.write(AGENT, `---\n${stringify(frontmatter)}---\nHi`);
  root.write('home/settings.yaml', stringify(settings));
  const around = surroundingsOf({
    home: root.at('home'),
    productFolder: root.at('product'),
    environment,
  });
  return compose(around, { cwd: root.at('project'), trusted: true, overrides, agent: 'picky', inherited });
}

const KEYS = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };

describe('the providers of an agent', () => {
  it.each<[string, unknown[], Given, string]>([
    ['the first that can be asked', ['gemini', 'openai', 'anthropic'], { environment: KEYS }, 'openai'],
    ['by Amplifier’s names', ['provider-openai'], { environment: KEYS }, 'openai'],
    [
      'before the parent’s',
      ['openai'],
      { environment: KEYS, inherited: { provider: 'anthropic' } },
      'openai',
    ],
    ['before the settings’', ['openai'], { environment: KEYS, settings: { provider: 'mine' } }, 'openai'],
    [
      'of an own service',
      ['scripted'],
      { settings: { services: { 'scripted-provider': { entry: 'x' } } } },
      'scripted',
    ],
    ['none of which there is', ['gemini'], { environment: KEYS }, 'anthropic'],
  ])('answer: %s (DL-2)', async (_what, providers, given, expected) => {
    expect((await composed({ providers }, given)).provider).toBe(expected);
  });

  it('bring their configuration, over that of the settings (DL-2)', async () => {
    const config = { default_model: 'm', max_output_tokens: 9 };
    const { services, model, provider } = await composed(
      { providers: [{ module: 'provider-openai', config }] },
      {
        environment: KEYS,
        settings: {
          model: 'other',
          providers: { openai: { max_output_tokens: 5, base_url: 'https://x.example' } },
        },
      },
    );
    expect([provider, model]).toEqual(['openai', 'm']);
    expect(services.find(({ name }) => name === 'provider-openai')?.config.openai).toEqual({
      ...config,
      base_url: 'https://x.example',
    });
    const { settings } = await composed(
      { providers: [{ module: 'openai', config }] },
      { overrides: { providers: { openai: { max_output_tokens: 3 } } } },
    );
    expect(settings.providers?.openai).toMatchObject({ max_output_tokens: 3, default_model: 'm' });
  });

  it('never send the key of the settings to another address', async () => {
    const config = { base_url: 'https://elsewhere.example', max_output_tokens: 9 };
    const given = { settings: { providers: { openai: { api_key: 'mine' } } } };
    const { settings, diagnostics } = await composed({ providers: [{ module: 'openai', config }] }, given);
    expect(settings.providers?.openai).toEqual({ api_key: 'mine', max_output_tokens: 9 });
    expect(diagnostics).toMatchObject([
      { file: root.at(AGENT), line: 3, severity: 'warning', message: expect.stringContaining('is left out') },
    ]);

    root.write('home/agents/.ai-agent.env', 'ITS_KEY=its');
    const own = { ...config, api_key: '${'.concat('ITS_KEY}') };
    const other = await composed({ providers: [{ module: 'openai', config: own }] }, given);
    expect(other.settings.providers?.openai).toEqual({ ...config, api_key: 'its' });
  });
});

describe('the hooks of an agent', () => {
  const configOf = async (hooks: unknown[], services: Settings['services']) => {
    const { services: specs, diagnostics } = await composed({ hooks }, { settings: { services } });
    return { config: specs.find(({ origin }) => origin !== 'built-in')?.config, diagnostics };
  };

  it.each([
    ['by the service', 'my-words', { my: 1 }],
    ['by the hook it has a configuration for', 'hooks-words', { my: 1 }],
  ])('get their configuration, over that of the settings: %s (DL-2)', async (_how, module) => {
    const { config } = await configOf([{ module, config: { word: 'b' } }], {
      'my-words': { entry: 'x', config: { words: { word: 'a', loud: true } } },
    });
    expect(config).toEqual({ words: { word: 'b', loud: true } });
  });

  it.each([
    ['approval', undefined],
    ['hooks-redaction', undefined],
    ['guard', { guard: { entry: 'x', gates: ['tool:pre'] } }],
  ])('cannot set up a guard such as %s', async (module, services) => {
    const { config, diagnostics } = await configOf([{ module, config: { mode: 'allow' } }], services);
    expect(config ?? {}).toEqual({});
    expect(diagnostics).toMatchObject([
      { file: root.at(AGENT), line: 3, message: expect.stringContaining('is not taken from an agent') },
    ]);
  });
});
