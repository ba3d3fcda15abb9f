/** A home folder of a test's own, gone after it, and its sessions. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Session } from '../../src/session/session.ts';
import { createSessionStore, type SessionStore } from '../../src/session/store.ts';

export const projectCwd = path.resolve(os.tmpdir(), 'some project');

/** A folder that is removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-session-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A store that is closed when the test has finished, before its home goes. */
export function storeIn(home: string, now?: () => number): SessionStore {
  const store = createSessionStore({ home, now });
  onTestFinished(() => store.close());
  return store;
}

export async function newSession(
  options: { home?: string; sessionId?: string; cwd?: string } = {},
): Promise<{ store: SessionStore; session: Session; home: string }> {
  const home = options.home ?? temporaryFolder();
  const store = storeIn(home);
  const cwd = options.cwd ?? projectCwd;
  return { home, store, session: await store.create({ cwd, agent: 'root', sessionId: options.sessionId }) };
}

/** The session as a new process finds it. */
export async function reopened(session: Session, home: string): Promise<Session> {
  await session.close();
  return storeIn(home).open(session.id);
}

export function linesOf(session: Pick<Session, 'folder'>, name: string): unknown[] {
  return fs
    .readFileSync(path.join(session.folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
