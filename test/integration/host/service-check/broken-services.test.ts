/**
 * Broken services: each is a sound one with a single fault, and exactly the check that is there for the fault
 * fails, in words that its author can act on (RT-3, RT-30).
 */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkService } from '../../../../src/host/service-check/check-service.ts';
import type { Finding } from '../../../../src/host/service-check/finding.ts';
import { createFolder } from '../../../builders/folder.ts';
import { FIXTURES } from '../../../builders/links.ts';

async function check(file: string, describeMs = 10_000): Promise<Finding[]> {
  using folder = createFolder({ sample: 'a file\n' });
  const spec = {
    name: 'letters',
    isolation: 'process' as const,
    command: [process.execPath, path.join(FIXTURES, 'broken', file)],
    cwd: folder.path,
    env: {},
    config: {},
    origin: 'the test',
  };
  const times = { describeMs, cancelGraceMs: 1_500, processStopMs: 200, processKillMs: 2_000 };
  const findings: Finding[] = [];
  for await (const finding of checkService(spec, { folder: folder.path, times })) findings.push(finding);
  return findings;
}

/** Milliseconds for `describe` where the answer that is waited for never comes. */
const HASTE: Readonly<Record<string, number>> = {
  'never-describes.mjs': 3_000,
  'answers-wrong-id.mjs': 3_000,
  'knows-only-number-ids.mjs': 6_000,
};

const failed = (findings: readonly Finding[]) => findings.filter(({ outcome }) => outcome === 'failed');

it('a sound service passes every check', async () => {
  const findings = await check('sound.mjs');
  expect(failed(findings)).toEqual([]);
  expect(findings.filter(({ outcome }) => outcome === 'ok').map((finding) => finding.check)).toEqual([
    'describe',
    'names',
    'schemas',
    'hook events',
    'ping',
    'configure',
    'tool count: valid input',
    'tool count: invalid input',
    'unknown tool',
    'hook on tool:pre',
    'hook on an event it does not hear',
    'cancel',
    'ids',
    'unknown method',
    'garbage line',
    'stdout',
    'shutdown',
  ]);
});

describe.concurrent('of a service that cannot be used, describing fails and nothing else is tried', () => {
  it.each<[string, string, RegExp, RegExp]>([
    [
      'exits at once',
      'exits-at-once.mjs',
      /stopped \(exit code 3\) during describe\. It said: Error: cannot open the database/,
      /Run the command yourself/,
    ],
    [
      'never answers describe',
      'never-describes.mjs',
      /did not answer describe within 3000 ms/,
      /Answer each line that has an "id"/,
    ],
    [
      'describes itself in a wrong shape',
      'describes-wrong-shape.mjs',
      /capabilities\.tools: expected array/,
      /manifest/,
    ],
    [
      'answers with a wrong id',
      'answers-wrong-id.mjs',
      /did not answer describe.* It answered with the id 99 instead of "check"/,
      /Send back the id of the request as it came/,
    ],
  ])('one that %s', async (_what, file, remark, remedy) => {
    expect(await check(file, HASTE[file])).toEqual([
      {
        check: 'describe',
        outcome: 'failed',
        remark: expect.stringMatching(remark),
        remedy: expect.stringMatching(remedy),
      },
      { check: 'all else', outcome: 'skipped', remark: expect.any(String) },
    ]);
  });
});

describe.concurrent('of a service with one fault, the check for that fault fails and no other', () => {
  const onPosix = process.platform !== 'win32';
  it.each<[string, string, string, RegExp, RegExp]>([
    ['prints a banner', 'prints-banner.mjs', 'stdout', /Letters 1\.0, at your service!/, /Print to stderr/],
    [
      'has two tools of a name',
      'names-a-tool-twice.mjs',
      'names',
      /Two tools are called "count"/,
      /name of its own/,
    ],
    [
      'has a tool with an empty schema',
      'has-empty-schema.mjs',
      'schemas',
      /tool "count" is empty/,
      /JSON Schema/,
    ],
    [
      'instructs the model with a heading (AT-54)',
      'instructs-with-a-heading.mjs',
      'instructions',
      /tool "count" have a heading/,
      /paragraphs and lists/,
    ],
    [
      'instructs the model at length (AT-54)',
      'instructs-too-long.mjs',
      'instructions',
      /have 7000 characters; 4000 reach the model/,
      /no more/,
    ],
    [
      'has a source of tools that fails (AT-53)',
      'has-a-dead-source.mjs',
      'tool source api',
      /"api" of service "letters" could not list/,
      /what it lists its tools from/,
    ],
    [
      'hears an event that does not exist',
      'hears-no-such-event.mjs',
      'hook events',
      /"guard" hears "tool:before", which never happens/,
      /tool:pre/,
    ],
    [
      'takes invalid input',
      'accepts-anything.mjs',
      'tool count: invalid input',
      /accepted \{\} as a success, although "text" is missing/,
      /Check the input against the schema/,
    ],
    [
      'ends at invalid input',
      'crashes-on-invalid-input.mjs',
      'tool count: invalid input',
      /With \{\}, where "text" is missing, .*stopped \(exit code 1\) during tool\.execute\. It said: TypeError/,
      /must not end by it/,
    ],
    [
      'fails without a reason',
      'fails-without-a-word.mjs',
      'tool count: valid input',
      /\{"text":"sample"\} failed, and it does not say why/,
      /error: \{ message \}/,
    ],
    [
      'hangs after a cancel',
      'hangs-after-cancel.mjs',
      'cancel',
      /tool\.execute was cancelled, and the service was ended for it: .*not given up/,
      /Answer a cancelled request/,
    ],
    [
      'answers an action that does not exist',
      'answers-unknown-action.mjs',
      'hook on tool:pre',
      /action: expected one of CONTINUE, DENY, MODIFY/,
      /docs\/services\.md/,
    ],
    [
      'knows numbers as ids and nothing else',
      'knows-only-number-ids.mjs',
      'ids',
      /no answer to describe .* It answered with the id null instead of "a text"/,
      /Send back the id/,
    ],
    [
      'takes every method',
      'answers-unknown-methods.mjs',
      'unknown method',
      /answered an unknown method with \{\}/,
      /-32601/,
    ],
    [
      'ends at a line that is no JSON',
      'ends-at-garbage.mjs',
      'garbage line',
      /ended \(exit code 1\)/,
      /must not end/,
    ],
    [
      'does not end with its input',
      'outlives-its-input.mjs',
      'shutdown',
      /still ran 2000 ms after its stdin was closed/,
      /End when the input ends/,
    ],
    ...(onPosix
      ? [
          [
            'leaves a process running',
            'leaves-a-child.mjs',
            'shutdown',
            /left a process running/,
            /End what you started/,
          ] satisfies [string, string, string, RegExp, RegExp],
        ]
      : []),
  ])('one that %s', async (_what, file, name, remark, remedy) => {
    const faults = failed(await check(file, HASTE[file]));
    const others = faults.filter(
      (finding) => finding.check !== name && !FOLLOWS[file]?.includes(finding.check),
    );
    expect(others).toEqual([]);
    expect(faults).toContainEqual({
      check: name,
      outcome: 'failed',
      remark: expect.stringMatching(remark),
      remedy: expect.stringMatching(remedy),
    });
  });
});

/** A fault of a method shows wherever the method is used. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  'accepts-anything.mjs': ['unknown tool'],
  'crashes-on-invalid-input.mjs': ['unknown tool'],
  'answers-unknown-action.mjs': ['hook on an event it does not hear'],
};
