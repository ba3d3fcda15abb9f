/** What the modules of a bundle are here: services of ours configured, services of its own (DL-10, DL-11). */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundleRoom } from '../../../builders/bundle-room.ts';

async function composed(files: Readonly<Record<string, string>>, settings: object = {}, environment = {}) {
  const room = openBundleRoom(files, { environment });
  room.configure({ ...settings, bundle: 'a' });
  const composition = await room.compose();
  const service = (name: string) => composition.services.find((each) => each.name === name);
  return {
    ...composition,
    room,
    service,
    names: composition.services.map(({ name }) => name),
    faults: await room.faults(),
  };
}

describe('the modules of a bundle', () => {
  it('are our services by Amplifier’s names, with the configuration laid below the person’s (DL-10)', async () => {
    const { service, settings, provider, model, faults } = await composed(
      {
        'b.yaml': 'tools: [{ module: tool-bash, config: { timeout: 5, safety_profile: strict } }]\n',
        'a.yaml': `includes: [b]
providers: [{ module: provider-openai, config: { default_model: 'm', base_url: '\${URL:http://127.0.0.1/v1}' } }]
tools:
  - { module: tool-bash, config: { timeout: 7 } }
  - { module: tool-filesystem, config: { denied_write_paths: [secret], max: 1 } }
  - read_file
hooks: [{ module: hooks-logging, config: { level: debug, folder: elsewhere } }, hooks-streaming-ui]
spawn: { exclude_tools: [tool-bash, todo] }
`,
      },
      { components: { bash: { safety_profile: 'standard' } }, denied_write_paths: ['own'] },
      { OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a' },
    );
    expect(faults).toEqual([]);
    expect(service('tools-shell')?.config).toEqual({ bash: { timeout: 7, safety_profile: 'standard' } });
    expect(service('tools-files')?.config).toMatchObject({
      edit_file: { denied_write_paths: expect.arrayContaining(['secret', 'own']), max: 1 },
    });
    expect(service('hook-logging')?.config).toMatchObject({ logging: { level: 'debug' } });
    expect(JSON.stringify(service('hook-logging')?.config)).not.toContain('elsewhere');
    expect(settings.spawn).toEqual({ exclude_tools: ['bash', 'todo'] });
    // The listed one goes before the other that has a key.
    expect([provider, model]).toEqual(['openai', 'm']);
    expect(settings.providers?.openai?.base_url).toBe('http://127.0.0.1/v1');
  });

  it('never loosen what guards the person', async () => {
    const { service, faults } = await composed({
      'a.yaml': `hooks:
  - { module: hooks-approval, config: { mode: allow, rules: [{ effect: allow }] } }
  - { module: hook-redaction, command: [fake] }
`,
    });
    expect(service('hook-approval')?.config).toMatchObject({ approval: { mode: 'ask', rules: [] } });
    expect(service('hook-redaction')?.isolation).toBe('thread');
    expect(faults).toEqual([
      'bundles/a.yaml:2:5: A bundle cannot set "mode", "rules" of hook-approval. Write it into your own settings.',
      'bundles/a.yaml:3:5: "hook-redaction" is the name of a service of Patchbay\'s own, which a bundle cannot replace. Give the entry an id of its own.',
    ]);
  });

  it('with a command, a script or an address are services of their own; the person’s come after them (DL-10)', async () => {
    const { service, names, room } = await composed(
      {
        'a/bundle.yaml': `session: { orchestrator: loop-streaming, context: { module: ctx, command: [ctx] } }
tools:
  - { module: mine, command: [run, me], cwd: ., env: { A: '\${A:b}' }, config: { x: { y: 1 } }, gates: ['tool:pre'] }
  - { module: script, python: { script: s.py, requirements: [./w.whl] } }
  - { module: far, url: 'https://host/x', token_env: T }
`,
      },
      { services: { 'own-service': { command: ['own'] } } },
      { T: 't' },
    );
    const folder = room.root.at('project/.amplifier/bundles/a');
    expect(service('mine')).toMatchObject({
      isolation: 'process',
      command: ['run', 'me'],
      cwd: folder,
      env: { A: 'b' },
      config: { x: { y: 1 } },
      gates: ['tool:pre'],
      origin: path.join(folder, 'bundle.yaml'),
    });
    expect(service('script')).toMatchObject({ python: { script: path.join(folder, 's.py') } });
    expect(service('far')).toMatchObject({ isolation: 'http', url: 'https://host/x', token: 't' });
    expect(names.slice(-4)).toEqual(['far', 'loop-streaming', 'ctx', 'own-service']);
  });

  it('that nobody knows are told with the nearest name, and the rest works (DL-3)', async () => {
    const { faults, names } = await composed({
      'a.yaml': `tools: [tool-filesytem, { module: tool-web, source: git+https://h/x }]
hooks: [{ module: hooks-todo-display }, { module: tool-todo, config: { a: 1 } }]
`,
    });
    expect(faults).toEqual([
      'bundles/a.yaml:1:9: There is no module "tool-filesytem" here. Did you mean "tool-filesystem"? The rest of the bundle works without it.',
      'bundles/a.yaml:1:25: There is no module "tool-web" here. Say how it is started with a command, python or url; the rest of the bundle works without it.',
      'bundles/a.yaml:2:41: "tool-todo" takes no configuration. Remove the config.',
    ]);
    expect(names).toContain('tools-todo');
  });

  it('of amplifier-ipc are the services of its definitions, configured by component (DL-11)', async () => {
    const { service, names, provider, faults, room } = await composed(
      {
        'a.yaml': `agent:
  ref: demo
  uuid: '1'
  orchestrator: demo:loop
  provider: providers:replay
  behaviors: [{ care: https://host/care.yaml }]
  service: { stack: python, source: demo, command: demo-serve --x }
  component_config: { loop: { max: 3 }, 'care:nurse': { kind: true } }
`,
        'care.yaml': `behavior:
  ref: care
  uuid: '2'
  service: { command: care-serve }
  config: { nurse: { kind: false, gentle: true } }
  behaviors: [{ more: ./more.yaml }]
`,
        'more.yaml':
          'behavior: { ref: more, uuid: 3, config: { logging-hook: { level: info }, nothing: { a: 1 } } }\n',
        '/home/environments/a/bin/demo-serve': '',
        '/home/environments/a/Scripts/demo-serve.exe': '',
      },
      {},
      { OPENAI_API_KEY: 'o' },
    );
    expect(names.slice(-2)).toEqual(['care', 'demo']);
    expect(service('demo')).toMatchObject({
      command: [expect.stringContaining(room.root.at('home/environments')), '--x'],
      config: { loop: { max: 3 } },
    });
    expect(service('care')).toMatchObject({
      command: ['care-serve'],
      config: { nurse: { kind: true, gentle: true } },
    });
    expect(service('hook-logging')?.config).toMatchObject({ logging: { level: 'info' } });
    expect(provider).toBe('replay');
    expect(faults).toEqual([
      expect.stringMatching(/^bundles\/more\.yaml:1:\d+: There is nothing to configure as "nothing"\./),
    ]);
  });
});

describe('the files of a bundle', () => {
  it('are read into the system prompt, each once and none of secrets or from outside (DL-10)', async () => {
    const { bundle, faults } = await composed({
      'base/bundle.yaml': 'bundle: { name: base }\ncontext: { include: [notes] }\n',
      'base/notes.md': 'Notes of base.\n',
      'a/bundle.md':
        '---\nincludes: [base]\ncontext: { include: [base:notes.md, ./c.md, ../d.md, .env, gone.md, who:y] }\n---\nHi',
      'a/c.md': 'C.',
      'a/.env': 'KEY=1',
      'd.md': 'Out.',
    });
    expect(bundle).toEqual({
      name: 'a',
      instruction: 'Hi',
      mentioned: [],
      context: [
        { name: 'base:notes.md', text: 'Notes of base.' },
        { name: 'a:c.md', text: 'C.' },
      ],
    });
    expect(faults.toSorted()).toEqual(
      [
        expect.stringContaining('"../d.md" leads out of its bundle.'),
        expect.stringContaining('".env" is not read: .env is hidden or may hold secrets.'),
        expect.stringContaining('There is no file '),
        expect.stringContaining('There is no bundle "who".'),
      ].toSorted(),
    );
  });

  it('are agents of those it names alone, and a wrong one is told (DL-10)', async () => {
    const { agents, faults } = await composed({
      'b/bundle.yaml': 'agents: none\n',
      'b/agents/other.md': '---\nname: other\n---\n',
      'a/bundle.yaml': `includes: [b]
agents:
  include: [one, b:other, twoo]
  three: { description: 3, tools: 5 }
`,
      'a/agents/one.md': '---\nname: one\n---\n',
      'a/agents/two.md': '---\nname: two\n---\n',
    });
    expect(agents.filter(({ source }) => source === 'bundle').map(({ name }) => name)).toEqual([
      'other',
      'one',
    ]);
    expect(faults).toEqual([
      'bundles/a/bundle.yaml:3:27: The bundle "a" has no agent "twoo". Did you mean "two"?',
      expect.stringMatching(/^bundles\/a\/bundle\.yaml:4:10: Agent "three": "description" cannot be 3/),
      expect.stringMatching(/^bundles\/a\/bundle\.yaml:4:10: Agent "three": "tools" cannot be 5/),
    ]);
  });
});

describe('the shipped default bundle', () => {
  it('changes nothing by itself', async () => {
    const shipped = path.resolve(import.meta.dirname, '../../../..');
    const room = openBundleRoom({}, { productFolder: shipped });
    const without = openBundleRoom();
    const { bundle, services, diagnostics, settings } = await room.compose();
    expect(diagnostics).toEqual([]);
    expect(settings).toEqual({});
    expect(bundle).toEqual({ name: 'default', instruction: '', context: [], mentioned: [] });
    const plain = (await without.compose()).services.map(({ name }) => name);
    expect(services.map(({ name }) => name).toSorted()).toEqual(plain.toSorted());
  });
});
