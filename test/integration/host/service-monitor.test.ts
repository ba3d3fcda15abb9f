/** What the host shows of its services while they live and shortly after (RT-35). */
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixtureService, toolResults } from '../../builders/host-turns.ts';
import { ISOLATIONS } from '../../builders/links.ts';
import { expectGone } from '../../builders/processes.ts';
import { callTool, hold, openWatchedTurns, type WatchedTurns } from '../../builders/watched-turn.ts';

/** Looks at the services until the test has finished. Gives how often something was told. */
function look(room: WatchedTurns): () => number {
  let told = 0;
  const looking = room.host.services.onChange(() => {
    told += 1;
  });
  onTestFinished(() => looking[Symbol.dispose]());
  return () => told;
}

describe.each(ISOLATIONS)('a service in a %s (RT-35)', (isolation) => {
  const tools = fixtureService(isolation, 'faulty-tools.ts');

  it('is shown with its session, kind, memory, calls and latency, and as stopped after the turn', async () => {
    const room = openWatchedTurns([callTool('echo'), callTool('fail'), callTool('throw'), hold('a')], {
      tools,
    });
    const told = look(room);
    const session = await room.session();
    const turn = room.begin(session);
    await room.held('a');

    await expect.poll(() => room.one('tools')?.memory_bytes).toBeGreaterThan(1024 * 1024);
    const status = room.one('tools')!;
    expect(status).toMatchObject({
      session_id: session.id,
      kind: isolation,
      state: 'idle',
      calls: 3,
      in_flight: 0,
      // A tool that could not do its work is no fault of its service.
      errors: 1,
      restarts: 0,
      last_error: expect.stringContaining('a bug'),
    });
    expect(isolation === 'thread' ? status.thread_id : status.pid).toBeGreaterThan(0);
    expect(isolation === 'thread' ? status.pid : status.thread_id).toBeUndefined();
    expect(status.p50_ms).toBeGreaterThan(0);
    expect(status.p95_ms).toBeGreaterThanOrEqual(status.p50_ms!);
    expect(room.one('held-tools')).toMatchObject({ state: 'busy', in_flight: 1 });
    expect(room.one('loop-streaming')).toMatchObject({ state: 'busy', in_flight: 1 });
    expect(told()).toBeGreaterThan(0);

    room.release('a');
    await turn.ended;
    await expect.poll(() => room.one('tools')?.state).toBe('stopped');
    expect(room.one('tools')).toMatchObject({ calls: 3, session_id: session.id });
    expect(room.one('tools')?.memory_bytes).toBeUndefined();
  });

  it('that blocks its loop while idle is marked unhealthy, and well again when it answers', async () => {
    const room = openWatchedTurns([callTool('block_later', { ms: 3_000 }), hold('a')], { tools });
    const turn = room.begin(await room.session());
    await room.held('a');

    await expect.poll(() => room.one('tools')?.state).toBe('unhealthy');
    expect(room.one('held-tools')?.state).toBe('busy');
    await expect.poll(() => room.one('tools')?.state).toBe('idle');
    expect(room.host.services.log(room.one('tools')!.id)).toContain('does not answer');

    room.release('a');
    await turn.ended;
  });

  it('that hangs can be stopped, and the next call of the turn has a fresh one', async () => {
    const answers = [
      callTool('count'),
      callTool('block_later', { ms: 600_000 }),
      hold('a'),
      callTool('count'),
    ];
    const room = openWatchedTurns(answers, { tools }, { pingLateMs: 200 });
    const session = await room.session();
    const turn = room.begin(session);
    await room.held('a');
    await expect.poll(() => room.one('tools')?.state).toBe('unhealthy');
    const { id, pid } = room.one('tools')!;

    await room.host.services.stop(id);

    expect(room.one('tools')).toMatchObject({ id, state: 'stopped' });
    if (pid !== undefined) await expectGone(pid);
    room.release('a');
    await turn.ended;
    const counts = toolResults(session).filter((result) => /^\d+$/.test(result));
    expect(counts).toEqual(['1', '1']);
    expect(room.one('tools')).toMatchObject({ id, restarts: 1, calls: 3 });
  });

  it('that crashed is shown so with its last error, then as started anew; its log goes on', async () => {
    const answers = [
      callTool('print'),
      callTool('exit', { code: 7 }),
      hold('a'),
      callTool('echo'),
      hold('b'),
    ];
    const room = openWatchedTurns(answers, { tools });
    const turn = room.begin(await room.session());
    await room.held('a');

    const crashed = room.one('tools')!;
    expect(crashed).toMatchObject({ state: 'crashed', restarts: 0, errors: 1 });
    expect(crashed.last_error).toContain('exit code 7');
    room.release('a');
    await room.held('b');
    expect(room.one('tools')).toMatchObject({ id: crashed.id, state: 'idle', restarts: 1, calls: 3 });
    const where = ({ thread_id, pid }: typeof crashed) => thread_id ?? pid;
    expect(where(room.one('tools')!)).not.toBe(where(crashed));
    const log = room.host.services.log(crashed.id);
    expect(log).toMatch(/a line on stderr\n[\s\S]*It ended by itself \(exit code 7\)/);

    room.release('b');
    await turn.ended;
  });
});

describe('the list of services', () => {
  const tools = fixtureService('process', 'faulty-tools.ts');

  it('has the spares that wait for a turn, which then have a session', async () => {
    const room = openWatchedTurns([hold('a')], {});
    const overrides = { spares: { threads: 8 } };
    await room.host.warm({ cwd: room.folder, provider: 'scripted', trusted: true, overrides });

    const spare = room.one('loop-streaming')!;
    expect(spare).toMatchObject({ state: 'spare', kind: 'thread', session_id: undefined });
    const session = await room.session();
    const turn = room.begin(session);
    await room.held('a');
    expect(room.one('loop-streaming')).toMatchObject({
      id: spare.id,
      session_id: session.id,
      thread_id: spare.thread_id,
    });

    room.release('a');
    await turn.ended;
  });

  it('keeps of a session only what ended in its last turn', async () => {
    const room = openWatchedTurns([callTool('echo')], { tools });
    const [one, other] = [await room.session(), await room.session()];
    for (const session of [one, other, one]) {
      await room.turn(session, 'Go on.');
      const states = () => room.named('tools').map(({ state }) => state);
      await expect.poll(states).not.toContain('stopping');
    }
    const sessions = room.named('tools').map(({ session_id }) => session_id);
    expect(sessions.toSorted()).toEqual([one.id, other.id].toSorted());
  });

  it('measures and tells nothing when nobody looks', async () => {
    const room = openWatchedTurns([callTool('echo'), hold('a')], { tools });
    let told = 0;
    room.host.services
      .onChange(() => {
        told += 1;
      })
      [Symbol.dispose]();
    const turn = room.begin(await room.session());
    await room.held('a');
    expect(room.one('tools')?.memory_bytes).toBeUndefined();

    room.release('a');
    await turn.ended;
    expect(told).toBe(0);
  });

  it('refuses to stop what is gone, and says so', async () => {
    const room = openWatchedTurns([], {});
    await expect(room.host.services.stop('nothing#1')).rejects.toMatchObject({ kind: 'config' });
    expect(room.host.services.log('nothing#1')).toBe('');
  });
});
