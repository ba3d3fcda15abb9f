/** Finds a session by its id or the beginning of it, in whichever project it is. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import { isSubSessionId, projectsFolder, sessionsFolder, slugOf } from './session-folder.ts';

export interface FoundSession {
  readonly id: string;
  readonly folder: string;
}

/** @throws PatchbayError `config` when none or several match; a whole id wins over those it begins (DL-32). */
export async function findSession(home: string, idOrPrefix: string): Promise<FoundSession> {
  const matches = (await allSessions(home)).filter(({ id }) => id.startsWith(idOrPrefix));
  const exact = matches.filter(({ id }) => id === idOrPrefix);
  const [found, ...others] = exact.length > 0 ? exact : matches;
  if (!found) throw notFound(idOrPrefix);
  if (others.length > 0) throw ambiguous(idOrPrefix, [found, ...others]);
  return found;
}

export function notFound(id: string): PatchbayError {
  const kind = isSubSessionId(id) ? 'Sub-session' : 'Session';
  return new PatchbayError(
    'config',
    `${kind} '${id}' not found. Session may have expired or was never created.`,
    {
      remedy: 'See the session list for those there are.',
    },
  );
}

/** The sessions of one project's folder, or none where there is no such folder. */
export async function sessionsOf(home: string, slug: string): Promise<FoundSession[]> {
  const folder = sessionsFolder(home, slug);
  return (await foldersIn(folder)).map((id) => ({ id, folder: path.join(folder, id) }));
}

export async function allSessions(home: string): Promise<FoundSession[]> {
  const slugs = await foldersIn(projectsFolder(home));
  return (await Promise.all(slugs.map((slug) => sessionsOf(home, slug)))).flat();
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function ambiguous(prefix: string, candidates: readonly FoundSession[]): PatchbayError {
  const shown = candidates.slice(0, 10).map(({ id, folder }) => `${id} (${slugOf(folder)})`);
  const more = candidates.length > shown.length ? ` and ${candidates.length - shown.length} more` : '';
  return new PatchbayError(
    'config',
    `"${prefix}" could be ${candidates.length} sessions: ${shown.join(', ')}${more}.`,
    { remedy: 'Give more of the id.' },
  );
}
