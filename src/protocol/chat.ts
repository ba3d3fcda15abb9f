/**
 * Messages between the chat's web app and the extension: a snapshot, then ordered batched deltas (design §4).
 * The web app imports only the types.
 */
import * as z from 'zod/mini';
import type { SessionEvent } from './events.ts';
import type { Phase, SessionHead } from './session-head.ts';
import type { SessionOwner } from './session-owner.ts';

export interface ModelChoice {
  readonly provider: string;
  /** Absent: the provider's default. */
  readonly model?: string;
  readonly label: string;
  readonly scripted?: boolean;
}

/** The session is not open here: it is watched, read-only, as another process works in it (DL-35). */
export interface Followed {
  /** Who works in it, or did so last. */
  readonly owner: SessionOwner;
  /** False once nobody works in it any more: it can be gone on with here. */
  readonly isOwned: boolean;
}

/** Extension → web app. */
export type ToChat =
  | {
      readonly type: 'snapshot';
      readonly head: SessionHead;
      /** Absent when the session is open here. */
      readonly followed?: Followed | undefined;
      /** The last page of stored events, oldest first, followed by live text still in flight. */
      readonly events: readonly SessionEvent[];
      readonly hasOlder: boolean;
    }
  /** One batch per frame at most; `frame` is acknowledged before the next is sent. */
  | {
      readonly type: 'events';
      readonly sessionId: string;
      readonly frame: number;
      readonly events: readonly SessionEvent[];
    }
  /** Of a branch without `followed`: it is as the session it belongs to. */
  | { readonly type: 'head'; readonly head: SessionHead; readonly followed?: Followed | undefined }
  | {
      readonly type: 'older';
      readonly sessionId: string;
      readonly events: readonly SessionEvent[];
      readonly hasOlder: boolean;
    }
  | {
      readonly type: 'blob';
      readonly sessionId: string;
      readonly ref: string;
      readonly text: string;
      readonly error?: string;
    }
  /** What the agents below the session are doing: heads that changed, of any depth. */
  | { readonly type: 'branches'; readonly rootId: string; readonly heads: readonly SessionHead[] }
  /** Text for the composer: a failed turn's prompt given back, or a selection to ask about. */
  | { readonly type: 'compose'; readonly text: string }
  | { readonly type: 'focus'; readonly target: 'composer' | 'approval' }
  | {
      readonly type: 'status';
      /** Who answers the next prompt. */
      readonly agent: string;
      readonly model: ModelChoice;
      readonly configured: boolean;
      readonly queued: readonly string[];
    };

const sessionId = z.string();
/** Absent: of the session that is shown. */
const ofBranch = z.optional(z.string());

/** Web app → extension, parsed at the door. */
export const FromChat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), sessionId: z.optional(z.string()) }),
  /** Shows a session below the shown one too, as a branch of it: snapshot, then events, until `unwatch`. */
  z.object({ type: z.literal('watch'), sessionId }),
  z.object({ type: z.literal('unwatch'), sessionId }),
  z.object({ type: z.literal('ack'), frame: z.number(), sessionId: ofBranch }),
  /** While a turn runs, `queue` waits for its end and `interrupt` is delivered before the next model call. */
  z.object({ type: z.literal('prompt'), text: z.string(), when: z.optional(z.enum(['queue', 'interrupt'])) }),
  z.object({ type: z.literal('stop') }),
  /** Opens the session that is followed, to go on with it here. */
  z.object({ type: z.literal('takeOver') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('retry') }),
  z.object({ type: z.literal('unqueue'), index: z.number() }),
  z.object({
    type: z.literal('answer'),
    approvalId: z.string(),
    choice: z.string(),
    edited: z.optional(z.record(z.string(), z.unknown())),
    reason: z.optional(z.string()),
  }),
  /** A gap was noticed: send everything after `afterSeq` and the live text in flight. */
  z.object({ type: z.literal('resync'), sessionId, afterSeq: z.number() }),
  z.object({ type: z.literal('older'), sessionId, beforeSeq: z.number() }),
  z.object({ type: z.literal('blob'), ref: z.string(), sessionId: ofBranch }),
  z.object({ type: z.literal('openFile'), path: z.string(), line: z.optional(z.number()) }),
  z.object({ type: z.literal('openDiff'), callId: z.string(), sessionId: ofBranch }),
  z.object({ type: z.literal('openLink'), url: z.string() }),
  z.object({ type: z.literal('showEvent'), seq: z.number(), sessionId: ofBranch }),
  z.object({ type: z.literal('showLog'), service: z.string() }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({
    type: z.literal('command'),
    command: z.enum([
      'newSession',
      'selectModel',
      'switchAgent',
      'delegateToAgent',
      'addProviderKey',
      'resumeSession',
      'openInEditor',
      'openSettings',
    ]),
  }),
  z.object({ type: z.literal('webviewError'), message: z.string() }),
]);
export type FromChat = z.infer<typeof FromChat>;
export type { Phase, SessionHead };
