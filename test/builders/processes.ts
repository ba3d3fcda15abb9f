/** Processes that a test's commands started: which they are, and whether they are still there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Folder } from './folder.ts';

/** A machine under load is slow to start and to end a process. */
const PATIENCE = { timeout: 10_000 };

/** The process id that a command writes into a file, once it is there. */
export async function pidIn(folder: Folder, file = 'pid'): Promise<number> {
  await expect.poll(() => existsSync(folder.at(file)) && folder.read(file), PATIENCE).toMatch(/^\d+\n$/);
  return Number(folder.read(file));
}

export async function expectGone(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
}

/** A zombie, which only waits for its parent to look, counts as gone where the system tells. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
