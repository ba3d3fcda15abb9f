/** P9: bytes posted to the webview for an 8 KB answer that comes in 2 000 deltas, and posts per frame. */
import { DeltaFrames } from '../../src/extension/chat/delta-frames.ts';
import type { SessionEvent } from '../../src/protocol/events.ts';
import type { Measure } from './measure.ts';

const DELTAS = 2_000;
/** What a model sends at a time. */
const DELTA = 'word';
const ANSWER_BYTES = DELTAS * DELTA.length;
const FRAME_MS = 16;
/** A model's usual pace. */
const DELTAS_PER_MS = 2;

export async function webviewBytes(): Promise<Measure[]> {
  const posts: { at: number; bytes: number }[] = [];
  const frames = new DeltaFrames({
    post: (frame, events) => {
      posts.push({ at: performance.now(), bytes: JSON.stringify({ type: 'events', frame, events }).length });
      // The web app acknowledges with the next frame it paints.
      setTimeout(() => frames.ack(frame), FRAME_MS);
    },
    overflow: () => {
      throw new Error('The frames overflowed.');
    },
  });
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (let index = 0; index < DELTAS_PER_MS && sent < DELTAS; index += 1) {
        frames.push(delta(sent * DELTA.length, DELTA));
        sent += 1;
      }
      if (sent < DELTAS) return;
      clearInterval(timer);
      setTimeout(resolve, 10 * FRAME_MS);
    }, 1);
  });
  const bytes = posts.reduce((sum, post) => sum + post.bytes, 0);
  const gaps = posts.slice(1).map((post, index) => post.at - posts[index]!.at);
  const tight = gaps.filter((gap) => gap < FRAME_MS - 1).length;
  return [
    {
      id: 'P9',
      what: 'bytes posted to the webview for an 8 KB answer',
      unit: 'B',
      ours: [bytes],
      baseline: [ANSWER_BYTES],
      // 100 KiB.
      goal: { atMost: 12.5 },
      note: `${posts.length} posts, ${tight} of them within one frame of the last`,
    },
  ];
}

function delta(offset: number, text: string): SessionEvent {
  const head = { seq: 1, at: Date.now(), session_id: 'bench', turn: 1, agent: 'build' };
  return { ...head, type: 'assistant.delta', message_id: '1.1.answer', offset, text };
}
