/** Follows the services of every host that lives with the same home: editors and terminals. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HostSnapshot } from '../../protocol/service-status.ts';
import { isAlive } from '../../session/process-life.ts';
import { HostFile, hostsFolder } from './publication.ts';

/** Between two looks for hosts that are new. */
const LOOK_EVERY_MS = 1_000;

export class LiveHosts implements Disposable {
  readonly #folder: string;
  readonly #onChange: () => void;
  /** By the host's file. */
  readonly #lines = new Map<string, Socket>();
  readonly #snapshots = new Map<string, HostSnapshot>();
  readonly #looking: NodeJS.Timeout;
  #isOver = false;

  /** @param onChange called after the first look, and whenever a host says something or goes away. */
  constructor(home: string, onChange: () => void) {
    this.#folder = hostsFolder(home);
    this.#onChange = onChange;
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    void this.#look().then(() => {
      if (!this.#isOver) onChange();
    });
  }

  /** The newest of each. */
  list(): HostSnapshot[] {
    return [...this.#snapshots.values()];
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#looking);
    for (const line of this.#lines.values()) line.destroy();
  }

  async #look(): Promise<void> {
    // Without the folder no host has ever run here.
    const names = await readdir(this.#folder).catch(() => []);
    const files = names.filter((name) => name.endsWith('.json')).map((name) => join(this.#folder, name));
    await Promise.all(files.filter((file) => !this.#lines.has(file)).map((file) => this.#connect(file)));
  }

  async #connect(file: string): Promise<void> {
    const host = await readHostFile(file);
    if (host === 'gone') return;
    if (host === 'unreadable' || !(await isAlive(host))) {
      await rm(file, { force: true });
      return;
    }
    // Meanwhile somebody else may have connected, or nobody looks any more.
    if (this.#isOver || this.#lines.has(file)) return;
    const line = createConnection({ host: '127.0.0.1', port: host.port });
    this.#lines.set(file, line);
    // Of a host that is just going away; it is looked at again, and then its file is gone or it is dead.
    line.on('error', () => line.destroy());
    line.on('close', () => {
      this.#lines.delete(file);
      if (this.#snapshots.delete(file) && !this.#isOver) this.#onChange();
    });
    line.write(`${host.token}\n`);
    createInterface({ input: line }).on('line', (text) => {
      const snapshot = parseSnapshot(text);
      if (!snapshot) return;
      this.#snapshots.set(file, snapshot);
      this.#onChange();
    });
  }
}

/** Files are put in place whole, so one that cannot be read will not get better. */
async function readHostFile(file: string): Promise<HostFile | 'gone' | 'unreadable'> {
  try {
    const parsed = HostFile.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

/** Undefined for what is no snapshot: from another version, or another program at the port. */
function parseSnapshot(text: string): HostSnapshot | undefined {
  try {
    const parsed = HostSnapshot.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
