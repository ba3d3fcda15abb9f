/** The bundle in use: where it is found, what it includes, and what a turn is made of with it (DL-10, DL-12). */
import { describe, expect, it } from 'vitest';
import { openBundleRoom } from '../../../builders/bundle-room.ts';

const critic = '---\ndescription: Judges.\n---\nYou judge.';

describe('the bundle in use', () => {
  it('brings its agents and its instruction, and those of what it includes (DL-10)', async () => {
    const room = openBundleRoom({
      'house/bundle.md': '---\nbundle: { name: house }\nincludes: [./behaviors/care]\n---\nBe brief.',
      'house/agents/critic.md': critic,
      'house/behaviors/care.yaml':
        'bundle: { name: care }\nagents:\n  nurse: { description: Helps., instruction: You help. }\n',
    });
    room.configure({ bundle: 'house' });

    const { agents, bundle, diagnostics } = await room.compose({ agent: 'critic' });

    expect(diagnostics).toEqual([]);
    expect(bundle).toMatchObject({ name: 'house', instruction: 'Be brief.' });
    expect(agents.map(({ name, source, namespace }) => [name, source, namespace])).toEqual([
      ['critic', 'bundle', 'house'],
      ['nurse', 'bundle', 'care'],
      ['build', 'shipped', undefined],
    ]);
    expect(agents[1]).toMatchObject({ description: 'Helps.', instruction: 'You help.' });
  });

  it('has its agents below the person’s and the project’s, but always by their full names (DL-4)', async () => {
    const room = openBundleRoom({
      'house/bundle.md': '---\nbundle: { name: house }\n---\n',
      'house/agents/critic.md': critic,
      'house/agents/build.md': '---\ndescription: The house builds.\n---\n',
      '/project/.amplifier/agents/critic.md': '---\ndescription: Mine.\n---\n',
    });
    room.configure({ bundle: 'house' });

    const describeAgent = async (agent: string) => (await room.compose({ agent })).agent.description;

    expect(await describeAgent('critic')).toBe('Mine.');
    expect(await describeAgent('house:critic')).toBe('Judges.');
    expect(await describeAgent('build')).toBe('The house builds.');
    expect(await describeAgent('house:build')).toBe('The house builds.');
  });

  it('is nothing of the project in a folder that is not trusted', async () => {
    const room = openBundleRoom({
      'house.md': '---\nbundle: { name: house }\n---\nBe brief.',
      '/home/settings.yaml': 'bundle: { active: house }\n',
    });
    expect((await room.compose()).bundle?.instruction).toBe('Be brief.');
    expect((await room.compose({ trusted: false })).bundle).toBeUndefined();
    expect(await room.faults({ trusted: false })).toEqual([
      '/home/settings.yaml:1:19: "house" is not included: There is no bundle "house". Known are: none.',
    ]);
    room.root.write('home/settings.yaml', 'bundle: ./.amplifier/bundles/house.md\n');
    expect(await room.faults({ trusted: false })).toEqual([
      expect.stringMatching(/^\/home\/settings.yaml:1:9: .*house\.md is in a folder that is not trusted\./),
    ]);
  });
});
