/** Bundles chosen, added and removed in a settings file whose owner's comments stay (DL-14, DL-15). */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addBundle, chooseBundle, removeBundle } from '../../../src/host/bundle-choice.ts';
import { createFolder, type Folder } from '../../builders/folder.ts';

let root: Folder;
beforeEach(() => {
  root = createFolder();
});
afterEach(() => root[Symbol.dispose]());
const file = () => root.at('settings.yaml');
const written = () => root.read('settings.yaml');

it('chooses a bundle in the place of another, however that was written', async () => {
  root.write('settings.yaml', '# mine\nbundle: old # why\nmodel: m\n');
  await chooseBundle(file(), 'new');
  expect(written()).toMatch(/^# mine\nbundle:\n {2}active: new.*\nmodel: m\n$/);
});

it('chooses none and leaves nothing of it behind', async () => {
  root.write('settings.yaml', '# mine\nmodel: m\nbundle: { active: old }\n');
  await chooseBundle(file(), undefined);
  expect(written()).toBe('# mine\nmodel: m\n');
  await chooseBundle(root.at('none.yaml'), undefined);
});

it('adds a bundle beside what is there, over every other if asked, and removes it', async () => {
  root.write('settings.yaml', 'bundle: mine\n');
  await addBundle(file(), 'house', '/h', true);
  await addBundle(file(), 'other', '/o', false);
  expect(written()).toBe(
    'bundle:\n  active: mine\n  added:\n    house: /h\n    other: /o\n  app:\n    - house\n',
  );
  expect(await removeBundle(file(), 'house')).toBe(true);
  expect(await removeBundle(file(), 'house')).toBe(false);
  expect(await removeBundle(file(), 'other')).toBe(true);
  expect(written()).toBe('bundle:\n  active: mine\n');
});
