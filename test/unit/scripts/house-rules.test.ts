import { expect, test } from 'vitest';
import { houseFaults } from '../../../scripts/house-rules.ts';

const clean = `/** One subject. */\nexport const limit = 400;\n`;

test('a file that keeps the rules has no faults', () => {
  expect(houseFaults('src/host/turn.ts', clean)).toEqual([]);
});

test('a file may have 400 lines and not one more', () => {
  expect(houseFaults('src/host/turn.ts', 'x\n'.repeat(400))).toEqual([]);
  expect(messages('src/host/turn.ts', 'x\n'.repeat(401))).toMatch(/401 lines/);
});

test.each([
  ['work left for later', 'src/host/turn.ts', `const a = 1; // ${'TO'}DO: the rest`],
  ['type checker', 'src/host/turn.ts', `// @ts-${'ignore'}`],
  ['`any` let through', 'src/host/turn.ts', `// biome-ignore lint/suspicious/noExplicit${'Any'}: quicker`],
  ['does not run', 'test/unit/turn.test.ts', `test.${'skip'}('later', () => {});`],
  ['process.env', 'src/host/spawner.ts', 'const home = process.env.HOME;'],
  ['one machine', 'scripts/start.ts', `const cache = '/home/${'me'}/cache';`],
  ['says nothing', 'src/host/path-utils.ts', clean],
  ['says nothing', 'src/common/paths.ts', clean],
  ['kebab-case', 'src/host/TurnRunner.ts', clean],
])('finds %s in %s', (message, file, text) => {
  expect(messages(file, text)).toContain(message);
});

test('names the line of a fault', () => {
  expect(houseFaults('src/host/turn.ts', `${clean}const home = process.env.HOME;\n`)).toMatchObject([
    { line: 3 },
  ]);
});

test('the composition roots read the environment', () => {
  for (const root of ['src/extension/activate.ts', 'src/cli/main.ts', 'src/headends/rest/main.ts']) {
    expect(houseFaults(root, 'start(process.env);')).toEqual([]);
  }
});

function messages(file: string, text: string): string {
  return houseFaults(file, text)
    .map(({ message }) => message)
    .join('\n');
}
