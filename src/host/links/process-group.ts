/** Ending a process with everything it started. The one place of the host that knows how platforms differ. */
import { type ChildProcess, spawn } from 'node:child_process';
import { platform } from 'node:process';
import { forgetGroup, watchGroup } from './watchdog.ts';

/** Options with which a child gets a group of its own, so that all of it can be ended. */
export const GROUP_OPTIONS = platform === 'win32' ? { windowsHide: true } : { detached: true };

const living = new Set<ChildProcess>();

/** However this process ends, the child's group ends with it. */
export function endWithUs(child: ChildProcess): void {
  if (living.size === 0) process.on('exit', endLiving);
  living.add(child);
  if (child.pid !== undefined) watchGroup(child.pid);
  child.once('exit', () => {
    living.delete(child);
    if (child.pid !== undefined) forgetGroup(child.pid);
    if (living.size === 0) process.off('exit', endLiving);
  });
}

function endLiving(): void {
  for (const child of living) signalGroup(child, 'SIGKILL');
}

/** Whether anything of the child's group still runs, also after the child itself is gone. Unknown on Windows: false. */
export function isGroupAlive(child: ChildProcess): boolean {
  if (child.pid === undefined || platform === 'win32') return false;
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Asks the group to end (`SIGTERM`) or ends it (`SIGKILL`). A group that is gone already is no error. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (platform === 'win32') {
    // Windows has no groups to signal; its own tool walks the tree.
    const force = signal === 'SIGKILL' ? ['/F'] : [];
    spawn('taskkill', ['/PID', String(child.pid), '/T', ...force], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
