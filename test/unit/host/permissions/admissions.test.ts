/** Whether a service that is not ours may run: who is asked, when, and what is remembered (RT-8). */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ServiceSpec } from '../../../../src/definitions/service-spec.ts';
import {
  Admissions,
  ALLOW_SESSION,
  ALLOW_VERSION,
  type Consent,
} from '../../../../src/host/permissions/admissions.ts';
import type { ApprovalOutcome, ApprovalRequest } from '../../../../src/protocol/approvals.ts';
import { Manifest, type Permissions } from '../../../../src/protocol/manifest.ts';
import { createFolder } from '../../../builders/folder.ts';
import { surroundingsOf } from '../../../builders/surroundings.ts';

const manifest = (permissions?: Permissions) =>
  Manifest.parse({
    name: 'notes',
    version: '1.2.0',
    permissions,
    hooks: [{ name: 'guard', events: ['tool:pre', 'tool:post'] }],
  });

function openRoom(consent?: Consent) {
  const folder = createFolder({ 'notes.mjs': 'export {};\n' });
  onTestFinished(() => folder[Symbol.dispose]());
  const home = folder.at('home');
  const surroundings = () =>
    surroundingsOf({
      home,
      productFolder: '',
      environment: { PATH: '/bin', TOKEN: 'secret', OTHER: 'x' },
    });
  const spec: ServiceSpec = {
    name: 'notes',
    isolation: 'thread',
    entry: folder.at('notes.mjs'),
    env: { PATH: '/bin' },
    config: {},
    origin: '/project/settings.yaml',
    thirdParty: { folder: folder.path },
  };
  const asked: ApprovalRequest[] = [];
  const open = () => new Admissions(home, { surroundings, consent });
  return {
    folder,
    spec,
    asked,
    open,
    /** Says whether the person was asked, and what came of it. */
    async admit(
      admissions: Admissions,
      asks: Permissions | undefined,
      answer: Partial<ApprovalOutcome>,
      turn = 1,
    ) {
      const before = asked.length;
      const asker = {
        session: { id: 'root', turn },
        ask: async (request: ApprovalRequest): Promise<ApprovalOutcome> => {
          asked.push(request);
          return { choice: 'Deny', by: 'person', waited_ms: 1, ...answer };
        },
      };
      const admission = admissions.of(spec, asker);
      const outcome = await admission.admit(manifest(asks)).then(
        (granted) => granted.spec,
        (error) => error,
      );
      return { wasAsked: asked.length > before, outcome, admission };
    },
    text: (name: string) => asked.at(-1)?.subject.details?.find((line) => line.name === name)?.text,
  };
}

describe('the question', () => {
  test('is asked before the first run, says all there is to know, and not again for the same version', async () => {
    const room = openRoom();

    const first = await room.admit(room.open(), { read: ['.'], env: ['TOKEN'] }, { choice: ALLOW_VERSION });
    const next = await room.admit(room.open(), { env: ['TOKEN'], read: ['.'] }, {});

    expect(first.wasAsked).toBe(true);
    expect(room.asked[0]).toMatchObject({ prompt: 'Let service "notes" run?', default: 'deny' });
    expect(room.text('Runs')).toContain(room.folder.at('notes.mjs'));
    expect(room.text('Named in')).toBe('/project/settings.yaml');
    expect(room.text('Version')).toMatch(/^1\.2\.0, content [0-9a-f]{12}$/);
    expect(room.text('Offers')).toBe('hooks on tool:pre, tool:post');
    expect(room.text('Asks for')).toBe('read .; variables TOKEN');
    expect(room.text('Enforced')).toMatch(/cannot be enforced in a thread: it has your rights/);
    expect(next.wasAsked).toBe(false);
    expect(next.outcome).toMatchObject({ env: { PATH: '/bin', TOKEN: 'secret' } });
    expect(next.outcome).not.toHaveProperty('env.OTHER');
  });

  test('is asked again for changed code, and says so', async () => {
    const room = openRoom();
    await room.admit(room.open(), {}, { choice: ALLOW_VERSION });
    room.folder.write('notes.mjs', 'export const changed = true;\n');

    const { wasAsked } = await room.admit(room.open(), {}, {});

    expect(wasAsked).toBe(true);
    expect(room.text('Changed')).toMatch(
      /^since you allowed it on \d{4}-\d\d-\d\d: its files or its command$/,
    );
  });

  test('is asked again when the same code asks for more, and names the difference', async () => {
    const room = openRoom();
    await room.admit(room.open(), { read: ['.'] }, { choice: ALLOW_VERSION });

    const { wasAsked } = await room.admit(room.open(), { network: ['api.example'] }, {});

    expect(wasAsked).toBe(true);
    expect(room.text('Changed')).toContain('it now asks for: network api.example; no longer for: read .');
  });
});

describe('the answer', () => {
  test('for this session is not written down, and ends with the host', async () => {
    const room = openRoom();
    const admissions = room.open();

    const first = await room.admit(admissions, {}, { choice: ALLOW_SESSION });
    const sameHost = await room.admit(admissions, {}, { choice: ALLOW_SESSION }, 2);
    const nextHost = await room.admit(room.open(), {}, {});

    expect([first.wasAsked, sameHost.wasAsked, nextHost.wasAsked]).toEqual([true, false, true]);
  });

  test('no is remembered for the version, with what the service guards, until it is taken back', async () => {
    const room = openRoom();

    const first = await room.admit(room.open(), {}, { choice: 'Deny' });
    const admissions = room.open();
    const later = await room.admit(admissions, {}, { choice: ALLOW_VERSION });

    expect(first.outcome).toMatchObject({ kind: 'denied', service: 'notes' });
    expect(first.outcome.remedy).toContain('patchbay service trust forget notes');
    expect(later).toMatchObject({ wasAsked: false, outcome: { kind: 'denied' } });
    expect(later.admission.gates).toEqual(['tool:pre']);
    expect(await admissions.forget('notes')).toBe(1);
    expect(await room.admit(admissions, {}, { choice: ALLOW_VERSION })).toMatchObject({ wasAsked: true });
  });

  test('of an input that ended is no answer to remember', async () => {
    const room = openRoom();

    const { outcome } = await room.admit(room.open(), {}, { choice: 'Cancelled' });

    expect(outcome).toMatchObject({ kind: 'denied' });
    expect(await room.open().store.all()).toEqual([]);
  });

  test('that nobody gave denies for this turn only', async () => {
    const room = openRoom();
    const admissions = room.open();

    const first = await room.admit(admissions, {}, { by: 'timeout' });
    const child = await room.admit(admissions, {}, { by: 'timeout' });
    const next = await room.admit(admissions, {}, { choice: ALLOW_VERSION }, 2);

    expect(first.outcome).toMatchObject({ kind: 'denied' });
    expect([first.wasAsked, child.wasAsked, next.wasAsked]).toEqual([true, false, true]);
    expect(next.outcome).toMatchObject({ name: 'notes' });
  });

  test('given beforehand for all holds for what is not decided, and is never written down', async () => {
    const allowing = openRoom('allow');
    const denying = openRoom('deny');

    expect(await allowing.admit(allowing.open(), {}, {})).toMatchObject({
      wasAsked: false,
      outcome: { name: 'notes' },
    });
    expect(await denying.admit(denying.open(), {}, {})).toMatchObject({
      wasAsked: false,
      outcome: { kind: 'denied' },
    });
    expect(await allowing.open().store.all()).toEqual([]);
    expect(await denying.open().store.all()).toEqual([]);
  });
});

test('what the settings give it as environment is part of the version, and shown', async () => {
  const room = openRoom();
  await room.admit(room.open(), {}, { choice: ALLOW_VERSION });
  Object.assign(room.spec, {
    thirdParty: { folder: room.folder.path, given: { NODE_OPTIONS: '--require ./x.js' } },
  });

  const { wasAsked } = await room.admit(room.open(), {}, {});

  expect(wasAsked).toBe(true);
  expect(room.text('Is given')).toBe('NODE_OPTIONS=--require ./x.js');
});

test('outside of a turn nobody can be asked: what is not allowed does not run', async () => {
  const { open, spec } = openRoom();
  const admission = open().of(spec);

  expect(await admission.decided()).toBeUndefined();
  await expect(admission.admit(manifest())).rejects.toMatchObject({ kind: 'denied' });
});

test('editor permissions become the requests they stand for; others are never granted', async () => {
  const room = openRoom();

  const { outcome } = await room.admit(
    room.open(),
    { editor: ['session_spawn', 'tool_execute'] },
    { choice: ALLOW_VERSION },
  );

  expect(outcome.grants).toEqual(['request.session_spawn']);
});
