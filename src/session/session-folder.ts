/** Where a session lives on disk (design §7, DL-30). Pure: nothing here touches the disk. */
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';

/** The files of one session's folder. */
export const SESSION_FILES = {
  transcript: 'transcript.jsonl',
  events: 'events.jsonl',
  live: 'live.jsonl',
  metadata: 'metadata.json',
  state: 'state.json',
  blobs: 'blobs',
} as const;

/** `<home>/projects`: one folder per project, and in it `sessions/<id>`. */
export function projectsFolder(home: string): string {
  return path.join(home, 'projects');
}

export function sessionsFolder(home: string, slug: string): string {
  return path.join(projectsFolder(home), slug, 'sessions');
}

/** The project's name in the path of one of its sessions' folders. */
export function slugOf(sessionFolder: string): string {
  return path.basename(path.dirname(path.dirname(sessionFolder)));
}

/** Where deleted sessions of a project go, each as it was. */
export function trashFolder(home: string, slug: string): string {
  return path.join(home, 'trash', 'sessions', slug);
}

/**
 * Checks what someone gave as an id or the beginning of one.
 * @throws PatchbayError `config` when it could lead out of the sessions' folder.
 */
export function checkSessionId(id: string): void {
  if (/^[\w.-]+$/.test(id) && !/^\.+$/.test(id)) return;
  throw new PatchbayError('config', `"${id}" is not a session id.`, {
    remedy: 'Ids hold letters, digits, "-", "_" and "." only. See the session list for the right one.',
  });
}

/** Child sessions are named after their parent's span, their own and the agent (DL-23). */
export function isSubSessionId(id: string): boolean {
  return /^[0-9a-f]{16}-[0-9a-f]{16}_.+$/.test(id);
}
