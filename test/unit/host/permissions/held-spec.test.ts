/** What a service that is not ours may know before anybody allowed it (RT-8). */
import { expect, it } from 'vitest';
import { specToDescribe } from '../../../../src/host/permissions/held-spec.ts';
import { SourceHashes } from '../../../../src/host/source-hashes.ts';

it('is described without the variables that the settings would hand on to it', async () => {
  const spec = {
    name: 'mine',
    isolation: 'process' as const,
    command: ['program-of-its-own'],
    env: { PATH: '/bin', MODE: 'quiet', KEY: 'sk-of-the-person' },
    config: { mine: { key: 'sk-of-the-person' } },
    origin: 'settings.yaml',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the settings have it
    thirdParty: { folder: '/project', given: { MODE: 'quiet', KEY: '${ANTHROPIC_API_KEY}' } },
  };
  const node = { command: [process.execPath], env: {} };
  const described = await specToDescribe(spec, node, {
    environment: { PATH: '/bin', ANTHROPIC_API_KEY: 'sk-of-the-person' },
    hashes: new SourceHashes(),
  });
  expect(described.env).toMatchObject({ MODE: 'quiet' });
  expect(Object.values(described.env)).not.toContain('sk-of-the-person');
});
