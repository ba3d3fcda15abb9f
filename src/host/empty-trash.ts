/** Empties the trash of sessions by and by: whoever deletes one has those erased that were deleted long ago (DL-34). */
import { loadSettings } from '../definitions/settings.ts';
import type { SessionStore } from '../session/store.ts';
import type { Erased } from '../session/trash.ts';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

export interface EmptiedTrash extends Erased {
  /** After so many it is emptied; undefined: never, or not now, since the settings cannot be read. */
  readonly days: number | undefined;
}

/** Only the person's own settings count: no project's say when their sessions are gone. Never throws. */
export async function emptyTrash(
  sessions: Pick<SessionStore, 'eraseTrash'>,
  home: string,
): Promise<EmptiedTrash> {
  const loaded = await loadSettings({ home, cwd: home, trusted: false, overrides: {} });
  const { trash_days: days = DEFAULT_DAYS } = loaded.settings.sessions ?? {};
  if (days === false || loaded.diagnostics.length > 0) return { days: undefined, count: 0, problems: [] };
  return { days, ...(await sessions.eraseTrash(Date.now() - days * DAY_MS)) };
}
