/**
 * Text that is still being streamed: what a view that joins late must be given, and what a crash must not
 * lose. Kept in memory and, at most four times a second, in `live.jsonl`, which is empty while nothing streams.
 */
import * as z from 'zod/mini';
import type { EventBody } from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import { LineFile, type LineFileOptions } from './line-file.ts';

const SAVE_EVERY_MS = 250;
/** Output of one running tool beyond this is not shown live any more; its result has what matters. */
const MOST_PROGRESS = 1024 * 1024;

const LiveType = z.enum(['assistant.delta', 'thinking.delta', 'tool.progress']);

/** Text of one unfinished message or running tool. */
export const LiveText = z.object({
  type: LiveType,
  /** The message's or the call's. */
  id: z.string(),
  agent: z.string(),
  /** Milliseconds since the epoch: of the first and the last piece. */
  began_at: z.number(),
  at: z.number(),
  text: z.string(),
});
export type LiveText = z.infer<typeof LiveText>;

export type LiveBody =
  | {
      readonly type: 'assistant.delta' | 'thinking.delta';
      readonly message_id: string;
      readonly text: string;
    }
  | {
      readonly type: 'tool.progress';
      readonly call_id: string;
      readonly text: string;
      readonly percent?: number;
    };

interface LiveTextsOptions extends LineFileOptions {
  readonly settled: () => Promise<void>;
  readonly isEmpty: boolean;
  readonly secrets: SecretMask;
}

export class LiveTexts implements AsyncDisposable {
  readonly #file: LineFile;
  /** `held`: what may be the beginning of a secret, until it is seen that it is none. */
  readonly #streaming = new Map<string, LiveText & { saved: number; held: string }>();
  readonly #secrets: SecretMask;
  /** Awaited before the file is emptied: what took the texts' place must be on disk. */
  readonly #settled: () => Promise<void>;
  readonly #onFailure: LineFileOptions['onFailure'];
  #timer: NodeJS.Timeout | undefined;
  #isFileEmpty: boolean;
  #emptying: Promise<void> | undefined;

  constructor(path: string, options: LiveTextsOptions) {
    this.#file = new LineFile(path, options);
    this.#settled = options.settled;
    this.#isFileEmpty = options.isEmpty;
    this.#onFailure = options.onFailure;
    this.#secrets = options.secrets;
  }

  /**
   * Takes a piece and gives what of it is to be shown now with its offset in UTF-16 units, or undefined when no more is
   * to be shown. Secrets are masked, also those that come in pieces.
   */
  add(
    body: LiveBody,
    agent: string,
    at: number,
  ): { readonly offset: number; readonly text: string } | undefined {
    const id = body.type === 'tool.progress' ? body.call_id : body.message_id;
    const key = keyOf(body.type, id);
    const known = this.#streaming.get(key);
    const entry = known ?? { type: body.type, id, agent, began_at: at, at, text: '', saved: 0, held: '' };
    const offset = entry.text.length;
    if (body.type === 'tool.progress' && offset > MOST_PROGRESS) return undefined;
    const whole = this.#secrets.mask(entry.held + body.text);
    const end = whole.length - this.#secrets.unfinished(whole);
    const text = whole.slice(0, end);
    entry.held = whole.slice(end);
    entry.text += text;
    entry.at = at;
    this.#streaming.set(key, entry);
    this.#saveSoon();
    return { offset, text };
  }

  /** Every text still streaming, in the order they began. */
  list(): readonly LiveText[] {
    return [...this.#streaming.values()];
  }

  /** Lets go of what this stored event finishes. */
  settle(body: EventBody): void {
    if (this.#streaming.size === 0) return;
    const key = finishedKey(body);
    if (key === undefined || !this.#streaming.delete(key) || this.#streaming.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isFileEmpty) return;
    this.#emptying ??= this.#empty().finally(() => {
      this.#emptying = undefined;
    });
  }

  /** For opening: what an earlier process left in the file is stored as messages now. */
  async reset(): Promise<void> {
    if (this.#isFileEmpty) return;
    await this.#file.clear();
    this.#isFileEmpty = true;
  }

  async flush(): Promise<void> {
    await this.#emptying;
    this.#save();
    await this.#file.flush();
  }

  /** What still streams stays in the file: whoever opens the session next finds it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emptying;
    clearTimeout(this.#timer);
    this.#save();
    await this.#file[Symbol.asyncDispose]();
  }

  #saveSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A piece written now would be emptied with the rest.
      if (this.#emptying) this.#saveSoon();
      else this.#save();
    }, SAVE_EVERY_MS).unref();
  }

  /** Writes what has come since the last time, one line for each text. */
  #save(): void {
    for (const entry of this.#streaming.values()) {
      const { saved, held: _held, ...line } = entry;
      if (saved === entry.text.length) continue;
      this.#file.append(JSON.stringify({ ...line, text: entry.text.slice(saved) }));
      entry.saved = entry.text.length;
      this.#isFileEmpty = false;
    }
  }

  async #empty(): Promise<void> {
    try {
      await this.#settled();
      // New text may have begun meanwhile; it is emptied when that is finished.
      if (this.#streaming.size > 0) return;
      this.#isFileEmpty = true;
      await this.#file.clear();
    } catch (error) {
      this.#onFailure(error as Parameters<LineFileOptions['onFailure']>[0]);
    }
  }
}

/** Pure: the texts of a `live.jsonl`, pieces joined. Lines that are none are cut-off pieces: passed over. */
export function readLiveTexts(text: string): LiveText[] {
  const texts = new Map<string, LiveText>();
  for (const line of text.split('\n')) {
    const piece = parsePiece(line);
    if (!piece) continue;
    const known = texts.get(keyOf(piece.type, piece.id));
    texts.set(keyOf(piece.type, piece.id), { ...piece, text: (known?.text ?? '') + piece.text });
  }
  return [...texts.values()];
}

function parsePiece(line: string): LiveText | undefined {
  try {
    const parsed = LiveText.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // A torn piece: at most a quarter of a second of text.
    return undefined;
  }
}

function finishedKey(body: EventBody): string | undefined {
  switch (body.type) {
    case 'assistant.message':
      return keyOf('assistant.delta', body.message_id);
    case 'thinking.message':
      return keyOf('thinking.delta', body.message_id);
    case 'tool.finished':
      return keyOf('tool.progress', body.call_id);
    default:
      return undefined;
  }
}

function keyOf(type: LiveText['type'], id: string): string {
  return `${type} ${id}`;
}
