/** Which files are agents, behaviors and bundles (DL-14). */
import path from 'node:path';
import { expect, test } from 'vitest';
import { recogniseDefinition } from '../../../../src/definitions/sources/recognise.ts';

const at = (file: string) => path.resolve('repository', file);

test.each<[string, string, [string, string, string] | undefined]>([
  [
    'bundle.md',
    '---\nbundle:\n  name: core\n  description: |\n    All.\n    More.\n---\nHi',
    ['bundle', 'core', 'All.'],
  ],
  ['core/bundle.yaml', 'bundle: {}\n', ['bundle', 'core', '']],
  ['behaviors/careful.yaml', 'bundle: { name: careful }\n', ['behavior', 'careful', '']],
  ['x.yaml', 'behavior:\n  ref: modes\n  uuid: 1\n', ['behavior', 'modes', '']],
  ['x.yml', 'agent:\n  local_ref: foundation\n', ['agent', 'foundation', '']],
  [
    'a/zen.md',
    '---\nmeta:\n  name: zen\n  description: Thinks.\n---\nYou think.',
    ['agent', 'zen', 'Thinks.'],
  ],
  ['agents/scout.md', '\uFEFF---\ndescription: Looks.\n---\nHi', ['agent', 'scout', 'Looks.']],
  ['x/scout.agent.md', '---\ntools: []\n---\nHi', ['agent', 'scout', '']],
  ['README.md', '---\nname: no\n---\nHi', undefined],
  ['notes.md', '---\nname: no\n---\nHi', undefined],
  ['skills/pdf/SKILL.md', '---\nname: pdf\nmeta: {}\n---\nHi', undefined],
  ['modes/plan.md', '---\nmode: { name: plan }\nmeta: {}\n---\nHi', undefined],
  ['agents/index.md', 'Our agents.', undefined],
  ['.github/workflow.yaml', 'on: push\n', undefined],
])('%s', (file, text, expected) => {
  const { definition, diagnostics } = recogniseDefinition(at(file), text);
  expect(definition && [definition.kind, definition.name, definition.description]).toEqual(expected);
  expect(diagnostics).toEqual([]);
});

test('a definition that is broken is told with its place, any other broken file is none of ours', () => {
  expect(recogniseDefinition(at('agents/x.md'), '---\nmeta:\n  name: [\n---\n').diagnostics).toMatchObject([
    { file: at('agents/x.md'), line: 3, message: expect.stringContaining('not valid YAML') },
  ]);
  expect(recogniseDefinition(at('b.yaml'), '\nbundle: { name: [] }\n').diagnostics).toMatchObject([
    { line: 2 },
  ]);
  expect(recogniseDefinition(at('chart.yaml'), '{{ x }}: [\n')).toEqual({ diagnostics: [] });
});
