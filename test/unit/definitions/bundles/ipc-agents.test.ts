/** amplifier-ipc's agents among ours, and how the person starts their services (DL-11, reference §3.3, §5.1). */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessSpec } from '../../../../src/definitions/service-spec.ts';
import type { Settings } from '../../../../src/definitions/settings-schema.ts';
import { openBundleRoom } from '../../../builders/bundle-room.ts';

const DEMO = `agent:
  ref: demo
  uuid: '1'
  description: Shows things.
  base: base.md
  provider: providers:replay
  behaviors: [{ care: https://host/care.yaml }]
  service: { command: demo-serve }
`;
const REGISTERED = {
  '/home/agents.yaml': 'demo: agent_demo_1\nhttps://host/demo.yaml: agent_demo_1\n',
  '/home/behaviors.yaml': 'care: behavior_care_2\n',
  '/home/definitions/agent_demo_1.yaml': DEMO,
  '/home/definitions/base.md': 'You demonstrate.',
  '/home/definitions/behavior_care_2.yaml':
    "behavior: { ref: care, uuid: '2', service: { command: [care-serve, --quiet] } }\n",
};

describe('an agent definition', () => {
  it('that is registered is an agent: its definition is laid over the bundle in use in its own turns alone (DL-11)', async () => {
    const room = openBundleRoom({ ...REGISTERED, 'house.md': '---\n{}\n---\nFollow the house.' });
    room.configure({ bundle: 'house' });

    const other = await room.compose();
    const listed = other.agents.find(({ name }) => name === 'demo');
    expect(listed).toMatchObject({
      description: 'Shows things.',
      source: 'registered',
      file: room.root.at('home/definitions/agent_demo_1.yaml'),
    });
    expect(other.services.map(({ name }) => name)).not.toContain('demo');
    expect(other.bundle).toMatchObject({ instruction: 'Follow the house.', context: [] });
    expect(other.provider).toBe('replay');

    for (const agent of ['demo', 'demo:demo']) {
      const own = await room.compose({ agent });
      expect(own.agent).toMatchObject({ name: 'demo', tools: undefined, agents: undefined });
      expect(own.services.slice(-2).map(({ name }) => name)).toEqual(['care', 'demo']);
      expect(own.bundle?.context).toEqual([{ name: 'demo:base.md', text: 'You demonstrate.' }]);
      expect(own.brought).toEqual(['care', 'demo']);
      expect(own.bundle?.instruction.trim()).toBe('Follow the house.');
      expect(own.diagnostics).toEqual([]);
    }
  });

  it('of the bundle in use, or included by it, is an agent too, and is composed once (DL-11)', async () => {
    const room = openBundleRoom({
      ...REGISTERED,
      'house.yaml': 'includes: [demo]\n',
    });
    room.configure({ bundle: 'house' });
    const own = await room.compose({ agent: 'demo' });
    expect(own.services.filter(({ name }) => name === 'demo')).toHaveLength(1);
    expect(own.agents.filter(({ name }) => name.startsWith('demo'))).toHaveLength(1);
    expect(own.diagnostics).toEqual([]);
  });

  it('gives way to the person’s own agent of its name, and is then known by its full one (DL-4, DL-11)', async () => {
    const room = openBundleRoom({
      ...REGISTERED,
      '/home/agents/demo.md': '---\ndescription: Mine.\n---\nYou are mine.',
    });
    const { agents } = await room.compose();
    expect(
      agents.filter(({ name }) => name.includes('demo')).map(({ name, description }) => [name, description]),
    ).toEqual([
      ['demo', 'Mine.'],
      ['demo:demo', 'Shows things.'],
    ]);
    expect((await room.compose({ agent: 'demo' })).services.map(({ name }) => name)).not.toContain('care');
    expect((await room.compose({ agent: 'demo:demo' })).services.map(({ name }) => name)).toContain('care');
  });

  it('that is broken is told with its line, and the others are there (DL-11)', async () => {
    const room = openBundleRoom({
      ...REGISTERED,
      '/home/agents.yaml': 'demo: agent_demo_1\nbad: agent_bad_3\ngone: agent_gone_4\n',
      '/home/definitions/agent_bad_3.yaml': 'agent:\n  ref: bad\n  behaviors: 7\n',
    });
    const { agents } = await room.compose();
    expect(agents.map(({ name }) => name)).toEqual(['demo', 'build']);
    expect(await room.faults()).toEqual([
      expect.stringMatching(/agent_bad_3\.yaml:3:\d+: /),
      expect.stringMatching(/agent_gone_4\.yaml/),
    ]);
  });
});

describe('service_overrides', () => {
  const COMMAND = { command: ['node', 'care.mjs'], working_dir: 'tools' };
  const started = async (settings: unknown, files: Record<string, string> = {}) => {
    const room = openBundleRoom({
      ...REGISTERED,
      '/home/environments/agent_demo_1/bin/demo-serve': '',
      '/home/environments/agent_demo_1/Scripts/demo-serve.exe': '',
      ...files,
    });
    room.configure(settings as Settings);
    const { services, diagnostics } = await room.compose({ agent: 'demo' });
    const service = (name: string) => services.find((each) => each.name === name) as ProcessSpec;
    return { service, diagnostics, room };
  };

  it('start a service by its ref with another command, in a folder of the person’s, past its environment (DL-11)', async () => {
    const { service, room } = await started({
      amplifier_ipc: { service_overrides: { care: COMMAND, demo: { command: ['demo-serve', '--here'] } } },
    });
    expect(service('care')).toMatchObject({
      command: ['node', 'care.mjs'],
      cwd: path.join(room.root.at('project'), 'tools'),
      origin: room.root.at('project/.amplifier/settings.yaml'),
      thirdParty: { folder: room.root.at('project') },
    });
    expect(service('demo')).toMatchObject({
      command: ['demo-serve', '--here'],
      cwd: room.root.at('project'),
    });
  });

  it('below an agent’s name hold for that one, before those for all; the rest stays as it is (DL-11)', async () => {
    const { service, room } = await started({
      amplifier_ipc: {
        service_overrides: {
          care: { command: ['for-all'] },
          demo: { care: COMMAND },
          other: { demo: { command: ['not-this'] } },
        },
      },
    });
    expect(service('care').command).toEqual(COMMAND.command);
    expect(service('demo').command[0]).toContain(room.root.at('home/environments'));
  });

  it('of the person’s own file begin at their home (DL-15)', async () => {
    const { service, room } = await started(
      {},
      {
        '/home/settings.yaml': `amplifier_ipc: { service_overrides: { care: ${JSON.stringify(COMMAND)} } }\n`,
      },
    );
    expect(service('care').cwd).toBe(room.root.at('home/tools'));
  });

  it('of a wrong form are told with their line', async () => {
    const { diagnostics } = await started({
      amplifier_ipc: { service_overrides: { care: { command: 'x' } } },
    });
    expect(diagnostics).toMatchObject([
      { line: expect.any(Number), message: expect.stringContaining('service_overrides') },
    ]);
  });
});
