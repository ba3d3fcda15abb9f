/** One process at a time, across processes: a folder is the lock, because making one is atomic everywhere. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 250;
const WAIT_LIMIT_MS = 10 * 60_000;

/**
 * Runs `work` while holding the lock `folder`; a lock whose owner is gone is taken over.
 * @throws Error when another live process keeps it for ten minutes
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const until = Date.now() + WAIT_LIMIT_MS;
  while (!tryToTake(folder)) {
    if (Date.now() > until)
      throw new Error(`Another process holds ${folder}. End it, or delete that folder.`);
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function tryToTake(folder: string): boolean {
  const owner = path.join(folder, 'owner');
  try {
    fs.mkdirSync(folder);
    fs.writeFileSync(owner, String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // The owner writes its id right after making the folder; without one yet it is taken to live.
  const pid = fs.existsSync(owner) ? Number(fs.readFileSync(owner, 'utf8')) : process.pid;
  if (!isAlive(pid)) fs.rmSync(folder, { recursive: true, force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
