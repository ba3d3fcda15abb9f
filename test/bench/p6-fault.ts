/** P6: how soon a caller knows that its busy service was killed, and how soon Stop is obeyed by a tool that spins. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createSpawner } from '../../src/host/spawner.ts';
import { FIXTURES, openBenchHost } from './bench-host.ts';
import { type Measure, sample, timed } from './measure.ts';

const SPIN = 'console.log("up"); for (;;);';
const faults = join(FIXTURES, 'bench-faults.ts');
const busyCall = { name: 'fault_expression', input: {} };

export async function faultNotice(count: number): Promise<Measure[]> {
  return [
    {
      id: 'P6',
      what: 'kill -9 of a busy service, to the typed error at its caller',
      unit: 'ms',
      ours: await sample(count, 2, killService),
      baseline: await sample(count, 2, killBare),
      goal: { atMost: 2 },
      note: 'baseline: the exit event of a bare child that spins',
    },
    {
      id: 'P6',
      what: 'Stop while a tool spins, to the end of the turn',
      unit: 'ms',
      ours: await stopping(count),
      baseline: [300],
      goal: { atMost: 1 },
    },
  ];
}

async function killService(): Promise<number> {
  await using spawner = createSpawner();
  const command = [process.execPath, faults];
  const spec = {
    name: 'bench',
    isolation: 'process' as const,
    command,
    env: {},
    config: {},
    origin: 'bench',
  };
  const link = spawner.start(spec, {
    onRequest: () => Promise.reject(new Error('Nothing is answered here.')),
    onNotification: () => undefined,
    onLog: () => undefined,
  });
  await link.call('ping', {});
  const failed = link.call('tool.execute', busyCall).then(
    () => Promise.reject(new Error('It answered.')),
    () => performance.now(),
  );
  await untilBusy();
  const began = performance.now();
  process.kill(link.pid!, 'SIGKILL');
  const took = (await failed) - began;
  await link.stop();
  return took;
}

async function killBare(): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ['-e', SPIN], { stdio: ['pipe', 'pipe', 'pipe'] });
  await once(child.stdout!, 'data');
  await untilBusy();
  const exited = once(child, 'exit');
  return timed(async () => {
    child.kill('SIGKILL');
    await exited;
  });
}

async function stopping(count: number): Promise<number[]> {
  await using bench = await openBenchHost({
    services: {
      'bench-orchestrator': { entry: join(FIXTURES, 'bench-orchestrator.ts') },
      'bench-faults': { entry: faults },
    },
  });
  return await sample(count, 1, async () => {
    const session = await bench.host.sessions.create({ cwd: bench.cwd, agent: 'build' });
    const run = { interactive: false, trusted: true };
    let stoppedAt = 0;
    for await (const event of bench.host.run(session, 'tool fault_expression 1', run)) {
      if (event.type === 'tool.started') {
        await untilBusy();
        stoppedAt = performance.now();
        bench.host.cancel(session.id);
      }
      if (event.type === 'turn.finished' && event.status !== 'cancelled') {
        throw new Error(`The turn was not stopped but ${event.status}: ${event.error?.message}`);
      }
    }
    return performance.now() - stoppedAt;
  });
}

/** Nothing tells from outside that a loop has begun to spin. */
const untilBusy = () => new Promise((resolve) => setTimeout(resolve, 200));
