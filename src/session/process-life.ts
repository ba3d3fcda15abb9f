/**
 * Whether another process still lives, by its id and when it began: ids are given out again. The one place of
 * this folder that knows operating systems.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessMark {
  readonly pid: number;
  /** What the system itself says of its beginning, where that is cheap to ask; exact. */
  readonly start?: string | undefined;
  /** Milliseconds since the epoch: a time at which the process was running. */
  readonly seen_at: number;
}

/** The mark of this very process. */
export async function ownMark(now: number): Promise<ProcessMark> {
  return { pid: process.pid, start: await startTicks(process.pid), seen_at: now };
}

/** True in doubt: better a session that cannot be opened than one with two writers. */
export async function isAlive(mark: ProcessMark): Promise<boolean> {
  if (!isRunning(mark.pid)) return false;
  const ticks = await startTicks(mark.pid);
  if (mark.start !== undefined && ticks !== undefined) return mark.start === ticks;
  const startedAt = await startTime(mark.pid);
  // One that began after the mark was made has the id of another. Systems report whole seconds.
  return startedAt === undefined || startedAt <= mark.seen_at + 1_000;
}

/** Whether a process with this id runs on this machine, whoever it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: clock ticks from boot to the process's start, field 22; the name before may hold blanks and brackets. */
async function startTicks(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // Gone meanwhile, or no /proc: not known.
    return undefined;
  }
}

/** macOS and Windows: asked of a program, so only when a lock is in the way. */
async function startTime(pid: number): Promise<number | undefined> {
  try {
    const time = Date.parse(await askStartTime(pid));
    return Number.isNaN(time) ? undefined : time;
  } catch {
    // The program is missing or the process is not ours to look at: not known.
    return undefined;
  }
}

async function askStartTime(pid: number): Promise<string> {
  if (process.platform === 'win32') {
    const command = `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`;
    return (
      await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command])
    ).stdout.trim();
  }
  return (await run('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } })).stdout.trim();
}
