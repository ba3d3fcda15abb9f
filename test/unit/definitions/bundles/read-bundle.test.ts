/** One bundle's file: what it may say, and what is said of a wrong one (DL-3, DL-10). */
import { describe, expect, it } from 'vitest';
import { readBundle, readBundleText } from '../../../../src/definitions/bundles/read-bundle.ts';
import { createFolder } from '../../../builders/folder.ts';

const read = (text: string, file = 'house.yaml') => readBundleText(text, file);
const faults = (text: string, file?: string) =>
  read(text, file).diagnostics.map(
    ({ line, column, severity = 'error', message, remedy }) =>
      `${line}:${column} ${severity}: ${message} ${remedy}`,
  );

describe('a bundle', () => {
  it('says what it is, includes and brings, by names or with configuration (DL-10)', () => {
    const { bundle, diagnostics } = read(
      `---
bundle: { name: house, version: 1.2, description: Ours. }
includes: [default, { bundle: ./care }]
session: { orchestrator: loop-streaming, context: { module: context-simple }, debug: true }
providers: [provider-openai]
tools:
  - tool-bash
  - { module: tool-x, id: x, source: git+https://h/x, command: x-serve --quiet, env: { A: b } }
hooks: [{ module: hooks-logging, config: { level: debug } }]
context: { include: [notes.md, other:more] }
spawn: { exclude_tools: [tool-delegate] }
---
Be brief.
`,
      'house/bundle.md',
    );
    const at = (line: number, column: number) => ({ file: 'house/bundle.md', isRemote: false, line, column });

    expect(diagnostics).toEqual([]);
    expect(bundle).toMatchObject({
      name: 'house',
      version: '1.2',
      description: 'Ours.',
      includes: [{ uri: 'default' }, { uri: './care', origin: at(3, 21) }],
      session: {
        orchestrator: { module: 'loop-streaming', origin: at(4, 26) },
        context: { module: 'context-simple' },
        more: { debug: true },
      },
      providers: [{ module: 'provider-openai' }],
      tools: [
        { module: 'tool-bash', config: {}, origin: at(7, 5) },
        { module: 'tool-x', id: 'x', service: { command: ['x-serve', '--quiet'], env: { A: 'b' } } },
      ],
      hooks: [{ module: 'hooks-logging', config: { level: 'debug' } }],
      agents: { roster: 'all', inline: [] },
      context: [{ path: 'notes.md' }, { path: 'other:more' }],
      spawn: { exclude_tools: ['tool-delegate'] },
      instruction: 'Be brief.',
    });
  });

  it.each<[string, unknown]>([
    ['agents: all', { roster: 'all', inline: [] }],
    ['agents: none', { roster: 'none', inline: [] }],
    ['agents: [a, ns:b]', { roster: [{ name: 'a' }, { name: 'ns:b' }], inline: [] }],
    ['agents: { include: [a] }', { roster: [{ name: 'a' }], inline: [] }],
    [
      'agents: { a: { description: A., system: { instruction: Do. } } }',
      {
        roster: 'none',
        inline: [{ name: 'a', inline: { frontmatter: { description: 'A.' }, instruction: 'Do.' } }],
      },
    ],
    ['agents: { include: [b], a: {} }', { roster: [{ name: 'b' }], inline: [{ name: 'a' }] }],
    ['tools: []', { roster: 'none', inline: [] }],
  ])('has agents as in "%s" (DL-10)', (text, agents) => {
    const { bundle, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(bundle?.agents).toMatchObject(agents as object);
  });

  it('is named for its file or its folder when it says no name', () => {
    expect(read('', 'x/house.yml').bundle?.name).toBe('house');
    expect(read('', 'house/bundle.yaml').bundle?.name).toBe('house');
  });
});

describe('a wrong bundle is told with its place and what would be right (DL-3)', () => {
  it.each<[string, string, string[]]>([
    ['broken YAML', 'tools: [a\nhooks: b', ['2:1 error: This is not valid YAML: ']],
    ['a tab', 'bundle:\n\tname: a', ['2:1 error: This is not valid YAML: ']],
    [
      'a key twice',
      'tools: []\ntools: []',
      ['2:1 error: This is not valid YAML: Map keys must be unique. Keep one'],
    ],
    ['a list instead of a map', '- tools', ['1:1 error: The bundle has no keys. Write "key: value" lines.']],
    [
      'a list that is a text',
      'tools: bash',
      ['1:8 error: "tools" cannot be "bash": expected array. Write a list of names'],
    ],
    ['an entry of a wrong kind', 'hooks: [a, 5]', ['1:12 error: "hooks.1" cannot be 5: expected object.']],
    ['an entry without a module', 'tools: [{ id: a }]', ['1:9 error: "tools.0.module" is missing.']],
    [
      'a configuration that is a list',
      'tools: [{ module: a, config: [] }]',
      ['1:30 error: "tools.0.config" cannot be []'],
    ],
    [
      'agents of another kind',
      'agents: 5',
      ['1:9 error: "agents" cannot be 5: expected one of all, none. Write all, none'],
    ],
    ['a key that is misspelt', 'tool: [a]', ['1:1 error: There is no key "tool". Did you mean "tools"?']],
    [
      'one inside an entry',
      'tools: [{ module: a, modul: b }]',
      ['1:22 error: There is no key "tools.0.modul". Did you mean "module"?'],
    ],
    [
      'a key of other programs',
      'sub_bundles: []',
      ['1:1 warning: There is no key "sub_bundles"; it has no effect here. Known'],
    ],
    [
      'a thread',
      'tools: [{ module: a, entry: a.js }]',
      ['1:22 error: "tools.0.entry": a bundle\'s services are never threads'],
    ],
    [
      'an address that is none',
      'tools: [{ module: a, url: ftp://a }]',
      ['1:27 error: "tools.0.url" cannot be "ftp://a": is no https'],
    ],
    [
      'an include of another kind',
      'includes: [{ uri: a }]',
      ['"includes.0.bundle" is missing.', 'There is no key "includes.0.uri"'],
    ],
    [
      'code in the fence',
      '---js\nprocess.exit()\n---\n',
      ['1:undefined error: Frontmatter in "js" is not read.'],
    ],
  ])('%s', (what, text, expected) => {
    const found = faults(text, what === 'code in the fence' ? 'house.md' : undefined);
    expect(found).toEqual(expected.map((each) => expect.stringContaining(each)));
  });

  it('a file that is too large, is no text, or cannot be read', async () => {
    using folder = createFolder({
      'large.md': 'x'.repeat(5 * 1024 * 1024 + 1),
      'binary.yaml': new Uint8Array([0x62, 0, 0xff]),
    });
    const message = async (file: string) => (await readBundle(folder.at(file))).diagnostics[0]!.message;
    expect(await message('large.md')).toContain('a bundle has at most 5');
    expect(await message('binary.yaml')).toBe('This is no text in UTF-8.');
    expect(await message('missing.md')).toContain('Cannot be read');
  });
});

describe('a definition of amplifier-ipc', () => {
  it('is a bundle: its service, its behaviors, its configuration (DL-11)', () => {
    const { bundle, diagnostics } = read(`agent:
  ref: demo
  uuid: 123
  version: 2
  orchestrator: demo:streaming
  context_manager: simple
  provider: providers:anthropic
  tools: true
  behaviors: [{ care: https://host/care.yaml }, modes]
  service: { stack: python, source: git+https://host/demo, command: demo-serve }
  component_config: { bash: { timeout: 5 }, 'other:mode': { gate: auto } }
`);
    expect(diagnostics).toEqual([]);
    expect(bundle).toMatchObject({
      name: 'demo',
      version: '2',
      provider: 'anthropic',
      session: { orchestrator: { module: 'demo:streaming' }, context: { module: 'simple' } },
      includes: [
        { uri: 'https://host/care.yaml', alias: 'care' },
        { uri: 'modes', origin: { line: 9 } },
      ],
      tools: [{ module: 'demo', source: 'git+https://host/demo', service: { command: ['demo-serve'] } }],
      components: [
        { service: 'demo', component: 'bash', config: { timeout: 5 } },
        { service: 'other', component: 'mode', config: { gate: 'auto' } },
      ],
    });
  });

  it('may be spelled as older ones are (DL-11)', () => {
    const { bundle, diagnostics } = read(`behavior:
  local_ref: care
  behaviors: { modes: ./modes.yaml }
  installer: { command: [care-serve, --fast] }
  config: { mode-tool: { gate: warn } }
`);
    expect(diagnostics).toEqual([]);
    expect(bundle).toMatchObject({
      name: 'care',
      includes: [{ uri: './modes.yaml', alias: 'modes' }],
      tools: [{ module: 'care', service: { command: ['care-serve', '--fast'] } }],
      components: [{ service: 'care', component: 'mode-tool' }],
    });
  });

  it('that is wrong is told with its place (DL-3)', () => {
    expect(faults('behavior:\n  ref: 5\n  behaviours: []\n')).toEqual([
      expect.stringMatching(/^2:8 error: "behavior.ref" cannot be 5: expected string/),
      expect.stringMatching(/^3:3 error: There is no key "behavior.behaviours". Did you mean "behaviors"/),
    ]);
  });
});
