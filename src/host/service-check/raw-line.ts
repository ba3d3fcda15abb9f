/**
 * A service process without a link around it: lines written as they are, answers by their ids, and how it ends
 * by itself. For what a link hides, because it copes with it.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { ProcessSpec } from '../../definitions/service-spec.ts';
import { PatchbayError } from '../../protocol/errors.ts';
import { LineReader } from '../../protocol/json-lines.ts';
import { LogTail, lastWords } from '../links/log-tail.ts';
import { endWithUs, GROUP_OPTIONS, isGroupAlive, signalGroup } from '../links/process-group.ts';

/** A message as it came. */
export type RawMessage = Readonly<Record<string, unknown>>;

/** The remedy for an answer with another id than asked. */
export const SEND_BACK = 'Send back the id of the request as it came, a number or a text.';

export class RawLine implements AsyncDisposable {
  /** Settles with how it ended: `exit code 0`, `signal SIGTERM`, or why it did not start. Never rejects. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #log = new LogTail(() => undefined);
  readonly #messages: RawMessage[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #asked: (string | number)[] = [];

  constructor(spec: ProcessSpec) {
    this.#child = spawn(spec.command[0] ?? '', spec.command.slice(1), {
      env: spec.env,
      cwd: spec.cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...GROUP_OPTIONS,
    });
    if (this.#child.pid !== undefined) endWithUs(this.#child);
    this.#log.follow(this.#child.stderr);
    // One that has ended does not read any more; that it ended is told elsewhere.
    this.#child.stdin.on('error', (error) => this.#log.push(`${error.message}\n`));
    new LineReader(this.#child.stdout, { onGarbage: () => undefined }).listen((message) => {
      this.#messages.push(message as unknown as RawMessage);
      for (const listener of this.#listeners) listener();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  /** A whole line; the end of it is added. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  closeInput(): void {
    this.#child.stdin.end();
  }

  /** @throws PatchbayError `crashed` when it ends first, `timeout` when the answer does not come in time. */
  async ask(id: string | number, method: string, timeoutMs: number): Promise<RawMessage> {
    this.#asked.push(id);
    this.write(JSON.stringify({ jsonrpc: '2.0', id, method }));
    const { promise, resolve, reject } = Promise.withResolvers<RawMessage>();
    const look = () => {
      const found = this.#answers().find((message) => message.id === id);
      if (found) resolve(found);
    };
    this.#listeners.add(look);
    const timer = setTimeout(() => {
      const stray = this.stray();
      const message = `There was no answer to ${method} within ${timeoutMs} ms.${stray}`;
      reject(new PatchbayError('timeout', message, stray ? { remedy: SEND_BACK } : {}));
    }, timeoutMs);
    void this.ended.then((how) =>
      reject(new PatchbayError('crashed', `It ended (${how}) instead.${this.lastWords()}`)),
    );
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(look);
    }
  }

  /** What it answered to something nobody asked, as a sentence; empty when there is nothing of that kind. */
  stray(): string {
    const stray = this.#answers().find(({ id }) => !this.#asked.some((asked) => asked === id));
    const last = this.#asked.at(-1);
    return stray
      ? ` It answered with the id ${JSON.stringify(stray.id)} instead of ${JSON.stringify(last)}.`
      : '';
  }

  /** What it printed to stderr last, as a sentence; empty when it was silent. */
  lastWords(): string {
    return lastWords(this.#log.toString());
  }

  /** Whether processes that it started are still there. */
  hasDescendants(): boolean {
    return isGroupAlive(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    signalGroup(this.#child, 'SIGKILL');
    await this.ended;
  }

  #answers(): RawMessage[] {
    return this.#messages.filter((message) => 'result' in message || 'error' in message);
  }
}
