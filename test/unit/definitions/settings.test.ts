/** Settings come in layers, later ones win, and a file that is wrong is said so with its line (DL-15). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeSettingsFile, loadSettings, mergeDeep } from '../../../src/definitions/settings.ts';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

let root: Folder;
beforeEach(() => {
  root = createFolder();
});
afterEach(() => root[Symbol.dispose]());

const FILES = {
  home: 'home/settings.yaml',
  project: 'project/.amplifier/settings.yaml',
  local: 'project/.amplifier/settings.local.yaml',
};

function load(files: Partial<Record<keyof typeof FILES, string>>, overrides: Settings = {}, trusted = true) {
  for (const [layer, text] of Object.entries(files)) root.write(FILES[layer as keyof typeof FILES], text);
  return loadSettings({ home: root.at('home'), cwd: root.at('project'), trusted, overrides });
}

describe('the layers', () => {
  it('are home, project, local and overrides, each over the one before', async () => {
    const files = { home: 'model: home', project: 'model: project', local: 'model: local' };
    expect((await load({ home: files.home })).settings.model).toBe('home');
    expect((await load({ project: files.project })).settings.model).toBe('project');
    expect((await load({ local: files.local })).settings.model).toBe('local');
    const { settings, files: read } = await load({}, { model: 'editor' });
    expect(settings.model).toBe('editor');
    expect(read).toEqual([root.at(FILES.home), root.at(FILES.project), root.at(FILES.local)]);
  });

  it('merge maps key by key, replace lists and join lists of paths (DL-15)', async () => {
    const { settings } = await load({
      home: 'providers: { openai: { base_url: "http://a", default_model: m } }\nallowed_read_paths: [a, b]\nshell_environment: [A]',
      project:
        'providers: { openai: { base_url: "http://b" }, other: {} }\nallowed_read_paths: [c, a]\nshell_environment: [B]',
    });
    expect(settings.providers).toEqual({
      openai: { base_url: 'http://b', default_model: 'm' },
      other: {},
    });
    expect(settings.allowed_read_paths).toEqual(['a', 'b', 'c']);
    expect(settings.shell_environment).toEqual(['B']);
  });

  it('none of which exists mean no settings and no complaint', async () => {
    expect(await load({})).toMatchObject({ settings: {}, diagnostics: [], files: [] });
    expect(await load({ home: '', project: '# only a comment\n' })).toMatchObject({
      settings: {},
      diagnostics: [],
    });
  });

  it('keep keys that are not ours', async () => {
    const { settings, diagnostics } = await load({ home: 'bundle: { active: foundation }' });
    expect(settings).toEqual({ bundle: { active: 'foundation' } });
    expect(diagnostics).toEqual([]);
  });

  it('tell which file has the last word on a service', async () => {
    const { serviceFiles, settings } = await load(
      {
        home: 'services: { a: { command: [a] }, b: { command: [b] } }',
        local: 'services: { b: { command: [c] } }',
      },
      { services: { c: { command: ['d'] } } },
    );
    expect(Object.fromEntries(serviceFiles)).toEqual({
      a: homeSettingsFile(root.at('home')),
      b: root.at(FILES.local),
    });
    expect(Object.keys(settings.services ?? {})).toEqual(['a', 'b', 'c']);
  });
});

describe('an untrusted folder', () => {
  it('has no say, and its faults are none of ours', async () => {
    const files = {
      home: 'model: home',
      project: 'services: { evil: { command: [evil] } }\nmodel: theirs',
      local: 'broken: [',
    };
    const { settings, diagnostics, files: read } = await load(files, {}, false);
    expect(settings).toEqual({ model: 'home' });
    expect(diagnostics).toEqual([]);
    expect(read).toEqual([root.at(FILES.home)]);
  });
});

describe('a file that is wrong', () => {
  it('is named with the line of the fault, and the others are used', async () => {
    const { settings, diagnostics } = await load({
      home: 'model: home',
      project: 'model: project\nproviders:\n  openai: {base_url: "x"\nlimits: 5\n',
    });
    expect(settings).toEqual({ model: 'home' });
    expect(diagnostics[0]).toMatchObject({
      file: root.at(FILES.project),
      line: expect.any(Number),
      column: expect.any(Number),
      message: expect.stringContaining('not valid YAML'),
      remedy: expect.stringContaining('Correct the line'),
    });
    expect(diagnostics[0]!.line).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['a value of a wrong type', 'provider: openai\nmodel: [a, list]\n', 2, /^model: expected string\.$/],
    ['a limit below one', 'limits:\n  minutes: 5\n  iterations: 0\n', 3, /^limits\.iterations: /],
    ['a key that is misspelt', 'approvals:\n  mod: ask\n', 2, /unknown key "mod"/],
    ['a mode that does not exist', 'approvals:\n\n  mode: maybe\n', 3, /expected one of ask, allow, deny/],
    [
      'a rule without an action',
      'approvals:\n  rules:\n    - tool: bash\n',
      3,
      /^approvals\.rules\.0\.action/,
    ],
    [
      'a service that is neither program nor module',
      'services:\n  mine: { comand: [x] }\n',
      2,
      /^services\.mine/,
    ],
    ['a service with an empty command', 'services:\n  mine: { command: [] }\n', 2, /^services\.mine/],
    ['no map at all', '- a\n- b\n', 1, /^value: expected/],
  ])('says where it is: %s', async (_what, text, line, message) => {
    const { settings, diagnostics } = await load({ project: text });
    expect(settings).toEqual({});
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      file: root.at(FILES.project),
      line,
      message: expect.stringMatching(message),
      remedy: expect.stringContaining('until then the file is not used'),
    });
  });

  it('says where an unquoted glob is: to YAML it is a reference to nothing', async () => {
    const { diagnostics } = await load({
      home: 'approvals:\n  rules:\n    - action: allow\n      pattern: *.ts\n',
    });
    expect(diagnostics).toMatchObject([{ line: 4, message: expect.stringContaining('.ts') }]);
  });

  it('is one that cannot be read, too', async () => {
    root.write('home/settings.yaml/inside', 'x');
    const { diagnostics } = await load({});
    expect(diagnostics).toMatchObject([{ file: root.at(FILES.home), message: /Cannot be read/ }]);
  });

  it('does not blow up by references to itself', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map(grow)].join('\n');
    const { settings, diagnostics } = await load({ home: bomb });
    expect(settings).toEqual({});
    expect(diagnostics).toHaveLength(1);
  });
});

function grow(name: string, index: number): string {
  const below = 'abcdefg'[index]!;
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`;
}

describe('merging', () => {
  it.each([
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { b: 1 } }, { a: 5 }, { a: 5 }],
    [{ a: 5 }, { a: { b: 1 } }, { a: { b: 1 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 1 }, { a: undefined }, { a: 1 }],
    [{ a: 1 }, { a: null }, { a: null }],
  ])('%j and above it %j is %j', (below, above, merged) => {
    expect(mergeDeep(below, above)).toEqual(merged);
  });

  it('changes neither of the two, and no prototype', () => {
    const [below, above] = [{ a: { b: 1 } }, JSON.parse('{"a":{"c":2},"__proto__":{"polluted":true}}')];
    const merged = mergeDeep(below, above);
    expect(below).toEqual({ a: { b: 1 } });
    expect(merged).toEqual({ a: { b: 1, c: 2 } });
    expect('polluted' in merged || 'polluted' in {}).toBe(false);
  });
});
