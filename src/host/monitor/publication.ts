/**
 * Lets the person's other processes look at a host's services (`patchbay services --watch`). A file in the home,
 * which only its owner can read, says at which port of this machine and with which token. Nothing is measured or
 * sent before somebody has connected.
 */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { HostSnapshot } from '../../protocol/service-status.ts';
import { ownMark } from '../../session/process-life.ts';
import type { ServiceMonitor } from './service-monitor.ts';

/** What the file of a host says. */
export const HostFile = z.object({
  pid: z.number(),
  start: z.optional(z.string()),
  seen_at: z.number(),
  port: z.number(),
  token: z.string(),
});
export type HostFile = z.infer<typeof HostFile>;

/** Where the files of the living hosts are. */
export const hostsFolder = (home: string) => join(home, 'run');

const SEND_EVERY_MS = 1_000;
/** Within which a visitor has to show the token. */
const TOKEN_MS = 2_000;

export class Publication implements AsyncDisposable {
  readonly #file: string;
  readonly #folder: string;
  readonly #services: ServiceMonitor;
  readonly #title: string;
  readonly #token = randomBytes(32).toString('hex');
  readonly #visitors = new Set<Socket>();
  #server: Server | undefined;
  #opening: Promise<void> | undefined;

  /** @param title where the host lives, for the person. */
  constructor(home: string, services: ServiceMonitor, title: string) {
    this.#folder = hostsFolder(home);
    this.#file = join(this.#folder, `${process.pid}-${randomUUID().slice(0, 8)}.json`);
    this.#services = services;
    this.#title = title;
  }

  /** Opens it once; later calls do nothing. A host that cannot be looked at works all the same, and warns. */
  open(): void {
    this.#opening ??= this.#listen().catch((error: Error) => {
      process.emitWarning(`The services of this host cannot be watched from a terminal: ${error.message}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening;
    this.#server?.close();
    for (const visitor of this.#visitors) visitor.destroy();
    await rm(this.#file, { force: true });
  }

  async #listen(): Promise<void> {
    this.#server = createServer((socket) => this.#receive(socket)).unref();
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    const text: HostFile = {
      ...(await ownMark(Date.now())),
      port: address.port,
      token: this.#token,
    };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.#file}.tmp`;
    await writeFile(temporary, JSON.stringify(text), { mode: 0o600 });
    await rename(temporary, this.#file);
  }

  #receive(socket: Socket): void {
    socket.unref();
    this.#visitors.add(socket);
    let heard = '';
    let looking: Disposable | undefined;
    // One that hangs up in the middle of a line is no fault of ours.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      looking?.[Symbol.dispose]();
      this.#visitors.delete(socket);
    });
    socket.setTimeout(TOKEN_MS, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (looking) return;
      heard += text;
      if (heard.length > this.#token.length + 1) socket.destroy();
      if (!heard.endsWith('\n')) return;
      if (!isSame(heard.trimEnd(), this.#token)) {
        socket.destroy();
        return;
      }
      socket.setTimeout(0);
      looking = this.#show(socket);
    });
  }

  /** Sends a snapshot now and after changes, the newest only while the reader is slow. */
  #show(socket: Socket): Disposable {
    let waiting: NodeJS.Timeout | undefined;
    let isNew = false;
    const send = () => {
      if (waiting !== undefined || socket.writableNeedDrain) {
        isNew = true;
        return;
      }
      isNew = false;
      socket.write(`${JSON.stringify(this.#snapshot())}\n`);
      waiting = setTimeout(() => {
        waiting = undefined;
        if (isNew) send();
      }, SEND_EVERY_MS).unref();
    };
    socket.on('drain', () => {
      if (isNew) send();
    });
    const changes = this.#services.onChange(send);
    send();
    return {
      [Symbol.dispose]: () => {
        clearTimeout(waiting);
        changes[Symbol.dispose]();
      },
    };
  }

  #snapshot(): HostSnapshot {
    return { pid: process.pid, title: this.#title, at: Date.now(), services: this.#services.list() };
  }
}

function isSame(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
