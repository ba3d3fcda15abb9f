/**
 * What every call over a link has in common, whatever the line: it ends when the service ends, when its time
 * is over or when it is cancelled, and its answer is checked before it goes further.
 */
import { safeParse } from 'zod/v4/core';
import { CallStreams } from '../../protocol/call-streams.ts';
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { type Params, type Result, SERVICE_METHODS, type ServiceMethod } from '../../protocol/methods.ts';
import type { CallOptions, Exit } from './link.ts';

export interface Line {
  readonly service: string;
  /** Sends a request and gives the raw answer. `cancelled` asks the service to stop working on it. */
  send(method: string, params: unknown, cancelled: AbortSignal): Promise<unknown>;
  /** Ends a service that ignored a cancel. */
  kill(reason: string): void;
  readonly cancelGraceMs: number;
}

/** What to do whenever something is heard of a call. */
interface Heard {
  again: () => void;
}

export class Calls {
  readonly #line: Line;
  readonly #streams = new CallStreams('h');
  readonly #open = new Set<(exit: Exit) => void>();
  /** Settle with the answers that are still to come, to calls given up too; the loop's call is none of them. */
  readonly #unanswered = new Set<Promise<void>>();
  #exit: Exit | undefined;
  #handlesMany = true;
  #loopRuns = false;

  constructor(line: Line) {
    this.#line = line;
  }

  /**
   * A service that may handle one call after another, as the reference's do: a call's time begins when those
   * before it are answered, and none is a reason to end a service that is busy with another.
   */
  handleOneByOne(): void {
    this.#handlesMany = false;
  }

  /** @throws PatchbayError, see Link.call. */
  async call<M extends ServiceMethod>(
    method: M,
    params: Params<M>,
    options: CallOptions,
  ): Promise<Result<M>> {
    if (this.#exit) throw this.#crashed(method, this.#exit);
    if (options.signal?.aborted) throw this.#cancelled(method);
    const heard: Heard = { again: () => undefined };
    using stream =
      options.onNotification &&
      this.#streams.open(params, (name, payload) => {
        heard.again();
        options.onNotification?.(name, payload);
      });
    // A foreign provider hands what it does not know on to the model's API.
    const isNamed = this.#handlesMany || method !== 'provider.complete';
    const answer = await this.#settle(method, (isNamed && stream?.params) || params, options, heard);
    const parsed = safeParse(SERVICE_METHODS[method].result, answer);
    if (parsed.success) return parsed.data as Result<M>;
    throw new PatchbayError(
      'protocol',
      `Service "${this.#line.service}" answered ${method} with something else than agreed: ${issuesText(parsed.error.issues)}`,
      { service: this.#line.service, remedy: 'Check the service with its author; its log may tell more.' },
    );
  }

  /** Gives a notification to the call it belongs to; false when there is none. */
  deliver(name: string, payload: unknown): boolean {
    return this.#streams.deliver(name, payload);
  }

  /** The service is gone: every open call fails now, every later one at once. */
  end(exit: Exit): void {
    this.#exit ??= exit;
    for (const fail of this.#open) fail(exit);
    this.#open.clear();
  }

  #settle(
    method: string,
    params: unknown,
    { signal, timeoutMs, silenceMs }: CallOptions,
    heard: Heard,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = new AbortController();
      const turn = this.#queue(method);
      let timer: NodeJS.Timeout | undefined;
      let silence: NodeJS.Timeout | undefined;
      let answered = false;
      let over = false;
      const done = () => {
        over = true;
        clearTimeout(timer);
        clearTimeout(silence);
        heard.again = () => undefined;
        signal?.removeEventListener('abort', onAbort);
        this.#open.delete(onExit);
      };
      const giveUp = (error: PatchbayError) => {
        done();
        cancel.abort();
        // The caller is free at once; the service gets a grace time to come to rest.
        void turn.began.then(() => {
          const enforce = setTimeout(() => {
            if (!answered && !turn.isInLoop)
              this.#line.kill(`${method} was not given up ${this.#line.cancelGraceMs} ms after a cancel`);
          }, this.#line.cancelGraceMs);
          enforce.unref();
        });
        reject(error);
      };
      const onAbort = () => giveUp(this.#cancelled(method));
      const onAnswer = () => {
        answered = true;
        turn.end();
        done();
      };
      const onExit = (exit: Exit) => {
        onAnswer();
        reject(this.#crashed(method, exit));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#open.add(onExit);
      void turn.began.then(() => {
        if (over) return;
        if (timeoutMs !== undefined)
          timer = setTimeout(() => giveUp(this.#timeout(method, timeoutMs)), timeoutMs);
        if (silenceMs === undefined) return;
        silence = setTimeout(() => giveUp(this.#timeout(method, silenceMs)), silenceMs);
        heard.again = () => silence?.refresh();
      });
      this.#line.send(method, params, cancel.signal).then(
        (value) => {
          onAnswer();
          resolve(value);
        },
        (error: unknown) => {
          onAnswer();
          reject(this.#failure(method, error));
        },
      );
    });
  }

  /** A call's place among those that were not answered yet. */
  #queue(method: string): { readonly began: Promise<unknown>; readonly isInLoop: boolean; end(): void } {
    const began = this.#handlesMany ? Promise.resolve() : Promise.all(this.#unanswered);
    if (method === 'orchestrator.execute') {
      this.#loopRuns = true;
      const end = () => {
        this.#loopRuns = false;
      };
      return { began, isInLoop: false, end };
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unanswered.add(promise);
    const end = () => {
      this.#unanswered.delete(promise);
      resolve();
    };
    // A service that hears nothing while it runs the loop must not be ended for that: the loop would end too.
    return { began, isInLoop: this.#loopRuns && !this.#handlesMany, end };
  }

  /** Who answers is who is at fault. Only a loop, which passes on the errors of others, may name another. */
  #failure(method: string, thrown: unknown): PatchbayError {
    const { service } = this.#line;
    const error = asPatchbayError(thrown, service);
    if (error.service === service || method === 'orchestrator.execute') return error;
    const { kind, message, component, retryable, retryAfterMs, remedy, code, cause } = error;
    const details = { service, component, retryable, retryAfterMs, remedy, code, cause };
    return new PatchbayError(kind, message, details);
  }

  #crashed(method: string, exit: Exit): PatchbayError {
    const service = this.#line.service;
    return new PatchbayError(
      exit.kind ?? 'crashed',
      `Service "${service}" stopped (${exit.how}) during ${method}.`,
      {
        service,
        remedy: exit.remedy ?? `Look at the log of "${service}"; it is started anew when it is next needed.`,
      },
    );
  }

  #cancelled(method: string): PatchbayError {
    return new PatchbayError('cancelled', `${method} was cancelled.`, { service: this.#line.service });
  }

  #timeout(method: string, timeoutMs: number): PatchbayError {
    const service = this.#line.service;
    return new PatchbayError(
      'timeout',
      `Service "${service}" did not answer ${method} within ${timeoutMs} ms.`,
      {
        service,
        remedy: `Look at the log of "${service}" or allow it more time in the settings.`,
      },
    );
  }
}
