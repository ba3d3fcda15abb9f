/** `${VAR}` of the settings in what providers and services are given (DL-15, AT-40 … AT-47). */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are written so in settings.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ComposeRequest, compose } from '../../../src/definitions/compose.ts';
import { missingError } from '../../../src/definitions/variables.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';
import { surroundingsOf } from '../../builders/surroundings.ts';

const HOME = 'home/settings.yaml';
const PROJECT = 'project/.amplifier/settings.yaml';
const LOCAL = 'project/.amplifier/settings.local.yaml';
const HOME_SIDECAR = 'home/.ai-agent.env';
const PROJECT_SIDECAR = 'project/.amplifier/.ai-agent.env';

let root: Folder;
beforeEach(() => {
  root = createFolder({ 'product/agents/build.md': '---\ndescription: Builds.\n---\nYou build.' });
});
afterEach(() => root[Symbol.dispose]());

function composed(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  request: Partial<ComposeRequest> = {},
) {
  for (const [file, text] of Object.entries(files)) root.write(file, text);
  const around = surroundingsOf({
    home: root.at('home'),
    productFolder: root.at('product'),
    environment: Object.freeze({ ...environment }),
  });
  return compose(around, { cwd: root.at('project'), trusted: true, overrides: {}, ...request });
}

async function specOf(name: string, ...given: Parameters<typeof composed>) {
  const { services } = await composed(...given);
  const spec = services.find((each) => each.name === name);
  if (!spec) throw new Error(`no ${name}`);
  return spec;
}

const openaiKey = async (...given: Parameters<typeof composed>) =>
  (await specOf('provider-openai', ...given)).config.openai;

const KEY = 'providers: { openai: { api_key: "${KEY}" } }';

describe('a placeholder', () => {
  it('is filled from the sidecar beside its file, then from the environment (AT-41)', async () => {
    expect(await openaiKey({ [PROJECT]: KEY }, { KEY: 'of-the-shell' })).toEqual({ api_key: 'of-the-shell' });
    const files = { [PROJECT]: KEY, [PROJECT_SIDECAR]: 'KEY=of-the-file' };
    expect(await openaiKey(files, { KEY: 'of-the-shell' })).toEqual({ api_key: 'of-the-file' });
    expect(await openaiKey(files)).toEqual({ api_key: 'of-the-file' });
  });

  it('is filled from the sidecar of its own layer and of no other (AT-45)', async () => {
    const sidecars = {
      [HOME_SIDECAR]: 'KEY=home\nHERE=home',
      [PROJECT_SIDECAR]: 'KEY=project\nTHERE=project',
    };
    expect(await openaiKey({ ...sidecars, [HOME]: KEY })).toEqual({ api_key: 'home' });
    expect(await openaiKey({ [PROJECT]: 'providers: { openai: { api_key: "${HERE}" } }' })).toEqual({});
    // What a higher layer replaces is its own; what it leaves is filled where it was written.
    const local = 'providers: { openai: { base_url: "${THERE}", api_key: "${KEY}" } }';
    const both = {
      [HOME]: 'providers: { openai: { api_key: "${HERE}", project: "${HERE}" } }',
      [LOCAL]: local,
    };
    expect(await openaiKey({ ...both, [PROJECT]: '{}' })).toEqual({
      api_key: 'project',
      base_url: 'project',
      project: 'home',
    });
  });

  it('of the editor’s settings is filled from the environment alone', async () => {
    root.write(HOME_SIDECAR, 'KEY=home');
    const overrides = { providers: { openai: { api_key: '${KEY}' } } };
    expect(await openaiKey({}, { KEY: 'shell' }, { overrides })).toEqual({ api_key: 'shell' });
    const { missing } = await composed({}, {}, { overrides });
    expect(missing).toMatchObject([{ origin: 'the settings of the editor or command', sidecar: undefined }]);
  });

  it('may have a default, stand within a text and in lists (DL-15)', async () => {
    const text = `services:
  notes:
    command: [notes, "\${NOT_OURS}"]
    env: { ADDRESS: "http://\${HOST:localhost:80}/\${PATH_OF}", NOTHING: "\${NONE:}" }
    config: { notes: { list: [a, "\${HOST:b}"], deep: { key: "\${PATH_OF}" }, count: 3 } }
`;
    expect(await specOf('notes', { [HOME]: text }, { PATH_OF: 'p', HOST: '' })).toMatchObject({
      // The program is started as it is written.
      command: ['notes', '${NOT_OURS}'],
      env: { ADDRESS: 'http://localhost:80/p' },
      config: { notes: { list: ['a', 'b'], deep: { key: 'p' }, count: 3 } },
    });
    expect(Object.keys((await specOf('notes', {}, { PATH_OF: 'p' })).env)).not.toContain('NOTHING');
  });

  it('of parameters, or written with two dollars, stays for whom it is meant (AT-47)', async () => {
    const text = 'services: { a: { command: [a], config: { a: { url: "/x/${parameters.id}?q=$${Q}" } } } }';
    expect((await specOf('a', { [HOME]: text })).config).toEqual({
      a: { url: '/x/${parameters.id}?q=${Q}' },
    });
  });

  it('of a token’s name is looked up by the same rules', async () => {
    const text = 'services: { a: { url: "https://tools.example/", token_env: TOKEN_OF_A } }';
    expect(await specOf('a', { [HOME]: text, [HOME_SIDECAR]: 'TOKEN_OF_A=t' })).toMatchObject({ token: 't' });
  });
});

describe('a variable nobody has', () => {
  it('is an error that says which, whose, where it is asked for and what to do (AT-43)', async () => {
    const text = 'services:\n  notes:\n    command: [n]\n    env:\n      TOKEN: "a ${TOKEN} of ${WHOM}"\n';
    const spec = await specOf('notes', { [PROJECT]: text });
    expect(Object.keys(spec.env)).toEqual([]);
    expect(missingError(spec.missing ?? [], 'notes')).toMatchObject({
      kind: 'config',
      service: 'notes',
      message: `Missing: TOKEN, WHOM; define in shell or .ai-agent.env (service "notes", ${root.at(PROJECT)}:5:14).`,
      remedy: `Write TOKEN=… into ${root.at(PROJECT_SIDECAR)}, or set it in the environment of the editor or terminal.`,
    });
  });

  it('of a provider makes that provider none that can be asked', async () => {
    const spec = await specOf('provider-openai', { [HOME]: KEY });
    expect(spec.config.openai).toEqual({});
    expect(spec.missing).toMatchObject([{ scope: 'provider', id: 'openai', variable: 'KEY' }]);
    expect((await specOf('provider-anthropic', {})).missing).toBeUndefined();
  });

  it.each(['${}', '${a b}', '${A.B}', '${1A}'])('cannot be %s, which is told (AT-47)', async (written) => {
    const text = `providers:\n  openai: { api_key: '${written}' }`;
    const { missing } = await composed({ [HOME]: text });
    expect(missingError(missing).message).toBe(
      `Unresolved: ${written}; no name of a variable (provider "openai", ${root.at(HOME)}:2:22).`,
    );
  });
});

it('a sidecar’s broken line is told, and the rest counts (AT-42)', async () => {
  const files = { [HOME]: KEY, [HOME_SIDECAR]: 'oops\nKEY=k' };
  const { diagnostics, missing } = await composed(files);
  expect(missing).toEqual([]);
  expect(diagnostics).toMatchObject([{ file: root.at(HOME_SIDECAR), line: 1 }]);
});

it('the sidecar of a folder that is not trusted is not read', async () => {
  const files = { [HOME]: KEY, [PROJECT]: KEY, [PROJECT_SIDECAR]: 'KEY=evil\noops' };
  const { services, diagnostics } = await composed(files, { KEY: 'mine' }, { trusted: false });
  expect(JSON.stringify(services)).not.toContain('evil');
  expect(services.find(({ name }) => name === 'provider-openai')?.config.openai).toEqual({ api_key: 'mine' });
  expect(diagnostics).toEqual([]);
});

it('only the service that asks for a variable has it, and can not change it (AT-40, AT-46)', async () => {
  const text = `services: { a: { command: [a], env: { KEY: "\${KEY}" } }, b: { command: [b] } }\n${KEY}`;
  const { services } = await composed({ [HOME]: text, [HOME_SIDECAR]: 'KEY=hunter2\nOTHER=hunter3' });
  const holders = services.filter((spec) => JSON.stringify(spec).includes('hunter2')).map(({ name }) => name);
  expect(holders).toEqual(['provider-openai', 'a']);
  expect(JSON.stringify(services)).not.toContain('hunter3');
  expect(Object.isFrozen(services.find(({ name }) => name === 'a')?.env)).toBe(true);
});
