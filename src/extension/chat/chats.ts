/** All open chats: the side bar's and the editor tabs', each bound to one session, sessions shared. */
import * as vscode from 'vscode';
import { DEFAULT_AGENT } from '../../definitions/settings-schema.ts';
import type { FromChat } from '../../protocol/chat.ts';
import { asPatchbayError } from '../../protocol/errors.ts';
import type { FollowedSession } from '../../session/followed-session.ts';
import type { DiffDocuments } from '../diff-documents.ts';
import type { EditorHost } from '../editor-host.ts';
import { askForFolder } from './ask-for-folder.ts';
import { ChatConnection, type ConnectionEvents, type Shown } from './chat-connection.ts';
import { openFile } from './open-file.ts';
import { openToolDiff } from './open-tool-diff.ts';
import type { RunnerEvents, SessionRunner } from './session-runner.ts';
import { SessionRunners } from './session-runners.ts';
import { showEvent, showLog } from './show-aside.ts';

/** Where the side bar's session is remembered for the next window. */
const LAST_SESSION = 'patchbay.lastSession';

export class Chats {
  readonly #context: vscode.ExtensionContext;
  readonly #host: EditorHost;
  readonly #diffs: DiffDocuments;
  readonly #runners: SessionRunners;
  readonly #connections = new Set<ChatConnection>();
  /** Sessions that a chat's first prompt is creating. */
  readonly #creating = new Map<ChatConnection, Promise<SessionRunner | undefined>>();
  /** Chats that go on with what they follow. */
  readonly #takingOver = new Set<ChatConnection>();
  #active: ChatConnection | undefined;
  #newAgent: string | undefined;

  constructor(context: vscode.ExtensionContext, host: EditorHost, diffs: DiffDocuments) {
    this.#context = context;
    this.#host = host;
    this.#diffs = diffs;
    this.#runners = new SessionRunners(host, this.#runnerEvents());
    context.subscriptions.push(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('patchbay')) void this.refreshStatus();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refreshStatus()),
    );
  }

  /** The chat the person used last. */
  get active(): ChatConnection | undefined {
    return this.#active;
  }

  get lastSession(): string | undefined {
    return this.#context.workspaceState.get<string>(LAST_SESSION);
  }

  /** Kept outside the page, whose own memory is lost when the editor is killed. */
  rememberSession(sessionId: string | undefined): void {
    void this.#context.workspaceState.update(LAST_SESSION, sessionId);
  }

  /** Connects a web app; it shows `sessionId` first, else what it remembers itself. */
  connect(
    webview: vscode.Webview,
    sessionId: string | undefined,
    { onTitle, onShown }: Pick<ConnectionEvents, 'onTitle' | 'onShown'>,
  ): ChatConnection {
    const connection = new ChatConnection(webview, this.#host, {
      onMessage: (from, message) => this.#take(from, message, sessionId),
      onTitle,
      onShown,
    });
    this.#connections.add(connection);
    this.#active ??= connection;
    return connection;
  }

  disconnect(connection: ChatConnection): void {
    this.#connections.delete(connection);
    if (this.#active === connection) this.#active = [...this.#connections].at(-1);
    connection.dispose();
  }

  activate(connection: ChatConnection): void {
    this.#active = connection;
  }

  /** Whether some chat shows this session now, or the one it is a branch of. */
  isShown(sessionId: string): boolean {
    const root = this.#host.rootOf(sessionId);
    return [...this.#connections].some((each) => each.runner?.session.id === root);
  }

  /**
   * Shows a session in a chat, or an empty one: that at once, so that a prompt right after it is not the old
   * session's. One that another process works in is followed (DL-35). Errors are shown to the person.
   */
  async show(connection: ChatConnection, sessionId: string | undefined): Promise<void> {
    const isLatest = connection.choose();
    try {
      const shown = sessionId === undefined ? undefined : await this.#openOrFollow(connection, sessionId);
      if (!isLatest()) {
        shown?.followed?.[Symbol.dispose]();
        return;
      }
      await connection.bind(shown);
      await this.#status(connection);
    } catch (thrown) {
      if (!isLatest()) return;
      const { message, remedy } = asPatchbayError(thrown);
      await connection.bind(undefined);
      void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
    }
  }

  /** The session's runner in this window. @throws PatchbayError as `SessionRunners.open`. */
  runner(sessionId: string): Promise<SessionRunner> {
    return this.#runners.open(sessionId);
  }

  async #openOrFollow(connection: ChatConnection, sessionId: string): Promise<Shown> {
    try {
      return { runner: await this.runner(sessionId) };
    } catch (thrown) {
      const followed = await this.#host.follow(sessionId);
      if (!followed.owner) {
        followed[Symbol.dispose]();
        throw thrown;
      }
      followed.onOwner(() => this.#joinOwn(connection, followed));
      return { followed };
    }
  }

  /** Something else in this window has opened what a chat follows: it is open in that chat too then. */
  #joinOwn(connection: ChatConnection, followed: FollowedSession): void {
    const isOurs = followed.owner?.pid === process.pid && connection.followed === followed;
    if (isOurs && !this.#takingOver.has(connection)) void this.show(connection, followed.id);
  }

  /** A new root session of an agent; shown when a chat is given. Undefined, and the person told, without a folder. */
  async create(agent: string, connection?: ChatConnection): Promise<SessionRunner | undefined> {
    const { cwd } = this.#host;
    if (cwd === undefined) {
      askForFolder();
      return undefined;
    }
    const runner = await this.#runners.create(cwd, agent);
    if (connection) {
      connection.choose();
      await connection.bind({ runner });
      // Not awaited: the first prompt does not wait for what the chips say.
      void this.#status(connection);
    }
    return runner;
  }

  /** Who answers from the next prompt on: in the session the active chat shows, else in the next new one. */
  async switchAgent(agent: string): Promise<void> {
    const runner = this.#active?.runner;
    if (runner) runner.nextAgent = agent;
    else this.#newAgent = agent;
    await this.refreshStatus();
  }

  /** The agent of the next new session. */
  get newAgent(): string {
    return this.#newAgent ?? this.#host.settings.default_agent ?? DEFAULT_AGENT;
  }

  /** The model choice in every chat's composer, computed anew. */
  async refreshStatus(): Promise<void> {
    for (const connection of this.#connections) await this.#status(connection);
  }

  async #take(connection: ChatConnection, message: FromChat, preset: string | undefined): Promise<void> {
    this.#active = connection;
    const { runner } = connection;
    const branch = connection.session('sessionId' in message ? message.sessionId : undefined);
    switch (message.type) {
      case 'ready':
        // One that is followed is not opened by the by, should its owner be gone.
        if (connection.followed) await connection.snapshot();
        else if (connection.isBound) await this.show(connection, runner?.session.id);
        else await this.show(connection, preset ?? (message.sessionId || undefined));
        return;
      case 'prompt':
        await this.#prompt(connection, message.text, message.when ?? 'queue');
        return;
      case 'stop':
        await runner?.stop();
        return;
      case 'takeOver':
        await this.#takeOver(connection);
        return;
      case 'resume':
      case 'retry':
        await runner?.resume();
        return;
      case 'unqueue':
        runner?.unqueue(message.index);
        return;
      case 'answer':
        await runner?.answer(message.approvalId, message);
        return;
      case 'openFile':
        await openFile(message.path, message.line);
        return;
      case 'openDiff':
        if (branch) await openToolDiff(branch, message.callId, this.#diffs);
        return;
      case 'openLink':
        await vscode.env.openExternal(vscode.Uri.parse(message.url, true));
        return;
      case 'showEvent':
        if (branch) await showEvent(branch, message.seq, this.#diffs);
        return;
      case 'showLog':
        await showLog(this.#host, runner?.session.id, message.service);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'command':
        if (message.command === 'newSession') await this.show(connection, undefined);
        else await vscode.commands.executeCommand(`patchbay.${message.command}`);
        return;
      case 'webviewError':
        this.#host.log.error(`The chat panel: ${message.message}`);
        return;
      case 'watch':
      case 'unwatch':
      case 'ack':
      case 'resync':
      case 'older':
      case 'blob':
        return;
      default:
        message satisfies never;
    }
  }

  /** Opens what is followed; when it is owned again meanwhile, it is followed on. */
  async #takeOver(connection: ChatConnection): Promise<void> {
    const { followed } = connection;
    if (!followed || this.#takingOver.has(connection)) return;
    this.#takingOver.add(connection);
    await this.show(connection, followed.id);
    this.#takingOver.delete(connection);
    if (connection.runner) connection.send({ type: 'focus', target: 'composer' });
  }

  async #prompt(connection: ChatConnection, text: string, when: 'queue' | 'interrupt'): Promise<void> {
    const runner = connection.runner ?? (connection.followed ? undefined : await this.#createFor(connection));
    if (!runner) {
      connection.send({ type: 'compose', text });
      return;
    }
    await runner.prompt(text, when);
  }

  /** One session, also for two prompts in quick succession. */
  #createFor(connection: ChatConnection): Promise<SessionRunner | undefined> {
    const known = this.#creating.get(connection);
    if (known) return known;
    const creating = this.create(this.newAgent, connection).finally(() => this.#creating.delete(connection));
    this.#creating.set(connection, creating);
    return creating;
  }

  #runnerEvents(): RunnerEvents {
    const shown = (runner: SessionRunner) => [...this.#connections].filter((each) => each.runner === runner);
    return {
      onQueue: (runner) => {
        for (const each of shown(runner)) each.sendStatus();
      },
      onReturned: (runner, text) => {
        for (const each of shown(runner)) each.send({ type: 'compose', text });
      },
    };
  }

  async #status(connection: ChatConnection): Promise<void> {
    try {
      const agent = this.#agentOf(connection);
      const { provider, model, scripted } = await this.#host.compose({ agent });
      // Another session or agent was chosen meanwhile; its own status is on its way.
      if (agent !== this.#agentOf(connection)) return;
      void this.#host.warm();
      const label = scripted ? 'scripted demonstration' : `${provider} → ${model ?? 'default'}`;
      connection.setStatus({ agent, model: { provider, model, label, scripted }, configured: !scripted });
    } catch (thrown) {
      const { message, remedy } = asPatchbayError(thrown);
      void vscode.window.showErrorMessage(remedy ? `${message} ${remedy}` : message);
    }
  }

  #agentOf({ runner, followed }: ChatConnection): string {
    return runner?.agent ?? followed?.head.agent ?? this.newAgent;
  }
}
