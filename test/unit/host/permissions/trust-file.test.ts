/** The file that holds what the person decided about services. */
import { expect, onTestFinished, test } from 'vitest';
import { type Decision, TrustStore } from '../../../../src/host/permissions/trust-file.ts';
import { createFolder } from '../../../builders/folder.ts';

const decision = (more: Partial<Decision> = {}): Decision => ({
  name: 'notes',
  origin: '/project/.amplifier/settings.yaml',
  print: 'a1',
  permissions: { read: ['.'] },
  answer: 'allow',
  gates: [],
  at: '2026-01-02T03:04:05.000Z',
  ...more,
});

function openStore() {
  const folder = createFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return { folder, store: new TrustStore(folder.at('home')) };
}

test('keeps one decision for each version, in a file of the home (RT-8)', async () => {
  const { folder, store } = openStore();
  expect(await store.all()).toEqual([]);

  await Promise.all([
    store.remember(decision()),
    store.remember(decision({ print: 'b2' })),
    store.remember(decision({ answer: 'deny' })),
    store.remember(decision({ origin: '/else.yaml' })),
  ]);

  const all = await new TrustStore(folder.at('home')).all();
  expect(all).toHaveLength(3);
  expect(all.find(({ print, origin }) => print === 'a1' && origin !== '/else.yaml')?.answer).toBe('deny');
  expect(JSON.parse(folder.read('home/service-permissions.json')).decisions).toEqual(all);
});

test('takes back all decisions about a name', async () => {
  const { store } = openStore();
  await store.remember(decision());
  await store.remember(decision({ print: 'b2' }));
  await store.remember(decision({ name: 'other' }));

  expect(await store.forget('notes')).toBe(2);
  expect((await store.all()).map(({ name }) => name)).toEqual(['other']);
});

test('keeps the latest versions of a service, and does not grow for ever', async () => {
  const { store } = openStore();
  for (let index = 0; index < 25; index += 1) await store.remember(decision({ print: `v${index}` }));

  const all = await store.all();

  expect(all).toHaveLength(20);
  expect(all.at(-1)?.print).toBe('v24');
});

test('a file that is broken allows nothing, is named with a remedy, and is not written over', async () => {
  const { folder, store } = openStore();
  folder.write('home/service-permissions.json', '{"decisions":[{"name":"notes"}]}');

  await expect(store.all()).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/service-permissions\.json cannot be read: .*origin/),
    remedy: expect.stringContaining('Correct the file'),
  });
  await expect(store.remember(decision())).rejects.toThrow('cannot be read');
  expect(folder.read('home/service-permissions.json')).toBe('{"decisions":[{"name":"notes"}]}');
});
