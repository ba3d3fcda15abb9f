/** Threads that wait for a turn: how many, which, and that they are ready for their first call (RT-21). */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Monitor } from '../../../src/host/monitor/service-monitor.ts';
import { createSpawner } from '../../../src/host/spawner.ts';
import { createFolder } from '../../builders/folder.ts';
import { FIXTURES } from '../../builders/links.ts';

const sdk = pathToFileURL(path.join(FIXTURES, '..', '..', '..', 'src', 'sdk', 'index.ts')).href;

function openSpares() {
  const folder = createFolder({
    'service.mjs': `
import { appendFileSync } from 'node:fs';
import { serve } from '${sdk}';
serve({ name: 'mine', warmUp: () => appendFileSync(process.env.TOLD, process.env.NAME + ' '), hooks: [] });`,
  });
  const monitor = new Monitor();
  const spawner = createSpawner({}, monitor);
  onTestFinished(async () => {
    await spawner[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  const told = folder.at('told');
  const spec = (name: string) => ({
    name,
    isolation: 'thread' as const,
    entry: folder.at('service.mjs'),
    env: { TOLD: told, NAME: name },
    config: {},
    origin: 'built-in',
  });
  return {
    spawner,
    spec,
    spares: () =>
      monitor
        .list()
        .filter(({ state }) => state === 'spare')
        .map(({ service }) => service),
    warmed: () => (fs.existsSync(told) ? fs.readFileSync(told, 'utf8') : ''),
  };
}

const NOBODY = { onRequest: async () => null, onNotification: () => undefined, onLog: () => undefined };

it('warms up what waits, and not what is needed at once', async () => {
  const { spawner, spec, warmed } = openSpares();
  await spawner.keepSpares([spec('waiting')]);
  await expect.poll(warmed).toBe('waiting ');

  await using spare = spawner.start(spec('waiting'), NOBODY);
  await using fresh = spawner.start(spec('fresh'), NOBODY);
  await spare.call('ping', {});
  await fresh.call('ping', {});
  expect(warmed()).toBe('waiting ');
});

it('keeps as many as the settings allow, the most needed first', async () => {
  const { spawner, spec, spares } = openSpares();
  const wanted = ['first', 'second', 'third'].map(spec);
  await spawner.keepSpares(wanted, { threads: 2 });
  expect(spares()).toEqual(['first', 'second']);
  await spawner.keepSpares(wanted, { threads: 0 });
  expect(spares()).toEqual([]);
  await spawner.keepSpares(wanted);
  expect(spares()).toEqual(['first', 'second', 'third']);
});

it('lets them go after the time of the settings without a turn', async () => {
  const { spawner, spec, spares } = openSpares();
  await spawner.keepSpares([spec('first')], { idle_minutes: 0.002 });
  await expect.poll(spares).toEqual([]);
});
