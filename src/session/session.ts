/**
 * One open session: the conversation, its events and its state, in memory as far as needed and on disk as they
 * come (design §7, RT-14). Made by `openSession` of open-session.ts.
 */
import path from 'node:path';
import type { Message } from '../protocol/data.ts';
import { asPatchbayError, PatchbayError } from '../protocol/errors.ts';
import {
  type EventBody,
  type EventOf,
  isLive,
  type LiveEvent,
  type SessionEvent,
} from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import { reduceHead, type SessionHead } from '../protocol/session-head.ts';
import { type Blobs, createBlobs } from './blobs.ts';
import { EventLog, type EventPage } from './event-log.ts';
import type { EventReader } from './event-reader.ts';
import { unstoredMessages } from './interrupted-turn.ts';
import { isLarge, withoutLargeValues } from './large-values.ts';
import { type LiveBody, LiveTexts } from './live-text.ts';
import { metadataText } from './metadata.ts';
import type { OwnerLock } from './owner-lock.ts';
import type { StoredSession } from './read-session.ts';
import { SESSION_FILES } from './session-folder.ts';
import type { ShownSession } from './shown-session.ts';
import { SnapshotFile } from './snapshot-file.ts';
import type { StateFile } from './state-file.ts';
import { Subscribers } from './subscribers.ts';
import { Transcript } from './transcript.ts';

/** How late `metadata.json` may be while nothing important happens. */
const METADATA_DELAY_MS = 2_000;

export interface Session extends ShownSession, AsyncDisposable {
  readonly folder: string;
  /** False once it is being closed. */
  readonly isOpen: boolean;
  /** What `metadata.json` holds beside the head. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What was found broken on disk and what became of it, and listeners that threw. Grows while open. */
  readonly problems: readonly string[];
  /** Stamped on every event; set by the host when a turn starts. */
  turn: number;
  /** What the model sees. Read from disk when first asked for. @throws Error when the file cannot be read. */
  readonly transcript: readonly Message[];

  /**
   * Stamps seq, time, session and turn, folds the head, delivers to subscribers, queues the write. Values over
   * 8 KB become `{$ref, bytes, preview}` in what is stored, delivered and returned. `agent` defaults to the head's.
   * A `turn.finished` first stores text still streaming as interrupted messages.
   * @throws PatchbayError `protocol` for live events and after closing.
   */
  append(body: EventBody, agent?: string): SessionEvent;
  /**
   * Delivers streamed text at once, with its offset, and keeps it until the finished message or result is appended.
   * False for output of a tool that has said so much already that no more of it is shown live.
   */
  live(body: LiveBody, agent?: string): boolean;
  /** The questions nobody has answered yet, oldest first. */
  pendingApprovals(): Promise<EventOf<'approval.requested'>[]>;
  addMessage(message: Message): void;
  /** Undefined when it was never set. */
  getState(key: string): unknown;
  /** Resolves when it is on disk. @throws PatchbayError `config` for what is not JSON, or when the disk refuses. */
  setState(key: string, value: unknown): Promise<void>;
  /** Resolves when everything appended so far is on disk. @throws PatchbayError `config` when the disk refuses. */
  flush(): Promise<void>;
  /** Writes everything and gives the session free. May be called again. */
  close(): Promise<void>;
}

export interface SessionParts {
  readonly id: string;
  readonly folder: string;
  readonly stored: StoredSession;
  readonly reader: EventReader;
  readonly state: StateFile;
  readonly lock: OwnerLock;
  readonly now: () => number;
  /** Grows with what reader and state find later. */
  readonly problems: string[];
  readonly onClosed: () => void;
  readonly secrets: SecretMask;
}

export class OpenSession implements Session {
  readonly id: string;
  readonly folder: string;
  readonly problems: string[];
  turn: number;
  #head: SessionHead;
  readonly #parts: SessionParts;
  readonly #blobs: Blobs;
  readonly #log: EventLog;
  readonly #transcript: Transcript;
  readonly #liveTexts: LiveTexts;
  readonly #metadata: SnapshotFile;
  readonly #subscribers: Subscribers;
  readonly #failing = new Set<string>();
  #closing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.folder = parts.folder;
    this.problems = parts.problems;
    this.#head = parts.stored.head;
    this.turn = this.#head.turn_count;
    this.#subscribers = new Subscribers((problem) => this.problems.push(problem));
    const file = (name: string) => path.join(parts.folder, name);
    const onFailure = (error: PatchbayError) => this.#reportFailure(error);
    this.#blobs = createBlobs(file(SESSION_FILES.blobs));
    this.#log = new EventLog(file(SESSION_FILES.events), {
      reader: parts.reader,
      newest: parts.stored.newest,
      beforeWrite: () => this.#blobs.flush(),
      onFailure,
    });
    this.#transcript = new Transcript(file(SESSION_FILES.transcript), {
      onFailure,
      onGarbage: (line) =>
        this.problems.push(`transcript.jsonl: line ${line} is not a message and was passed over.`),
    });
    const settled = () => this.#log.flush();
    this.#liveTexts = new LiveTexts(file(SESSION_FILES.live), {
      onFailure,
      settled,
      isEmpty: parts.stored.isLiveFileEmpty,
      secrets: parts.secrets,
    });
    this.#metadata = new SnapshotFile(file(SESSION_FILES.metadata), {
      content: () => metadataText({ head: this.#head, others: parts.stored.others }),
      // It must never know of events that the log has lost.
      beforeWrite: settled,
      onFailure,
    });
  }

  get cwd(): string {
    return this.#head.cwd;
  }

  get isOpen(): boolean {
    return this.#closing === undefined;
  }

  get head(): SessionHead {
    return this.#head;
  }

  get extra(): Readonly<Record<string, unknown>> {
    return this.#parts.stored.others;
  }

  get transcript(): readonly Message[] {
    return this.#transcript.messages;
  }

  append(body: EventBody, agent = this.#head.agent): SessionEvent {
    this.#checkOpen();
    if (body.type === 'turn.finished') {
      for (const text of unstoredMessages([], this.#liveTexts.list())) this.#store(text.body, text.agent);
    }
    return this.#store(body, agent);
  }

  live(body: LiveBody, agent = this.#head.agent): boolean {
    this.#checkOpen();
    const at = this.#parts.now();
    const added = this.#liveTexts.add(body, agent, at);
    if (!added) return false;
    if (added.text === '' && body.text !== '') return true;
    this.#subscribers.deliver({ ...this.#stamp(at, agent), ...body, ...added });
    return true;
  }

  inFlight(): SessionEvent[] {
    return this.#liveTexts.list().map((text): LiveEvent => {
      const head = { ...this.#stamp(text.at, text.agent), offset: 0, text: text.text };
      return text.type === 'tool.progress'
        ? { ...head, type: text.type, call_id: text.id }
        : { ...head, type: text.type, message_id: text.id };
    });
  }

  subscribe(listener: (event: SessionEvent) => void): Disposable {
    return this.#subscribers.add(listener);
  }

  page(options: { beforeSeq?: number; limit: number }): Promise<EventPage> {
    return this.#log.page(options);
  }

  after(seq: number): Promise<SessionEvent[]> {
    return this.#log.after(seq);
  }

  async pendingApprovals(): Promise<EventOf<'approval.requested'>[]> {
    const wanted = new Set(this.#head.pending_approvals);
    const found: EventOf<'approval.requested'>[] = [];
    for (let beforeSeq: number | undefined; wanted.size > 0; ) {
      const { events, hasOlder } = await this.#log.page({ beforeSeq, limit: 500 });
      for (const event of events.toReversed()) {
        if (event.type === 'approval.requested' && wanted.delete(event.approval_id)) found.unshift(event);
      }
      if (!hasOlder) break;
      beforeSeq = events[0]?.seq;
    }
    return found;
  }

  addMessage(message: Message): void {
    this.#checkOpen();
    this.#transcript.add(this.#parts.secrets.mask(message));
  }

  getState(key: string): unknown {
    return this.#parts.state.get(key);
  }

  setState(key: string, value: unknown): Promise<void> {
    return this.#parts.state.set(key, value);
  }

  blob(ref: string): Promise<string> {
    return this.#blobs.read(ref);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#log.flush(), this.#transcript.flush(), this.#liveTexts.flush()]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Writes what opening has mended or made: the log, then what depends on it. */
  async settle(): Promise<void> {
    await this.#log.flush();
    await this.#liveTexts.reset();
    await this.#metadata.save();
  }

  #store(given: EventBody, agent: string): SessionEvent {
    const body = this.#parts.secrets.mask(given);
    const stamp = { ...this.#stamp(this.#parts.now(), agent), seq: this.#head.last_seq + 1 };
    let event = { ...stamp, ...body } as SessionEvent;
    if (isLive(event))
      throw new PatchbayError('protocol', `"${event.type}" is a live event: it is never stored.`);
    let line = JSON.stringify(event);
    if (isLarge(line)) {
      event = { ...stamp, ...withoutLargeValues(body, this.#blobs.keep) } as SessionEvent;
      line = JSON.stringify(event);
    }
    this.#head = reduceHead(this.#head, event);
    this.#log.append(event, line);
    this.#liveTexts.settle(body);
    this.#metadata.changed(METADATA_DELAY_MS);
    if (event.type === 'turn.started' || event.type === 'turn.finished') this.#saveMetadata();
    this.#subscribers.deliver(event);
    return event;
  }

  #stamp(at: number, agent: string) {
    return { seq: this.#head.last_seq, at, session_id: this.id, turn: this.turn, agent };
  }

  #saveMetadata(): void {
    this.#metadata.save().catch((error) => this.#reportFailure(asPatchbayError(error)));
  }

  /** Once for each thing that fails: a full disk fails with every line. */
  #reportFailure(error: PatchbayError): void {
    if (this.#failing.has(error.message) || this.#closing) return;
    this.#failing.add(error.message);
    this.#store(
      { type: 'notice', level: 'error', text: error.message, remedy: error.remedy, source: 'session' },
      this.#head.agent,
    );
  }

  async #close(): Promise<void> {
    const parts = [this.#parts.state, this.#liveTexts, this.#transcript, this.#metadata, this.#log];
    const failures: unknown[] = [];
    for (const part of parts) await part[Symbol.asyncDispose]().catch((error) => failures.push(error));
    await this.#parts.lock.release();
    this.#parts.onClosed();
    if (failures.length > 0) throw failures[0];
  }

  #checkOpen(): void {
    if (!this.#closing) return;
    throw new PatchbayError('protocol', `Session "${this.id}" is closed; nothing can be added to it.`);
  }
}
