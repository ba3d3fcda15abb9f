/**
 * Services that outlive a turn because their manifest says `scope: session` (RT-23): where starting anew would be
 * absurd, as with a login or a shell in its folder. They wait here between the turns of their session and end
 * with it. One whose code, program or environment has changed meanwhile is ended, not handed out (RT-36).
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { PythonNeeds, ServiceSpec } from '../definitions/service-spec.ts';
import type { Manifest } from '../protocol/manifest.ts';
import type { WatchedService } from './monitor/watched-service.ts';
import { SourceHashes } from './source-hashes.ts';

export interface KeptService {
  readonly service: WatchedService;
  readonly spec: ServiceSpec;
  readonly manifest: Manifest;
}

interface Waiting extends KeptService {
  readonly print: Promise<string>;
}

export class SessionServices implements AsyncDisposable {
  readonly #hashes = new SourceHashes();
  /** By session, then by the service's name. */
  readonly #waiting = new Map<string, Map<string, Waiting>>();
  /** Sessions that are closed, until a turn runs in them again. */
  readonly #closed = new Set<string>();
  /** What the code of a running service was when it was started. */
  readonly #prints = new WeakMap<WatchedService, Promise<string>>();

  /** Notes of what a service is made, when it is started. Our own do not change while they are installed. */
  started(service: WatchedService, spec: ServiceSpec): void {
    if (spec.origin !== 'built-in') this.#prints.set(service, this.#printOf(spec));
  }

  /** Lets a service wait for the next turn of its session. */
  keep(sessionId: string, kept: KeptService): void {
    const { service, spec } = kept;
    if (this.#closed.has(sessionId)) {
      void service.stop();
      return;
    }
    const ofSession = this.#waiting.get(sessionId) ?? new Map<string, Waiting>();
    this.#waiting.set(sessionId, ofSession);
    service.rest();
    const waiting = { ...kept, print: this.#prints.get(service) ?? this.#printOf(spec) };
    ofSession.set(spec.name, waiting);
    // One that dies while it waits is started anew when it is next needed.
    void service.exited.then(() => {
      if (ofSession.get(spec.name) === waiting) ofSession.delete(spec.name);
    });
  }

  /**
   * The session's waiting service; it is the caller's from now on. Undefined, at once or later, when a fresh one
   * has to be started.
   */
  take(sessionId: string, spec: ServiceSpec): Promise<KeptService | undefined> | undefined {
    const ofSession = this.#waiting.get(sessionId);
    const waiting = ofSession?.get(spec.name);
    if (!waiting) return undefined;
    ofSession?.delete(spec.name);
    return this.#handOut(waiting, spec);
  }

  async #handOut(waiting: Waiting, spec: ServiceSpec): Promise<KeptService | undefined> {
    if ((await waiting.print) === (await this.#printOf(spec)) && !waiting.service.hasEnded) return waiting;
    await waiting.service.stop();
    return undefined;
  }

  /** A turn begins with services of these names: waiting ones of other names are ended. */
  async begin(sessionId: string, names: readonly string[]): Promise<void> {
    this.#closed.delete(sessionId);
    await this.#end(sessionId, names);
  }

  /** The session is closed. What its last turn still holds is ended when it is given back. */
  async close(sessionId: string): Promise<void> {
    this.#closed.add(sessionId);
    await this.#end(sessionId, []);
  }

  async #end(sessionId: string, except: readonly string[]): Promise<void> {
    const ofSession = this.#waiting.get(sessionId);
    if (!ofSession) return;
    const over = [...ofSession].filter(([name]) => !except.includes(name));
    for (const [name] of over) ofSession.delete(name);
    if (ofSession.size === 0) this.#waiting.delete(sessionId);
    await Promise.all(over.map(([, { service }]) => service.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#waiting.keys()].map((sessionId) => this.close(sessionId)));
  }

  /** Two with the same print would be started alike. The configuration is not in it: it can be sent again. */
  async #printOf(spec: ServiceSpec): Promise<string> {
    const { config: _sentAgain, ...whole } = spec;
    // Which interpreter it has is known only once it is started; it follows from what is required.
    const rest = pythonOf(spec) ? { ...whole, command: [] } : whole;
    const files = spec.origin === 'built-in' ? [] : filesOf(spec);
    return JSON.stringify([rest, await Promise.all(files.map((file) => this.#fileMark(file)))]);
  }

  /** A module with its imports by content, anything else (an interpreter may be large) by size and time. */
  async #fileMark(file: string): Promise<string | undefined> {
    if (/\.[cm]?[jt]s$/.test(file)) return this.#hashes.ofModule(file);
    const found = await stat(file).catch(() => undefined);
    return found && `${found.mtimeMs} ${found.size}`;
  }
}

function pythonOf(spec: ServiceSpec): PythonNeeds | undefined {
  return spec.isolation === 'process' ? spec.python : undefined;
}

/** Of a command every part may be one: the program, a script beside its interpreter. */
function filesOf(spec: ServiceSpec): string[] {
  if (spec.isolation === 'thread') return [spec.entry];
  if (spec.isolation === 'http') return [];
  const python = pythonOf(spec);
  if (python) return [python.script, ...python.requirements.filter((each) => isAbsolute(each))];
  return spec.command.map((part) => resolve(spec.cwd ?? '.', part));
}
