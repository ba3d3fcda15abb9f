/** Commands that run: started, watched, and ended with all they started, on cancel or with the service. */
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../../sdk/context.ts';
import { ToolFailure } from '../../sdk/index.ts';
import { signalGroup, signalLeftovers, startShell, startWatchdog } from './platform.ts';

export interface Command {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * The exit code (128 + number for a signal, as shells say it), once the command and all it left running
   * are gone and their output has been read. Never rejects.
   */
  readonly ended: Promise<number>;
  /** Asks the whole group to end, then ends it. Settles with `ended`. */
  end(): Promise<void>;
}

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 500;
/** For what still writes to a pipe after the shell has gone, such as `> >(tee log)`. */
const DRAIN_MS = 200;

export class CommandRunner implements AsyncDisposable {
  readonly #running = new Set<Command>();
  #watchdog: ReturnType<typeof startWatchdog>;

  /** @throws ToolFailure when the folder is missing or the command can't be started. */
  async start(command: string, cwd: string, environment: Environment): Promise<Command> {
    if (!fs.existsSync(cwd)) throw new ToolFailure(`The working folder ${cwd} does not exist (any more).`);
    this.#watchdog ??= startWatchdog();
    const { child, pid } = await started(() => startShell(command, cwd, environment));
    const { stdout, stderr } = child;
    this.#watchdog?.watch(pid);
    const gone = new Promise<ExitStatus>((resolve) => child.once('exit', (...status) => resolve(status)));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const ended = finish(child, pid, gone, closed);
    let isEnded = false;
    const end = async () => {
      // Its number may be another's by now.
      if (isEnded) return;
      signalGroup(pid, 'SIGTERM');
      await Promise.race([closed, wait(GRACE_MS)]);
      if (!isEnded) signalGroup(pid, 'SIGKILL');
      await ended;
    };
    const running: Command = { pid, stdout, stderr, ended, end };
    this.#running.add(running);
    void ended.then(() => {
      isEnded = true;
      this.#running.delete(running);
      this.#watchdog?.forget(pid);
    });
    return running;
  }

  /** Ends all that runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((command) => command.end()));
    this.#watchdog?.[Symbol.dispose]();
    this.#watchdog = undefined;
  }
}

type ExitStatus = [code: number | null, signal: NodeJS.Signals | null];

/** Waits for the shell, then ends what it left running. */
async function finish(
  child: Child,
  pid: number,
  gone: Promise<ExitStatus>,
  closed: Promise<void>,
): Promise<number> {
  const [code, signal] = await gone;
  const isClosed = (ms: number) => Promise.race([closed.then(() => true), wait(ms, false)]);
  if (!(await isClosed(DRAIN_MS))) {
    signalLeftovers(pid, 'SIGTERM');
    await isClosed(GRACE_MS);
  }
  signalLeftovers(pid, 'SIGKILL');
  if (!(await isClosed(DRAIN_MS))) {
    // Who left the group and holds the pipes is beyond reach; nobody waits for it.
    child.stdout.destroy();
    child.stderr.destroy();
  }
  await closed;
  return code ?? 128 + (signal ? os.constants.signals[signal] : 0);
}

type Child = ReturnType<typeof startShell>;

/** Some failures are thrown, others are told by an event. */
async function started(start: () => Child): Promise<{ child: Child; pid: number }> {
  try {
    const child = start();
    const { pid } = child;
    if (pid !== undefined) return { child, pid };
    throw (await once(child, 'error'))[0];
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === 'E2BIG';
    throw new ToolFailure(
      isTooLong
        ? 'The command is too long for the system. Write it to a script file and run that.'
        : `The command could not be started: ${(error as Error).message}`,
    );
  }
}
