/** From agent, settings and options to what a turn is made of. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ComposeRequest, compose } from '../../../src/definitions/compose.ts';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { surroundingsOf } from '../../builders/surroundings.ts';

let root: Folder;
beforeEach(() => {
  root = createFolder({ 'product/agents/build.md': '---\ndescription: Builds.\n---\nYou build.' });
});
afterEach(() => root[Symbol.dispose]());

interface Given extends Partial<ComposeRequest> {
  readonly environment?: Record<string, string>;
  readonly home?: Settings;
  readonly project?: Settings;
}

function composed({ environment = {}, home, project, ...request }: Given = {}) {
  if (home) root.write('home/settings.yaml', stringify(home));
  if (project) root.write('project/.amplifier/settings.yaml', stringify(project));
  const around = surroundingsOf({
    home: root.at('home'),
    productFolder: root.at('product'),
    environment,
  });
  return compose(around, { cwd: root.at('project'), trusted: true, overrides: {}, ...request });
}

const KEYS = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };

describe('the provider', () => {
  const agentOf = (provider: string) => {
    root.write('home/agents/picky.md', `---\nprovider: ${provider}\n---\nHi`);
    return 'picky';
  };

  it.each<[string, () => Given, string]>([
    ['the scripted one when nothing is configured', () => ({}), 'replay'],
    ['the first with a key', () => ({ environment: KEYS }), 'anthropic'],
    ['the other when only that has a key', () => ({ environment: { OPENAI_API_KEY: 'o' } }), 'openai'],
    ['none for a key that is empty', () => ({ environment: { ANTHROPIC_API_KEY: '' } }), 'replay'],
    ['that of the settings before a key', () => ({ environment: KEYS, home: { provider: 'mine' } }), 'mine'],
    [
      'that of the agent before the settings',
      () => ({ home: { provider: 'mine' }, agent: agentOf('its') }),
      'its',
    ],
    [
      'the one asked for before all',
      () => ({ environment: KEYS, home: { provider: 'mine' }, agent: agentOf('its'), provider: 'asked' }),
      'asked',
    ],
  ])('is %s', async (_what, given, provider) => {
    const composition = await composed(given());
    expect(composition.provider).toBe(provider);
    expect(composition.scripted).toBe(provider === 'replay');
  });
});

describe('the model', () => {
  beforeEach(() => root.write('home/agents/picky.md', '---\nprovider: openai\nmodel: its\n---\nHi'));
  const settings: Settings = {
    provider: 'anthropic',
    model: 'chosen',
    providers: { openai: { default_model: 'usual' }, anthropic: { default_model: 'other' } },
  };

  it.each<[string, Given, string | undefined]>([
    ['the provider’s default when nobody says', {}, undefined],
    ['that of the settings for the settings’ provider', { home: settings }, 'chosen'],
    ['the provider’s configured default for another', { home: settings, provider: 'openai' }, 'usual'],
    ['that of the agent', { home: settings, agent: 'picky' }, 'its'],
    ['not that of the agent for another provider', { agent: 'picky', provider: 'anthropic' }, undefined],
    ['the one asked for', { home: settings, agent: 'picky', model: 'asked' }, 'asked'],
  ])('is %s', async (_what, given, model) => {
    expect((await composed(given)).model).toBe(model);
  });
});

describe('who chose the model (DL-27)', () => {
  beforeEach(() => root.write('home/agents/picky.md', '---\nprovider: openai\n---\nHi'));
  const inherited = { provider: 'parents', model: 'same' };

  it.each<[string, Given, string]>([
    ['nobody', {}, 'nobody'],
    ['a key', { environment: KEYS }, 'key'],
    ['the settings, by a provider', { home: { provider: 'mine' } }, 'settings'],
    [
      'the settings, by a default of the provider with a key',
      { environment: KEYS, home: { providers: { anthropic: { default_model: 'm' } } } },
      'settings',
    ],
    ['the agent that delegates', { environment: KEYS, home: { provider: 'mine' }, inherited }, 'parent'],
    ['the agent itself', { agent: 'picky', inherited }, 'agent'],
    ['the person', { agent: 'picky', model: 'm' }, 'person'],
  ])('%s', async (_what, given, chosenBy) => {
    expect((await composed(given)).chosenBy).toBe(chosenBy);
  });

  it('a child has its parent’s provider and model', async () => {
    expect(await composed({ inherited })).toMatchObject({ provider: 'parents', model: 'same' });
    expect(await composed({ inherited, agent: 'picky' })).toMatchObject({
      provider: 'openai',
      model: undefined,
    });
  });
});

describe('the agent', () => {
  it('is "build" unless the settings or the person choose another', async () => {
    root.write('project/.amplifier/agents/scout.md', 'You look.');
    expect((await composed()).agent).toMatchObject({ name: 'build', instruction: 'You build.' });
    expect((await composed({ project: { default_agent: 'scout' } })).agent.name).toBe('scout');
    expect((await composed({ agent: 'build' })).agent.name).toBe('build');
  });

  it('of the person goes before the project’s, and that before the shipped one', async () => {
    root.write('project/.amplifier/agents/build.md', 'The project’s.');
    expect((await composed()).agent.instruction).toBe('The project’s.');
    root.write('home/agents/build.md', 'My own.');
    expect((await composed()).agent.instruction).toBe('My own.');
  });

  it('that does not exist is an error that names those that do', async () => {
    await expect(composed({ agent: 'nobody' })).rejects.toMatchObject({
      kind: 'config',
      message: 'There is no agent "nobody".',
      remedy: expect.stringContaining('build'),
    });
  });
});

describe('the person’s own services', () => {
  const own = async (given: Given) => {
    const { services } = await composed(given);
    return services.filter(({ origin }) => origin !== 'built-in');
  };

  it('come after the built-in ones, in their order', async () => {
    const { services } = await composed({
      home: { services: { first: { entry: 'a.js' }, second: { command: ['b'] } } },
    });
    expect(services.slice(-2).map(({ name }) => name)).toEqual(['first', 'second']);
    expect(services.slice(0, -2).every(({ origin }) => origin === 'built-in')).toBe(true);
  });

  it('have paths of the folder their file belongs to, and say which file that is', async () => {
    const given = {
      home: {
        services: { a: { entry: 'a.js' }, b: { command: ['b'], cwd: 'tools' }, c: { command: ['c'] } },
      },
      project: { services: { d: { entry: 'd.js' }, e: { command: ['e'], cwd: 'tools' } } },
    };
    const [homeFile, projectFile] = [
      root.at('home/settings.yaml'),
      root.at('project/.amplifier/settings.yaml'),
    ];
    expect(await own(given)).toMatchObject([
      { name: 'a', isolation: 'thread', entry: root.at('home/a.js'), origin: homeFile },
      { name: 'b', isolation: 'process', command: ['b'], cwd: root.at('home/tools'), origin: homeFile },
      { name: 'c', isolation: 'process', cwd: root.at('project'), origin: homeFile },
      { name: 'd', isolation: 'thread', entry: root.at('project/d.js'), origin: projectFile },
      { name: 'e', isolation: 'process', cwd: root.at('project/tools'), origin: projectFile },
    ]);
  });

  it('may run elsewhere: their address is in the settings, their token in the variable named (RT-60)', async () => {
    const url = 'https://tools.example/notes';
    const [service] = await own({
      environment: { PATH: '/bin', NOTES_TOKEN: 'secret' },
      project: { services: { notes: { url, token_env: 'NOTES_TOKEN', config: { a: { n: 1 } } } } },
    });
    expect(service).toMatchObject({
      isolation: 'http',
      url,
      token: 'secret',
      tokenName: 'NOTES_TOKEN',
      env: {},
      config: { a: { n: 1 } },
    });
  });

  it.each(['http://tools.example/', 'https://user:secret@tools.example/', 'file:///tools', 'tools.example'])(
    'are not reached at %s, where a token could be overheard or is written down',
    async (url) => {
      const { services, diagnostics } = await composed({ project: { services: { notes: { url } } } });
      expect(services.map(({ name }) => name)).not.toContain('notes');
      expect(diagnostics).toMatchObject([{ message: expect.stringContaining('services.notes') }]);
    },
  );

  it('have the base environment and what their settings say, and no key of a provider', async () => {
    const environment = { PATH: '/bin', ...KEYS };
    const [service] = await own({
      environment,
      home: { services: { a: { command: ['a'], env: { COLOUR: 'green' }, config: { a: { n: 1 } } } } },
    });
    expect(service).toMatchObject({ env: { PATH: '/bin', COLOUR: 'green' }, config: { a: { n: 1 } } });
    expect(Object.keys(service!.env).sort()).toEqual(['COLOUR', 'PATH']);
  });

  it('can be guards, whose gates stay closed without them', async () => {
    const [guard] = await own({ home: { services: { a: { command: ['a'], gates: ['tool:pre'] } } } });
    expect(guard?.gates).toEqual(['tool:pre']);
  });
});

it('an untrusted folder brings no services, no agents and no settings', async () => {
  root.write('project/.amplifier/agents/evil.md', 'You do harm.');
  root.write('project/.amplifier/agents/build.md', 'You do harm.');
  const composition = await composed({
    project: { provider: 'evil', services: { evil: { command: ['evil'] } } },
    trusted: false,
  });
  expect(composition.provider).toBe('replay');
  expect(composition.agent.instruction).toBe('You build.');
  expect(composition.services.map(({ name }) => name)).not.toContain('evil');
  await expect(composed({ agent: 'evil', trusted: false })).rejects.toMatchObject({ kind: 'config' });
});

it('what is wrong with settings and agents is told, and does not stop the rest', async () => {
  root.write('project/.amplifier/settings.yaml', 'model: [');
  root.write('project/.amplifier/agents/broken.md', '---\nname: [\n---\n');
  const { diagnostics, agent } = await composed();
  expect(agent.name).toBe('build');
  expect(diagnostics.map(({ file }) => file).sort()).toEqual([
    root.at('project/.amplifier/agents/broken.md'),
    root.at('project/.amplifier/settings.yaml'),
  ]);
});

it('the last layer of settings is the caller’s', async () => {
  const { settings } = await composed({
    home: { limits: { iterations: 5, tool_calls: 3 } },
    overrides: { limits: { iterations: 9 } },
  });
  expect(settings.limits).toEqual({ iterations: 9, tool_calls: 3 });
});

it('of agents that are used all the same, only what warns of the chosen one is told (DL-3, DL-5)', async () => {
  for (const name of ['one', 'two']) {
    root.write(`home/agents/${name}.md`, '---\nmodel-role: fast\ncolour: red\n---\nHi');
  }
  const { diagnostics } = await composed({ agent: 'one' });
  expect(diagnostics).toMatchObject([{ file: root.at('home/agents/one.md'), severity: 'warning' }]);
});
