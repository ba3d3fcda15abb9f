/** The host as the editor has it: created on first use, with the editor's keys, settings and folder. */
import * as vscode from 'vscode';
import type { Composition, Surroundings } from '../definitions/compose.ts';
import type { Environment } from '../definitions/environment.ts';
import type { Settings } from '../definitions/settings-schema.ts';
import type { SourceResolver } from '../definitions/sources/source.ts';
import type { Host, RunOptions } from '../host/host.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { SessionHead } from '../protocol/session-head.ts';
import { FollowedBranches } from '../session/followed-branches.ts';
import type { FollowedSession } from '../session/followed-session.ts';
import type { Session } from '../session/session.ts';
import { editorSettings } from './editor-settings.ts';
import { KeyStore } from './key-store.ts';
import { findRipgrep } from './ripgrep.ts';

export class EditorHost implements AsyncDisposable {
  readonly keys: KeyStore;
  readonly log = vscode.window.createOutputChannel('Patchbay', { log: true });
  readonly #context: vscode.ExtensionContext;
  #sources: Promise<SourceResolver> | undefined;
  readonly #processEnvironment: Environment;
  readonly #changed = new vscode.EventEmitter<SessionHead>();
  readonly #events = new vscode.EventEmitter<{ session: Session; event: SessionEvent }>();
  readonly #watched = new Map<string, Disposable>();
  readonly #heads = new Map<string, SessionHead>();
  #host: Promise<Host> | undefined;

  /** A session's head changed. */
  readonly onSessionChanged = this.#changed.event;
  /** Every event of every session open here. */
  readonly onEvent = this.#events.event;

  constructor(context: vscode.ExtensionContext, environment: NodeJS.ProcessEnv) {
    this.#context = context;
    this.keys = new KeyStore(context.secrets);
    const entries = Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    this.#processEnvironment = Object.freeze(Object.fromEntries(entries));
    context.subscriptions.push(this.log, this.#changed, this.#events);
  }

  /** The host, loaded when somebody first needs it. */
  get(): Promise<Host> {
    this.#host ??= this.#create();
    return this.#host;
  }

  /** The folder sessions work in; undefined when none is open. */
  get cwd(): string | undefined {
    return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  }

  /** Opens a session and takes over the questions it left open. @throws PatchbayError, see SessionStore.open. */
  async open(id: string): Promise<Session> {
    const host = await this.get();
    const session = await host.sessions.open(id);
    if (!this.#watched.has(session.id)) {
      this.#watch(session);
      if (!host.isRunning(session.id)) {
        host.approvals.restore(session, await session.pendingApprovals());
        await this.#openWaiting(session, host);
      }
    }
    return session;
  }

  /** A session that another process works in; it is the caller's to dispose of. @throws PatchbayError, see SessionStore.follow. */
  async follow(id: string): Promise<FollowedSession> {
    return (await this.get()).sessions.follow(id, (problem) => this.log.warn(problem));
  }

  /** What works below such a session. */
  followBranches(root: FollowedSession, onHead: (head: SessionHead) => void): FollowedBranches {
    return new FollowedBranches(root, {
      list: async (cwd) => (await (await this.get()).sessions.list({ cwd })).heads,
      follow: (id) => this.follow(id),
      onHead,
      onProblem: (problem) => this.log.warn(problem),
    });
  }

  /** The session at the top of the tree this one is in, as far as its tree is open here. */
  rootOf(sessionId: string): string {
    const parent = this.#heads.get(sessionId)?.parent_id;
    return parent === undefined ? sessionId : this.rootOf(parent);
  }

  /** Of every session open here, children too. */
  heads(): Iterable<SessionHead> {
    return this.#heads.values();
  }

  /** Whether a session is open in this window, and not in another process. */
  isOpen(sessionId: string): boolean {
    return this.#heads.has(sessionId);
  }

  async create(cwd: string, agent: string): Promise<Session> {
    const session = await (await this.get()).sessions.create({ cwd, agent });
    this.#watch(session);
    return session;
  }

  /** What the editor adds to a run: its settings as the last layer, trust, and a person to ask. */
  runOptions(choice: { agent?: string; provider?: string; model?: string }): RunOptions {
    return {
      interactive: true,
      trusted: vscode.workspace.isTrusted,
      overrides: this.settings,
      ...choice,
    };
  }

  get settings(): Settings {
    return editorSettings();
  }

  /** What a turn would be made of now. @throws PatchbayError `config`. */
  async compose(choice: { agent?: string; provider?: string; model?: string } = {}): Promise<Composition> {
    const cwd = this.cwd ?? this.home;
    return (await this.get()).compose({ cwd, ...this.runOptions(choice) });
  }

  /** Boots what the next turn needs. What is wrong with it shows when the turn runs. */
  async warm(): Promise<void> {
    const cwd = this.cwd ?? this.home;
    await (await this.get())
      .warm({ cwd, ...this.runOptions({}) })
      .catch((error) => this.log.debug(String(error)));
  }

  /** `$AMPLIFIER_HOME`, else `.amplifier` in the person's home. */
  get home(): string {
    const { AMPLIFIER_HOME, HOME, USERPROFILE } = this.#processEnvironment;
    const home = vscode.Uri.file(HOME ?? USERPROFILE ?? this.#context.globalStorageUri.fsPath);
    return AMPLIFIER_HOME ?? vscode.Uri.joinPath(home, '.amplifier').fsPath;
  }

  /** Where things are, with a key that is tried out laid over the stored ones. */
  async surroundings(extra: Environment = {}): Promise<Surroundings> {
    this.#sources ??= this.#createSources();
    return {
      home: this.home,
      productFolder: this.#context.extensionPath,
      environment: { ...this.#processEnvironment, ...(await this.keys.environment()), ...extra },
      ripgrep: await findRipgrep(vscode.env.appRoot),
      node: { command: [process.execPath], env: { ELECTRON_RUN_AS_NODE: '1' } },
      resolveSource: await this.#sources,
    };
  }

  /** One for all that is composed: what two ask for at once is fetched once. */
  async #createSources(): Promise<SourceResolver> {
    const { createSourceResolver } = await import('../definitions/sources/resolver.ts');
    return createSourceResolver({ home: this.home, environment: this.#processEnvironment });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watched.values()) watch[Symbol.dispose]();
    await (await this.#host)?.[Symbol.asyncDispose]();
  }

  async #create(): Promise<Host> {
    const { createHost } = await import('../host/host.ts');
    return createHost(this.home, {
      surroundings: () => this.surroundings(),
      title: vscode.env.appName,
      place: 'window',
      manifestFile: vscode.Uri.joinPath(this.#context.extensionUri, 'dist', 'manifests.json').fsPath,
    });
  }

  /** Children that left a question open when the editor went away: it can be answered still. */
  async #openWaiting(session: Session, host: Host): Promise<void> {
    const { heads } = await host.sessions.list({ cwd: session.cwd });
    for (const head of heads) {
      if (head.parent_id === session.id && head.phase === 'interrupted') await this.open(head.session_id);
    }
  }

  /** What works on behalf of a session is watched with it. */
  #follow(id: string): void {
    this.open(id).catch((error) => this.log.warn(`The session ${id} cannot be followed: ${error.message}`));
  }

  #watch(session: Session): void {
    this.#heads.set(session.id, session.head);
    const watch = session.subscribe((event) => {
      this.#heads.set(session.id, session.head);
      if (event.type === 'delegation.started') this.#follow(event.child_session_id);
      this.#events.fire({ session, event });
      if (event.type === 'service.log') this.#logLine(event.service, event.level, event.message);
      if (event.type === 'service.crashed') this.log.error(`${event.service}: ${event.error.message}`);
      if (event.seq === session.head.last_seq) this.#changed.fire(session.head);
    });
    this.#watched.set(session.id, watch);
  }

  #logLine(service: string, level: 'debug' | 'info' | 'warning' | 'error', message: string): void {
    const line = `[${service}] ${message}`;
    if (level === 'error') this.log.error(line);
    else if (level === 'warning') this.log.warn(line);
    else if (level === 'info') this.log.info(line);
    else this.log.debug(line);
  }
}
