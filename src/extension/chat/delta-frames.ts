/**
 * Events on their way to one web app: joined, at most one post per frame, and none before the last was
 * acknowledged. A slow or hidden panel costs bounded memory (RT-34).
 */
import { joinLive } from '../../host/event-queue.ts';
import type { SessionEvent } from '../../protocol/events.ts';

/** One frame of a 60 Hz screen. */
const FRAME_MS = 16;
/** When so many wait, sending a snapshot again is cheaper than sending them. */
const TOO_MANY = 2_000;

export interface FrameTarget {
  /** Posts one batch; the web app answers with `ack(frame)`. */
  readonly post: (frame: number, events: readonly SessionEvent[]) => void;
  /** The reader fell too far behind: it has to begin anew from a snapshot. */
  readonly overflow: () => void;
}

export class DeltaFrames {
  readonly #target: FrameTarget;
  #waiting: SessionEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unacknowledged: number | undefined;
  #frame = 0;
  #held = false;

  constructor(target: FrameTarget) {
    this.#target = target;
  }

  push(event: SessionEvent): void {
    const last = this.#waiting.at(-1);
    const joined = last && joinLive(last, event);
    if (joined) this.#waiting[this.#waiting.length - 1] = joined;
    else this.#waiting.push(event);
    if (this.#waiting.length > TOO_MANY) {
      this.reset();
      this.#target.overflow();
      return;
    }
    this.#schedule();
  }

  ack(frame: number): void {
    if (frame !== this.#unacknowledged) return;
    this.#unacknowledged = undefined;
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** Forgets what waits and posts nothing more until `release`: a snapshot is being made. */
  hold(): void {
    this.reset();
    this.#held = true;
  }

  /** The snapshot is out; what came meanwhile follows it. */
  release(): void {
    this.#held = false;
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** Forgets what waits. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#unacknowledged = undefined;
  }

  #schedule(): void {
    if (this.#held || this.#timer !== undefined || this.#unacknowledged !== undefined) return;
    this.#timer = setTimeout(() => this.#flush(), FRAME_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    this.#frame += 1;
    this.#unacknowledged = this.#frame;
    this.#target.post(this.#frame, events);
  }
}
