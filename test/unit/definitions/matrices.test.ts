/** Routing matrices as files: what ships, what shadows what, what a bad one says (DL-41, DL-3). */
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMatrix, listMatrices } from '../../../src/definitions/matrices.ts';
import { isGlob, matchModels } from '../../../src/models/model-name.ts';
import { ROLES } from '../../../src/models/roles.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

const repository = path.resolve(import.meta.dirname, '..', '..', '..');

let root: Folder;
beforeEach(() => {
  root = createFolder({ 'product/agents/routing/balanced.yaml': matrixText('shipped') });
});
afterEach(() => root[Symbol.dispose]());
const places = () => ({ home: root.at('home'), productFolder: root.at('product') });

function matrixText(description: string): string {
  const role = '{ candidates: [{ provider: p, model: m }] }';
  return `name: balanced\ndescription: ${description}\nroles:\n  general: ${role}\n  fast: ${role}\n`;
}

describe('the shipped matrices (DL-41)', () => {
  const shipped = () => listMatrices({ home: root.at('nobody'), productFolder: repository });

  it('are eight, without a fault, each with a day it was looked over', async () => {
    const { matrices, diagnostics } = await shipped();
    expect(diagnostics).toEqual([]);
    expect(matrices.map(({ name }) => name)).toEqual([
      'anthropic',
      'balanced',
      'copilot',
      'economy',
      'gemini',
      'ollama',
      'openai',
      'quality',
    ]);
    for (const { name, matrix } of matrices) {
      expect(matrix).toMatchObject({ name, updated: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) });
      expect(matrix.description).not.toBe('');
    }
  });

  it('know all thirteen roles in the mixed ones, and no others anywhere (DL-40)', async () => {
    const { matrices } = await shipped();
    const roles = (name: string) =>
      Object.keys(matrices.find((each) => each.name === name)?.matrix.roles ?? {}).sort();
    for (const name of ['balanced', 'quality', 'economy'])
      expect(roles(name)).toEqual(Object.keys(ROLES).sort());
    for (const { matrix } of matrices)
      for (const role of Object.keys(matrix.roles)) expect(Object.keys(ROLES)).toContain(role);
  });

  it('pick today’s models from what the vendors list', async () => {
    const listed: Record<string, string[]> = {
      anthropic: [
        'claude-fable-5-1',
        'claude-haiku-4-5-20251001',
        'claude-opus-5',
        'claude-opus-5-5',
        'claude-sonnet-5-5',
        'claude-sonnet-4-6',
      ],
      openai: [
        'gpt-5.6-luna',
        'gpt-5.6-sol',
        'gpt-5.6-terra',
        'gpt-6-luna',
        'gpt-6.1-terra',
        'gpt-6.2-astra',
        'gpt-6.2-sol',
        'gpt-image-2',
        'gpt-image-1-mini',
      ],
      gemini: [
        'gemini-2.5-pro',
        'gemini-3.1-pro-preview',
        'gemini-3.5-flash-lite',
        'gemini-3.8-flash',
        'gemini-3-pro-image',
      ],
      'github-copilot': [
        'claude-haiku-4.5',
        'claude-opus-4.8-fast',
        'claude-opus-5',
        'claude-sonnet-5',
        'gemini-3.8-flash',
        'gpt-5.6-luna',
        'gpt-5.6-sol',
        'gpt-5.6-terra',
      ],
      ollama: [
        'gemma3:27b',
        'qwen3-coder:30b',
        'qwen2.5vl:7b',
        'llama3.2-vision:11b',
        'llava:13b',
        'codestral:22b',
      ],
    };
    const { matrices } = await shipped();
    // Patterns that look for what few have: others come after them.
    const rare = /image|-pro\*?$|\*code\*/;
    for (const { name, matrix } of matrices) {
      for (const [role, { candidates }] of Object.entries(matrix.roles)) {
        for (const { provider, model } of candidates) {
          const found = matchModels(model, listed[provider] ?? []);
          if (!rare.test(model)) expect(found, `${name} ${role} ${provider} ${model}`).not.toEqual([]);
          expect(isGlob(model)).toBe(true);
        }
      }
    }
    const coding = matrices.find(({ name }) => name === 'balanced')?.matrix.roles.coding?.candidates ?? [];
    expect(coding.map(({ provider, model }) => matchModels(model, listed[provider] ?? [])[0])).toEqual([
      'claude-sonnet-5-5',
      'gpt-6.2-sol',
      'gemini-3.8-flash',
      'claude-sonnet-5',
      expect.any(String),
    ]);
  });
});

describe('a matrix of the person (DL-41)', () => {
  it('hides the shipped one of the same name', async () => {
    root.write('home/routing/balanced.yaml', matrixText('mine'));
    const { matrices } = await listMatrices(places());
    expect(matrices).toMatchObject([
      {
        name: 'balanced',
        file: root.at('home/routing/balanced.yaml'),
        matrix: { description: 'mine' },
        shadows: [root.at('product/agents/routing/balanced.yaml')],
      },
    ]);
    expect((await findMatrix(places(), 'balanced', 's')).matrices[0]?.matrix.description).toBe('mine');
  });

  it('is read again when it was written', async () => {
    root.write('home/routing/mine.yaml', matrixText('first'));
    expect((await findMatrix(places(), 'mine', 's')).matrices[0]?.matrix.description).toBe('first');
    root.write('home/routing/mine.yaml', matrixText('the second'));
    expect((await findMatrix(places(), 'mine', 's')).matrices[0]?.matrix.description).toBe('the second');
  });

  it.each<[string, string, number | undefined, string]>([
    ['broken YAML', 'name: [', 1, 'not valid YAML'],
    [
      'a missing role',
      'name: x\nroles:\n  general: { candidates: [{ provider: p, model: m }] }\n',
      3,
      'the role "fast" is missing; every matrix has general and fast',
    ],
    ['an unknown key', matrixText('x').replace('model: m }', 'modle: m }'), 4, 'roles.general.candidates.0'],
    ['no candidates', matrixText('x').replace(/\[.*?\]/, '[]'), 4, 'roles.general.candidates'],
  ])(
    'with %s is told with its line, and the shipped one counts (DL-3)',
    async (_what, text, line, message) => {
      root.write('home/routing/balanced.yaml', text);
      const { matrices, diagnostics } = await listMatrices(places());
      expect(diagnostics[0]).toMatchObject({
        file: root.at('home/routing/balanced.yaml'),
        line,
        message: expect.stringContaining(message),
        remedy: expect.stringContaining('until then the file is not used'),
      });
      expect(matrices.map(({ matrix }) => matrix.description)).toEqual(['shipped']);
    },
  );

  it('that does not exist is told with those that do', async () => {
    const { matrices, diagnostics } = await findMatrix(places(), 'nothing', '/settings.yaml');
    expect(matrices).toEqual([]);
    expect(diagnostics).toEqual([
      {
        file: '/settings.yaml',
        message: 'There is no routing matrix "nothing".',
        remedy: `Choose one of: balanced; or write your own into ${root.at('home/routing')}.`,
      },
    ]);
  });
});
