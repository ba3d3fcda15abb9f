/** Large values that the log holds by reference: asked for when someone opens them, kept while the session is shown. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ToChat } from '../../src/protocol/chat.ts';

export type Blob =
  | { readonly state: 'unread' }
  | { readonly state: 'reading' }
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'failed'; readonly message: string };

export interface Blobs {
  get(ref: string): ReadonlySignal<Blob>;
  /** Asks for it, unless it is there or on its way. A failed one is asked for again. */
  read(ref: string): void;
  take(message: Extract<ToChat, { type: 'blob' }>): void;
  clear(): void;
}

export function createBlobs(request: (ref: string) => void): Blobs {
  const known = new Map<string, Signal<Blob>>();
  const get = (ref: string): Signal<Blob> => {
    const blob = known.get(ref) ?? signal<Blob>({ state: 'unread' });
    known.set(ref, blob);
    return blob;
  };
  return {
    get,
    read: (ref) => {
      const blob = get(ref);
      if (blob.value.state === 'read' || blob.value.state === 'reading') return;
      blob.value = { state: 'reading' };
      request(ref);
    },
    take: ({ ref, text, error }) => {
      get(ref).value = error === undefined ? { state: 'read', text } : { state: 'failed', message: error };
    },
    clear: () => known.clear(),
  };
}
