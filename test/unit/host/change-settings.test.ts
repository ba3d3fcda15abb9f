/** Changing one setting and leaving the rest of the file as its owner wrote it (DL-15). */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeSetting } from '../../../src/host/change-settings.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

let root: Folder;
beforeEach(() => {
  root = createFolder();
});
afterEach(() => root[Symbol.dispose]());
const change = (value: unknown) => changeSetting(root.at('home/settings.yaml'), ['routing', 'matrix'], value);

it('keeps comments, order and other keys', async () => {
  root.write(
    'home/settings.yaml',
    '# mine\nmodel: m # why\nrouting:\n  # cheap\n  matrix: economy\n\nlimits: { iterations: 3 }\n',
  );
  await change('quality');
  expect(root.read('home/settings.yaml')).toBe(
    '# mine\nmodel: m # why\nrouting:\n  # cheap\n  matrix: quality\n\nlimits: { iterations: 3 }\n',
  );
});

it.each(['', 'routing:\n', '# nothing yet\n'])('makes what is missing in %j', async (text) => {
  if (text !== '') root.write('home/settings.yaml', text);
  await change('quality');
  expect(root.read('home/settings.yaml')).toContain('routing:\n  matrix: quality\n');
  expect(root.read('home/settings.yaml')).toContain(text.startsWith('#') ? text : '');
});

it('removes a value', async () => {
  root.write('home/settings.yaml', 'model: m\nrouting:\n  matrix: economy\n  overrides: {}\n');
  await change(undefined);
  expect(root.read('home/settings.yaml')).toBe('model: m\nrouting:\n  overrides: {}\n');
});

it('leaves a file that is not valid YAML alone', async () => {
  root.write('home/settings.yaml', 'model: [');
  await expect(change('quality')).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('settings.yaml is not valid YAML'),
  });
  expect(root.read('home/settings.yaml')).toBe('model: [');
});
