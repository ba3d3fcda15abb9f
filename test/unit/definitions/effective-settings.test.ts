/** Every setting that counts, masked, with the place it is from; variables in settings (DL-15). */
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/definitions/definitions.ts';
import { diagnosticText } from '../../../src/definitions/diagnostic.ts';
import { effectiveSettings, settingText } from '../../../src/definitions/effective-settings.ts';
import { openBundleRoom } from '../../builders/bundle-room.ts';

const ENVIRONMENT = { OPENAI_API_KEY: 'sk-1234567890', HOST: 'h.example', EMPTY: '' };

function openRoom() {
  return openBundleRoom(
    {
      'house.yaml': 'providers:\n  - { module: provider-anthropic, config: { default_model: theirs } }\n',
      '/home/settings.yaml': 'model: mine\nallowed_read_paths: [/a]\nbundle: house\n',
      '/project/.amplifier/settings.yaml': `providers:
  openai:
    api_key: \${OPENAI_API_KEY}
    base_url: https://\${HOST}/v1
    default_model: \${EMPTY:gpt}
    organization: \${NOBODY}
allowed_read_paths: [/b]
`,
      '/project/.amplifier/settings.local.yaml': '# mine alone\nmodel: local\n',
    },
    { environment: ENVIRONMENT },
  );
}

it('what is wrong with a sidecar is told with the other faults, by file and line, and nothing of its values (AT-42)', async () => {
  const room = openRoom();
  room.root.write('home/.ai-agent.env', 'GOOD=1\nhunter2 is no line\n');
  room.root.write('project/.amplifier/.ai-agent.env', '\nKEY="hunter2\n');
  room.root.write('home/agents/critic.md', '---\ndescription: d\n---\nHi');
  room.root.write('home/agents/.ai-agent.env', 'hunter2\n');
  const request = { cwd: room.root.at('project'), overrides: {} };
  const faults = async (trusted: boolean) => {
    const { diagnostics } = await loadDefinitions(room.around, { ...request, trusted });
    return diagnostics
      .filter(({ file }) => file.endsWith('.ai-agent.env'))
      .map((each) => diagnosticText(each).replaceAll(room.root.path, '').replaceAll('\\', '/'));
  };
  const found = await faults(true);
  expect(found.map((each) => each.split(': ', 1)[0])).toEqual([
    '/home/.ai-agent.env:2:1',
    '/project/.amplifier/.ai-agent.env:2:1',
    '/home/agents/.ai-agent.env:1:1',
  ]);
  expect(found.join()).not.toContain('hunter2');
  expect((await faults(false)).join()).not.toContain('/project/');
  // A turn tells each once.
  const { diagnostics } = await room.compose();
  expect(diagnostics.filter(({ file }) => file.endsWith('.env'))).toHaveLength(3);
});

describe('patchbay config (DL-15)', () => {
  it('has each value with its place, secrets masked, the editor’s last', async () => {
    const room = openRoom();
    const request = { cwd: room.root.at('project'), trusted: true, overrides: { provider: 'openai' } };
    const lines = effectiveSettings(await loadDefinitions(room.around, request), ENVIRONMENT);

    const texts = lines.map((line) => settingText(line).replaceAll(room.root.path, '').replaceAll('\\', '/'));
    expect(texts.toSorted()).toEqual([
      'allowed_read_paths: ["/a","/b"]  # /project/.amplifier/settings.yaml:7, /home/settings.yaml:2',
      'bundle.active: "house"  # /home/settings.yaml:3',
      'model: "local"  # /project/.amplifier/settings.local.yaml:2',
      'provider: "openai"  # the editor\'s settings or options of the command',
      'providers.anthropic.default_model: "theirs"  # /project/.amplifier/bundles/house.yaml:2',
      expect.stringMatching(/^providers\.openai\.api_key: "\[REDACTED:.*\]" {2}# .*settings\.yaml:3$/),
      'providers.openai.base_url: "https://h.example/v1"  # /project/.amplifier/settings.yaml:4',
      'providers.openai.default_model: "gpt"  # /project/.amplifier/settings.yaml:5',
    ]);
    expect(JSON.stringify(lines)).not.toContain('sk-1234567890');
  });
});

describe('variables in settings (DL-15)', () => {
  it('are filled for services, with a default where there is none, and left out where nothing is', async () => {
    const { settings } = await openRoom().compose();
    expect(settings.providers?.openai).toEqual({
      api_key: 'sk-1234567890',
      base_url: 'https://h.example/v1',
      default_model: 'gpt',
    });
  });

  it('are filled in a service’s environment and configuration; its command is as it is written', async () => {
    const room = openBundleRoom({}, { environment: ENVIRONMENT });
    room.configure({
      services: {
        mine: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the settings
          command: ['serve', '${HOST}', '${PORT:80}'],
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the settings
          env: { KEY: '${OPENAI_API_KEY}', NONE: '${NOBODY}' },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the settings
          config: { a: { list: ['${HOST}'] } },
        },
      },
    });
    const { services } = await room.compose();
    expect(services.find(({ name }) => name === 'mine')).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: left as it is
      command: ['serve', '${HOST}', '${PORT:80}'],
      env: { KEY: 'sk-1234567890' },
      config: { a: { list: ['h.example'] } },
    });
  });
});
