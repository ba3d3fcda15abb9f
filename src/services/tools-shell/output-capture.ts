/** What a command printed, in bounded memory: all of it, or its beginning and its end. */
export class OutputCapture {
  readonly #maxBytes: number;
  /** Kept of a longer output at either end: 40 % of the limit. */
  readonly #partBytes: number;
  #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #total = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#partBytes = Math.floor(maxBytes * 0.4);
  }

  get isTruncated(): boolean {
    return this.#total > this.#maxBytes;
  }

  push(chunk: Buffer): void {
    const before = this.#total;
    this.#total += chunk.length;
    // A copy: a small piece would keep the stream's whole buffer alive.
    if (this.#total <= this.#maxBytes) {
      this.#head.push(Buffer.from(chunk));
      return;
    }
    if (before <= this.#maxBytes) this.#split(chunk);
    else this.#addToTail(chunk);
  }

  text(): string {
    const head = Buffer.concat(this.#head);
    if (!this.isTruncated) return head.toString('utf8');
    const tail = Buffer.concat(this.#tail).subarray(-this.#partBytes);
    const omitted = this.#total - head.length - tail.length;
    return `${wholeEnd(head)}\n[... ${omitted} of ${this.#total} bytes left out here ...]\n${wholeStart(tail)}`;
  }

  /** What was kept whole so far, and the piece that is too much, become a beginning and an end. */
  #split(chunk: Buffer): void {
    const all = Buffer.concat([...this.#head, chunk]);
    this.#head = [Buffer.from(all.subarray(0, this.#partBytes))];
    this.#addToTail(all.subarray(this.#partBytes));
  }

  #addToTail(chunk: Buffer): void {
    const part = Buffer.from(chunk.subarray(-this.#partBytes));
    this.#tail.push(part);
    this.#tailBytes += part.length;
    while (this.#tailBytes - this.#tail[0]!.length >= this.#partBytes) {
      this.#tailBytes -= this.#tail.shift()!.length;
    }
  }
}

/** Without a character that was cut at its end. */
function wholeEnd(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

/** Without the rest of a character that was cut at its start. */
function wholeStart(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
