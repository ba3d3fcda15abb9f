/** Services for which a fresh one per turn would be absurd: they live as long as their session (RT-23). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServiceStatus } from '../../../src/protocol/service-status.ts';
import type { Session } from '../../../src/session/session.ts';
import {
  type Answer,
  fixtureService,
  ofType,
  openHostRoom,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { ISOLATIONS, type LocalIsolation } from '../../builders/links.ts';
import { expectGone } from '../../builders/processes.ts';

function openLastingRoom(isolation: LocalIsolation, config: Record<string, unknown> = {}) {
  const lasting = { ...fixtureService(isolation, 'lasting-tools.ts'), config };
  const room = openHostRoom();
  const configure = (names: readonly string[], service = lasting) => {
    const answers: Answer[] = [...names.map((name) => ({ tool_calls: [{ name }] })), { text: 'ok' }];
    room.configure(scripted(answers, { services: { lasting: service } }));
  };
  /** The turn's own services are gone. */
  const settled = async (session: Session) => {
    const living = () =>
      room.host.services
        .list()
        .filter(
          ({ session_id, scope, state }) =>
            session_id === session.id && scope === 'turn' && state !== 'stopped',
        );
    await expect.poll(living).toEqual([]);
  };
  return {
    ...room,
    lasting,
    configureCalls: configure,
    /** What these tools answer in one turn. */
    async call(session: Session, ...names: string[]) {
      configure(names);
      const before = toolResults(session).length;
      const events = await room.turn(session, 'Go on.');
      await settled(session);
      return { told: toolResults(session).slice(before), events };
    },
    settled,
    shown: (session: Session) =>
      room.host.services
        .list()
        .filter(({ session_id, service }) => session_id === session.id && service === 'lasting'),
  };
}

const placeOf = ({ thread_id, pid }: ServiceStatus) => thread_id ?? pid;

describe.each(ISOLATIONS)('a service of the session in a %s (RT-23)', (isolation) => {
  it('is another one in another session', async () => {
    const room = openLastingRoom(isolation);
    for (const session of [await room.session(), await room.session()]) {
      expect((await room.call(session, 'add')).told).toEqual(['1']);
    }
  });

  it('goes on from turn to turn of its session, and is shown so', async () => {
    const room = openLastingRoom(isolation);
    const one = await room.session();

    const first = await room.call(one, 'add');
    const [{ ...waiting }] = room.shown(one) as [ServiceStatus];
    const second = await room.call(one, 'add', 'add');

    expect([first.told, second.told]).toEqual([['1'], ['2', '3']]);
    expect(waiting).toMatchObject({ scope: 'session', state: 'idle' });
    expect(room.shown(one)).toMatchObject([{ id: waiting.id, calls: 3, restarts: 0 }]);
    const started = [first, second].map(
      ({ events }) => ofType(events, 'service.started').filter(({ service }) => service === 'lasting').length,
    );
    expect(started).toEqual([1, 0]);
    // Others of the same session are fresh as ever.
    expect(room.host.services.list().find(({ service }) => service === 'loop-streaming')?.scope).toBe('turn');
  });

  it('ends with its session', async () => {
    const room = openLastingRoom(isolation);
    const session = await room.session();
    await room.call(session, 'add');
    const { pid } = room.shown(session)[0]!;

    await session.close();

    await expect.poll(() => room.shown(session)[0]?.state).toBe('stopped');
    if (pid !== undefined) await expectGone(pid);
  });

  it('that crashed is started anew at the next call of the turn', async () => {
    const room = openLastingRoom(isolation);
    const session = await room.session();
    const first = await room.call(session, 'add', 'leave', 'add');
    expect(first.told).toEqual(['1', expect.stringContaining('exit code 9'), '1']);
    expect(room.shown(session)).toMatchObject([{ scope: 'session', restarts: 1 }]);
  });

  it('that crashed is started anew in the next turn', async () => {
    const room = openLastingRoom(isolation);
    const session = await room.session();
    await room.call(session, 'add', 'leave');
    const [before] = room.shown(session);
    expect((await room.call(session, 'add')).told).toEqual(['1']);
    expect(placeOf(room.shown(session)[0]!)).not.toBe(placeOf(before!));
  });

  it('has new settings in the next turn and keeps what it has', async () => {
    const room = openLastingRoom(isolation);
    const session = await room.session();
    await room.call(session, 'add');
    room.configureCalls(['add'], { ...room.lasting, config: { add: { step: 10 } } });
    await room.turn(session, 'Go on.');
    expect(toolResults(session).at(-1)).toBe('11');
  });

  it('is ended when the settings do not name it any more', async () => {
    const room = openLastingRoom(isolation);
    const session = await room.session();
    await room.call(session, 'add');
    const { pid, id } = room.shown(session)[0]!;
    room.configure(scripted([{ text: 'ok' }]));
    await room.turn(session, 'Go on.');
    const living = () => room.host.services.list().some((each) => each.id === id && each.state !== 'stopped');
    await expect.poll(living).toBe(false);
    if (pid !== undefined) await expectGone(pid);
  });

  it('is a fresh one after its file was changed (RT-36)', async () => {
    const room = openLastingRoom(isolation);
    const file = path.join(room.folder, 'lasting.ts');
    const { pathname } = new URL('../../fixtures/services/lasting-tools.ts', import.meta.url);
    const source = fs
      .readFileSync(pathname, 'utf8')
      .replaceAll('../../../src', path.join(pathname, '../../../../src'));
    const copied = isolation === 'thread' ? { entry: file } : { command: [process.execPath, file] };
    // The packages it imports are looked for from its place.
    fs.symlinkSync(
      path.join(pathname, '../../../../node_modules'),
      path.join(room.folder, 'node_modules'),
      'junction',
    );
    const session = await room.session();
    const add = async () => {
      room.configureCalls(['add'], { ...copied, config: {} });
      await room.turn(session, 'Go on.');
      return toolResults(session).at(-1);
    };
    fs.writeFileSync(file, source);
    expect([await add(), await add()]).toEqual(['1', '2']);
    fs.writeFileSync(file, source.replace('let calls = 0', 'let calls = 100'));
    expect(await add()).toBe('101');
  });
});

it('ends with the host, whichever session it belongs to', async () => {
  const room = openLastingRoom('process');
  const session = await room.session();
  await room.call(session, 'add');
  const { pid } = room.shown(session)[0]!;
  await room.host[Symbol.asyncDispose]();
  await expectGone(pid!);
});
