/** The sessions that are open in this window, each with one runner however many chats show it. */
import type { Session } from '../../session/session.ts';
import type { EditorHost } from '../editor-host.ts';
import { type RunnerEvents, SessionRunner } from './session-runner.ts';

export class SessionRunners {
  readonly #host: EditorHost;
  readonly #events: RunnerEvents;
  readonly #open = new Map<string, SessionRunner>();

  constructor(host: EditorHost, events: RunnerEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** @throws PatchbayError `config` for a session that is unknown, or open in another process. */
  async open(sessionId: string): Promise<SessionRunner> {
    const known = this.#open.get(sessionId);
    if (known) return known;
    const session = await this.#host.open(sessionId);
    // Two chats may have asked at once.
    return this.#open.get(session.id) ?? this.#adopt(session);
  }

  /** Of a new root session. */
  async create(cwd: string, agent: string): Promise<SessionRunner> {
    return this.#adopt(await this.#host.create(cwd, agent));
  }

  #adopt(session: Session): SessionRunner {
    const runner = new SessionRunner(session, this.#host, this.#events);
    this.#open.set(session.id, runner);
    return runner;
  }
}
