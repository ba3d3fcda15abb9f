/**
 * Keeps a thread that prints without end from flooding its host: what a worker prints in one piece of work reaches
 * the host's thread all at once.
 */
import type { Writable } from 'node:stream';

/** Bytes that may wait; a reader of logs looks at less. */
const LIMIT = 128 * 1024;

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

/** From now on what is printed while so much waits already is left out, and its length said. */
export function boundOutput(stream: Writable): void {
  const write = stream.write.bind(stream) as Write;
  let leftOut = 0;
  const bounded: Write = (chunk, ...rest) => {
    if (stream.writableLength > LIMIT) {
      leftOut += chunk.length;
      const done = rest.at(-1);
      if (typeof done === 'function') queueMicrotask(() => done());
      return false;
    }
    if (leftOut > 0) write(`\n(${leftOut} characters were left out here)\n`);
    leftOut = 0;
    return write(chunk, ...rest);
  };
  stream.write = bounded as Writable['write'];
}
