/** One session on its way to one web app: a snapshot first, then batched events, older pages and blobs on request. */
import type { Followed, ToChat } from '../../protocol/chat.ts';
import { isLive } from '../../protocol/events.ts';
import type { ShownSession } from '../../session/shown-session.ts';
import { DeltaFrames } from './delta-frames.ts';

/** Events of one page: enough to fill a tall panel several times. */
const PAGE = 200;

export class SessionFeed implements Disposable {
  readonly session: ShownSession;
  readonly #send: (message: ToChat) => void;
  readonly #followed: () => Followed | undefined;
  readonly #frames: DeltaFrames;
  #subscription: Disposable | undefined;

  /** @param followed by whom it is owned, when it is not open here */
  constructor(
    session: ShownSession,
    send: (message: ToChat) => void,
    followed: () => Followed | undefined = () => undefined,
  ) {
    this.session = session;
    this.#send = send;
    this.#followed = followed;
    this.#frames = new DeltaFrames({
      post: (frame, events) => {
        send({ type: 'events', sessionId: session.id, frame, events });
        if (events.some((event) => !isLive(event))) this.head();
      },
      overflow: () => void this.snapshot(),
    });
  }

  /** Everything the web app needs to begin anew. */
  async snapshot(): Promise<void> {
    this.#frames.hold();
    this.#subscription?.[Symbol.dispose]();
    const { session } = this;
    // What happens while the page is read waits; what the snapshot holds already changes nothing.
    this.#subscription = session.subscribe((event) => this.#frames.push(event));
    const { events, hasOlder } = await session.page({ limit: PAGE });
    this.#send({
      type: 'snapshot',
      head: session.head,
      followed: this.#followed(),
      events: [...events, ...session.inFlight()],
      hasOlder,
    });
    this.#frames.release();
  }

  /** What is known of the session beside its events. */
  head(): void {
    this.#send({ type: 'head', head: this.session.head, followed: this.#followed() });
  }

  ack(frame: number): void {
    this.#frames.ack(frame);
  }

  /** Sends everything after an event again, and the live text in flight. */
  async resync(afterSeq: number): Promise<void> {
    const missed = await this.session.after(afterSeq);
    for (const event of [...missed, ...this.session.inFlight()]) this.#frames.push(event);
  }

  async older(beforeSeq: number): Promise<void> {
    const page = await this.session.page({ beforeSeq, limit: PAGE });
    this.#send({ type: 'older', sessionId: this.session.id, ...page });
  }

  async blob(ref: string): Promise<void> {
    const named = { type: 'blob' as const, sessionId: this.session.id, ref };
    try {
      this.#send({ ...named, text: await this.session.blob(ref) });
    } catch (error) {
      this.#send({ ...named, text: '', error: error instanceof Error ? error.message : String(error) });
    }
  }

  [Symbol.dispose](): void {
    this.#frames.reset();
    this.#subscription?.[Symbol.dispose]();
  }
}
