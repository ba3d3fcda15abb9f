/** Ends a model call when its server says nothing for too long. A slow answer that keeps coming is not silent. */

export interface SilenceWatch extends Disposable {
  /** Aborted by the caller's signal or by silence, whichever comes first. */
  readonly signal: AbortSignal;
  /** Fetches and listens to what arrives, keep-alive lines included. Give it to the vendor's SDK. */
  readonly fetch: typeof fetch;
  /** True once silence, not the caller, has ended the call. */
  readonly isOver: boolean;
}

/** Starts counting at once, so that a server that never answers is noticed too. Dispose it with the call. */
export function watchSilence(timeoutMs: number, callerSignal: AbortSignal): SilenceWatch {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), timeoutMs);
  const heard = () => void timer.refresh();
  return {
    signal: AbortSignal.any([callerSignal, silence.signal]),
    get isOver() {
      return silence.signal.aborted && !callerSignal.aborted;
    },
    async fetch(input, init) {
      const response = await fetch(input, init);
      heard();
      return response.body ? listening(response, response.body, heard) : response;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

function listening(response: Response, body: ReadableStream<Uint8Array>, heard: () => void): Response {
  const overheard = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        heard();
        controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(overheard, { status, statusText, headers });
}
