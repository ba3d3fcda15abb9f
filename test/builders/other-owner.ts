/** A second process that owns a session and works in it as told: see test/integration/session/working-owner.ts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { projectCwd } from './session-home.ts';

export interface OtherOwner {
  readonly pid: number;
  /** Does these one after another; resolves when all of it is on disk. */
  do(...words: string[]): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

export async function startOwner(home: string, sessionId: string): Promise<OtherOwner> {
  const script = path.resolve(import.meta.dirname, '../integration/session/working-owner.ts');
  const child = spawn(process.execPath, [script, home, projectCwd, sessionId], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  await said.next();
  return {
    pid: child.pid!,
    async do(...words) {
      for (const word of words) {
        child.stdin.write(`${word}\n`);
        const { value } = await said.next();
        if (value !== word) throw new Error(`The other process said "${value}" to "${word}".`);
      }
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
