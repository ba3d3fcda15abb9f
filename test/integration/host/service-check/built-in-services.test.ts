/** Every built-in service keeps the contract that the check holds against services of others (RT-3, RT-7). */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compose } from '../../../../src/definitions/compose.ts';
import { checkService } from '../../../../src/host/service-check/check-service.ts';
import { createFolder } from '../../../builders/folder.ts';
import { surroundingsOf } from '../../../builders/surroundings.ts';

const home = createFolder();
afterAll(() => home[Symbol.dispose]());

const { services } = await compose(
  surroundingsOf({
    home: home.path,
    productFolder: path.resolve(import.meta.dirname, '../../../..'),
    environment: { PATH: process.env.PATH ?? '', SystemRoot: process.env.SystemRoot ?? '' },
  }),
  { cwd: home.path, trusted: true, overrides: {} },
);

describe.concurrent('every built-in service passes the check', () => {
  it.each(services.map((service) => [service.name, service] as const))('%s', async (_name, service) => {
    using folder = createFolder({ sample: 'a file\n' });
    const times = { cancelGraceMs: 1_500 };
    const outcomes: Record<string, string> = {};
    const faults: unknown[] = [];
    for await (const finding of checkService(service, { folder: folder.path, times, everyTool: true })) {
      outcomes[finding.check] = finding.outcome;
      if (finding.outcome === 'failed') faults.push(finding);
    }
    expect(faults).toEqual([]);
    expect(outcomes).toMatchObject({
      describe: 'ok',
      schemas: 'ok',
      ping: 'ok',
      cancel: expect.any(String),
      shutdown: 'ok',
    });
  });
});
