/**
 * Every fault of RT-30 in every kind of component, in a thread, in a process and over HTTP: the caller is told in
 * time what happened and who is at fault, the turn goes on, and the host neither stalls nor keeps anything.
 */
import { describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../../src/definitions/settings-schema.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import type { Session } from '../../../src/session/session.ts';
import { bundledFixture } from '../../builders/bundle.ts';
import {
  type Answer,
  finished,
  type HostRoom,
  ofType,
  openHostRoom,
  type ServiceSettings,
  scripted,
  serviceOn,
} from '../../builders/host-turns.ts';
import type { Isolation } from '../../builders/links.ts';
import { isRunning } from '../../builders/processes.ts';
import { memoryInUse, threadCount, threadLoad } from '../../builders/thread-load.ts';
import { FAULTS, type Fault, faultsOn, LINGERING } from './fault-table.ts';

const PATIENCE_MS = 60_000;
const HASTE_MS = 500;
/** Milliseconds in one piece that a fault may cost the host, beyond what a healthy turn of the same run does (RT-30). */
const BUSY_MS = 50;
const MB = 1024 * 1024;
/** Little, so that it is soon full. A process needs room for a flood it has not sent yet. */
const HEAP_MB = { thread: 64, process: 256, http: 256 };
const TIMES = {
  describeMs: PATIENCE_MS,
  cancelGraceMs: 300,
  threadStopMs: 300,
  processStopMs: 300,
  processKillMs: 300,
};

const entry = await bundledFixture('faults.ts');
const scriptedProvider = await bundledFixture('scripted-provider.ts');
/** Settings of a turn whose model answers by script. */
const settings = (answers: readonly Answer[], more?: Settings) =>
  scripted(answers, more, { entry: scriptedProvider });

type Component = 'tool' | 'hook' | 'provider' | 'context' | 'orchestrator' | 'prober';

function service(isolation: Isolation, of: Component, limitMs: number): Promise<ServiceSettings> {
  return serviceOn(
    isolation,
    entry,
    { FAULTS_OF: of, FAULTS_TIMEOUT_MS: String(limitMs) },
    HEAP_MB[isolation],
  );
}

/** One service for each fault, under its name; what is wrong with it is its configuration. */
async function services(isolation: Isolation, of: Component, faults: readonly Fault[], limitMs: number) {
  const given = await service(isolation, of, limitMs);
  const entries = faults.map(
    ({ name }) => [name, { ...given, config: { faulty: { fault: name } } }] as const,
  );
  return { ...Object.fromEntries(entries), neighbour: given };
}

/** Runs turns under watch: the host is never busy for long, and all that they took is given back. */
async function watched(work: (room: HostRoom) => Promise<readonly SessionEvent[]>): Promise<void> {
  const room = openHostRoom({ times: TIMES });
  room.configure(settings([{ text: 'ok' }]));
  // Code is loaded and compiled in the first turn.
  await room.turn(await room.session(), 'Warm up.');
  const healthy = await threadLoad(async () => void (await room.turn(await room.session(), 'Hello.')));
  const [memory, threads] = [memoryInUse(), threadCount()];
  let events: readonly SessionEvent[] = [];
  const { longestMs } = await threadLoad(async () => {
    events = await work(room);
  });
  await room.host[Symbol.asyncDispose]();
  expect(longestMs).toBeLessThan(BUSY_MS + healthy.longestMs);
  const pids = ofType(events, 'service.started').flatMap(({ pid }) => pid ?? []);
  const children = ofType(events, 'service.log').flatMap(
    ({ message }) => /^child (\d+)$/.exec(message)?.[1] ?? [],
  );
  await vi.waitFor(() => expect([...pids, ...children.map(Number)].filter(isRunning)).toEqual([]), 10_000);
  expect(threadCount()).toBeLessThanOrEqual(threads);
  await vi.waitFor(() => expect(memoryInUse()).toBeLessThan(memory * 1.1 + 8 * MB), 10_000);
}

/** What became of each fault is what the table says. */
function expectOutcomes(faults: readonly Fault[], outcomeOf: (name: string) => object | undefined): void {
  const outcomes = Object.fromEntries(faults.map(({ name }) => [name, outcomeOf(name) ?? 'fine']));
  const expected = faults.map(({ name, kind }) => [
    name,
    kind === undefined ? 'fine' : expect.objectContaining({ kind, service: name }),
  ]);
  expect(outcomes).toEqual(Object.fromEntries(expected));
}

/** All faults in turns of two sessions, one after another: each that follows shows that the session is usable. */
async function inSessions(
  room: HostRoom,
  faults: readonly Fault[],
  turn: (session: Session, fault: Fault) => Promise<readonly SessionEvent[]>,
): Promise<readonly SessionEvent[]> {
  const left = [...faults];
  const events: SessionEvent[] = [];
  const lane = async () => {
    const session = await room.session();
    for (let fault = left.shift(); fault; fault = left.shift()) events.push(...(await turn(session, fault)));
    events.push(...(await turn(session, { name: 'fine', kind: undefined })));
  };
  await Promise.all([lane(), lane()]);
  return events;
}

const timeout = 120_000;

/** The tests of one line; each has a test file of its own, so that they run side by side. */
export function describeFaults(isolation: Isolation): void {
  describe.each([
    { what: 'at once', faults: faultsOn(isolation, FAULTS), limitMs: PATIENCE_MS },
    { what: 'in time', faults: faultsOn(isolation, LINGERING), limitMs: HASTE_MS },
  ])(`every fault (${isolation}) that is told $what`, ({ faults, limitMs }) => {
    it('of a tool fails its call, and no other of the same answer (RT-30)', { timeout }, async () => {
      await watched(async (room) => {
        const calls = ['neighbour', ...faults.map(({ name }) => name)];
        const tool_calls = calls.map((name) => ({ name: `${name}:fault`, input: { fault: name } }));
        const given = await services(isolation, 'tool', faults, limitMs);
        room.configure(settings([{ tool_calls }, { text: 'Still here.' }], { services: given }));
        const events = await room.turn(await room.session(), 'Go');
        const results = new Map(ofType(events, 'tool.finished').map((event) => [event.service, event]));
        expectOutcomes(faults, (name) => results.get(name)?.error);
        expect(results.get('neighbour')).toMatchObject({ success: true, output: 'fine' });
        expect(finished(events).status).toBe('completed');
        return events;
      });
    });

    it('of a hook is noted, and the turn goes on (RT-30)', { timeout }, async () => {
      await watched(async (room) => {
        const given = await services(isolation, 'hook', faults, limitMs);
        room.configure(settings([{ text: 'Still here.' }], { services: given }));
        const events = await room.turn(await room.session(), 'Go');
        const failures = new Map(ofType(events, 'hook.failed').map((event) => [event.service, event.error]));
        expectOutcomes(faults, (name) => failures.get(name));
        expect(failures.has('neighbour')).toBe(false);
        expect(finished(events).status).toBe('completed');
        return events;
      });
    });

    it('of a provider is told to the loop, which may ask another (RT-30)', { timeout }, async () => {
      await watched(async (room) => {
        const given = await services(isolation, 'provider', faults, limitMs);
        const prober = await service('thread', 'prober', limitMs);
        room.configure({ services: { ...given, prober }, timeouts: { provider_silence_ms: limitMs } });
        const prompt = JSON.stringify(
          [...faults.map(({ name }) => name), 'neighbour'].map((name) => `${name}:faulty`),
        );
        const events = await room.turn(await room.session(), prompt);
        const calls = new Map(ofType(events, 'model.called').map((event) => [event.service, event]));
        expectOutcomes(faults, (name) => calls.get(name)?.error);
        expect(calls.get('neighbour')?.status).toBe('ok');
        expect(finished(events).status).toBe('completed');
        return events;
      });
    });

    it('of a context manager ends the turn as failed, and the session is usable (RT-30, RT-32)', {
      timeout,
    }, async () => {
      await watched(async (room) => {
        // Its limit is also that of its start, which takes a while on a busy machine.
        const contextMs = Math.max(limitMs, 1_500);
        const faulty = await service(isolation, 'context', contextMs);
        room.configure(
          settings([{ text: 'ok' }], { services: { faulty }, timeouts: { context_ms: contextMs } }),
        );
        const able = faults.filter(({ needsContext }) => !needsContext);
        return inSessions(room, able, (session, fault) => turnWith(room, session, fault));
      });
    });

    it('of the loop ends the turn as failed, and the session is usable (RT-30, RT-32)', {
      timeout,
    }, async () => {
      await watched(async (room) => {
        room.configure({ services: { faulty: await service(isolation, 'orchestrator', limitMs) } });
        // A turn has no time limit but the person's: Stop.
        return inSessions(room, faults, (session, fault) =>
          turnWith(room, session, fault, fault.kind === 'timeout'),
        );
      });
    });
  });
}

/** A turn that the fault ends, unless it is none. */
async function turnWith(
  room: HostRoom,
  session: Session,
  { name, kind }: Fault,
  isStopped = false,
): Promise<readonly SessionEvent[]> {
  const events = await room.turn(session, name, {
    onEvent: ({ type }) => {
      if (isStopped && type === 'assistant.delta') room.host.cancel(session.id);
    },
  });
  const { status, error } = finished(events);
  const failed = { status: 'failed', error: { kind, service: 'faulty' } };
  const expected = isStopped ? { status: 'cancelled' } : kind ? failed : { status: 'completed' };
  expect({ name, status, error }).toMatchObject({ name, ...expected });
  return events;
}
