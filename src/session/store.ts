/** All sessions of one home: makes, finds, opens, lists and deletes them. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../protocol/errors.ts';
import { NO_SECRETS, type SecretMask } from '../protocol/known-secrets.ts';
import { projectSlug } from '../protocol/project-slug.ts';
import { emptyHead, type SessionHead } from '../protocol/session-head.ts';
import type { SessionPlace } from '../protocol/session-owner.ts';
import { allSessions, findSession, notFound, sessionsOf } from './find-session.ts';
import { type FollowedSession, followSession } from './followed-session.ts';
import { forkSession } from './fork.ts';
import { flatten, isRunning, subtree } from './head-tree.ts';
import { listHeads } from './list-heads.ts';
import { lookAt, type SeenSession } from './look.ts';
import { type OpenOptions, openSession } from './open-session.ts';
import type { OpenSession, Session } from './session.ts';
import { checkSessionId, sessionsFolder, slugOf } from './session-folder.ts';
import { type Erased, eraseTrash, moveToTrash } from './trash.ts';

export interface SessionStore extends AsyncDisposable {
  /**
   * Makes a session and its first event, `session.started`.
   * @param options.cwd absolute. @param options.sessionId random unless given.
   * @param options.extra kept in `metadata.json` beside the head, for whoever resumes it.
   * @throws PatchbayError `config` for a relative folder, a bad id, or one that exists.
   */
  create(options: {
    cwd: string;
    agent: string;
    sessionId?: string;
    parentId?: string;
    extra?: Readonly<Record<string, unknown>>;
  }): Promise<Session>;
  /**
   * Opens from disk, or gives the one already open here.
   * @throws PatchbayError `config` for an id that is unknown, ambiguous (the message lists the candidates) or no id,
   * for a session that another process has open, and for metadata that cannot be read nor made anew from the events.
   */
  open(idOrPrefix: string): Promise<Session>;
  /** Newest first, of one folder or all, from `metadata.json` alone. Those that cannot be read are in `problems`. */
  list(options?: { cwd?: string }): Promise<{ heads: SessionHead[]; problems: string[] }>;
  /**
   * Reads without owning: of a session that another process works in too, and what is broken stays as it is.
   * @throws PatchbayError `config` as `open`, but for one that is open elsewhere.
   */
  look(idOrPrefix: string): Promise<SeenSession>;
  /**
   * Follows a session that another process works in, until the answer is disposed of (DL-35).
   * @param onProblem told when its files cannot be read for a while.
   * @throws PatchbayError `config` as `look`.
   */
  follow(idOrPrefix: string, onProblem: (problem: string) => void): Promise<FollowedSession>;
  /**
   * Makes a root that begins as this session was at the end of a turn, the last one unless given, with copies of what
   * it had delegated. @throws PatchbayError `config` as `look`, and for a turn that is unknown or has not ended.
   */
  fork(idOrPrefix: string, options?: { turn?: number }): Promise<Session>;
  /**
   * Moves the session and all it delegated to the trash folder of the home. Takes the whole id only.
   * @returns the folder in the trash. @throws PatchbayError `config` when it is unknown, or when it or one below it
   * runs or is open in another process: nothing is moved then.
   */
  delete(id: string): Promise<string>;
  /** Erases what is in the trash since before a time, in milliseconds since the epoch. */
  eraseTrash(before: number): Promise<Erased>;
  /** Closes every session that is open here. */
  close(): Promise<void>;
}

/**
 * @param options.home where everything of a person is kept; absolute. @param options.now milliseconds since the
 * epoch. @param options.onClosed called with the id of each session that was closed. @param options.place where they
 * are open, for those who follow them. @param options.secrets masked in all that is kept or told of a session; its
 * services' own state is kept as they set it.
 */
export function createSessionStore(options: {
  home: string;
  now?: () => number;
  onClosed?: (id: string) => void;
  place?: SessionPlace;
  secrets?: SecretMask;
}): SessionStore {
  const { home, now = Date.now, secrets = NO_SECRETS } = options;
  const opened = new Map<string, Promise<OpenSession>>();
  const ready = new Map<string, OpenSession>();

  /** One session object per id, however many ask at once. */
  const openOnce = (id: string, folder: string, fresh?: OpenOptions['fresh']): Promise<OpenSession> => {
    const known = opened.get(id);
    if (known) return known;
    const forget = () => {
      opened.delete(id);
      ready.delete(id);
      options.onClosed?.(id);
    };
    const opening = openSession({
      id,
      folder,
      now,
      secrets,
      fresh,
      place: options.place,
      onClosed: forget,
    });
    opened.set(id, opening);
    opening.then((session) => ready.set(id, session), forget);
    return opening;
  };

  const store: SessionStore = {
    async create({ cwd, agent, sessionId = randomUUID(), parentId, extra = {} }) {
      if (!path.isAbsolute(cwd)) throw new PatchbayError('config', `"${cwd}" is not an absolute path.`);
      checkSessionId(sessionId);
      const folder = path.join(sessionsFolder(home, projectSlug(cwd)), sessionId);
      await makeFolder(folder, sessionId);
      const session = await openOnce(sessionId, folder, {
        head: emptyHead(sessionId, cwd, agent, now()),
        others: secrets.mask(extra),
      });
      session.append({ type: 'session.started', cwd, parent_id: parentId }, agent);
      await session.settle();
      return session;
    },
    async open(idOrPrefix) {
      checkSessionId(idOrPrefix);
      const { id, folder } = await findSession(home, idOrPrefix);
      return openOnce(id, folder);
    },
    async list({ cwd } = {}) {
      const found = cwd === undefined ? await allSessions(home) : await sessionsOf(home, projectSlug(cwd));
      return listHeads(found, (id) => ready.get(id)?.head);
    },
    async look(idOrPrefix) {
      checkSessionId(idOrPrefix);
      const found = await findSession(home, idOrPrefix);
      await ready.get(found.id)?.flush();
      return lookAt(found);
    },
    async follow(idOrPrefix, onProblem) {
      checkSessionId(idOrPrefix);
      return followSession(await findSession(home, idOrPrefix), onProblem);
    },
    async fork(idOrPrefix, { turn } = {}) {
      const source = await store.look(idOrPrefix);
      const known = new Set((await allSessions(home)).map(({ id }) => id));
      const look = async (id: string) => (known.has(id) ? store.look(id) : undefined);
      const made = await forkSession(source, { turn, look, now: now() });
      return openOnce(made.id, made.folder);
    },
    async delete(id) {
      checkSessionId(id);
      const found = await findSession(home, id);
      if (found.id !== id) throw notFound(id);
      const siblings = await sessionsOf(home, slugOf(found.folder));
      const { heads } = await listHeads(siblings, (open) => ready.get(open)?.head);
      const tree = subtree(heads, id);
      const ids = new Set(tree ? flatten([tree]).map(({ head }) => head.session_id) : [id]);
      const running = heads.find((head) => ids.has(head.session_id) && isRunning(head));
      if (running) throw stillRuns(running);
      for (const each of ids) await (await opened.get(each))?.close();
      return moveToTrash(
        home,
        found,
        siblings.filter((each) => ids.has(each.id)),
      );
    },
    eraseTrash: (before) => eraseTrash(home, before),
    async close() {
      const sessions = await Promise.allSettled(opened.values());
      const closing = sessions.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close()] : []));
      await Promise.all(closing);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
  return store;
}

async function makeFolder(folder: string, id: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new PatchbayError('config', `Session "${id}" already exists.`, {
      remedy: 'Resume it, or choose another id.',
    });
  }
}

function stillRuns({ session_id, title }: SessionHead): PatchbayError {
  return new PatchbayError('config', `Session "${session_id}" (${title}) is at work.`, {
    remedy: 'Stop its turn first.',
  });
}
