/** Every setting that counts, masked, with the place it is from; variables in settings (DL-15). */
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/definitions/definitions.ts';
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
