/** Cuts a stream of bytes into records at a separator, in bounded memory. */

export interface RecordSplitter {
  /** The records that this piece completes. */
  push(chunk: Uint8Array): SplitRecord[];
}

export interface SplitRecord {
  readonly text: string;
  /** The record was longer than may be held; `text` is its beginning. */
  readonly isCut: boolean;
}

/** How much is kept of a record that is too long. */
const KEPT_BYTES = 16 * 1024;

/** @param separator one byte. A record beyond `maxBytes` is thrown away as it arrives, but for its beginning. */
export function splitRecords(separator: number, maxBytes: number): RecordSplitter {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;

  const add = (part: Uint8Array) => {
    bytes += part.length;
    if (isCut || part.length === 0) return;
    // A copy: the piece itself would keep all of its stream's buffer alive.
    parts.push(Uint8Array.from(part));
    if (bytes <= maxBytes) return;
    isCut = true;
    parts = [Buffer.concat(parts).subarray(0, KEPT_BYTES)];
  };
  const take = (): SplitRecord => {
    const record = { text: Buffer.concat(parts).toString('utf8'), isCut };
    parts = [];
    bytes = 0;
    isCut = false;
    return record;
  };

  return {
    push(chunk) {
      const records: SplitRecord[] = [];
      let start = 0;
      for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
        add(chunk.subarray(start, end));
        records.push(take());
        start = end + 1;
      }
      add(chunk.subarray(start));
      return records;
    },
  };
}
