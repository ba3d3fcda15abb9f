/**
 * What the person decided about services that are not ours, by version: a file of the home, never of a project, as
 * a project could then allow itself (RT-8). Read anew each time: another window may have written it.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { PatchbayError } from '../../protocol/errors.ts';
import { issuesText } from '../../protocol/issues-text.ts';
import { Permissions } from '../../protocol/manifest.ts';
import { writeAtomically } from '../../session/atomic-file.ts';

export const Decision = z.object({
  name: z.string(),
  /** The file that names the service. */
  origin: z.string(),
  /** Sha256 of what is run: its command or address, and the content of its files. */
  print: z.string(),
  /** As the service calls its version. */
  version: z.optional(z.string()),
  /** What it asked for when this was decided; with `allow`, what it has. */
  permissions: Permissions,
  /** Sha256 of what it put into the system prompt; absent: nothing (AT-54). */
  told: z.optional(z.string()),
  answer: z.enum(['allow', 'deny']),
  /** Hook events that it guards: they are closed while it is denied (RT-42a). */
  gates: z.array(z.string()),
  /** ISO time. */
  at: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** `~/.amplifier/service-permissions.json`. */
const TrustFile = z.object({ decisions: z.array(Decision) });

/** Of one service so many versions are remembered, the latest. */
const MOST_VERSIONS = 20;

export class TrustStore {
  readonly file: string;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(home: string) {
    this.file = join(home, 'service-permissions.json');
  }

  /** Oldest first. @throws PatchbayError `config` when the file is there and cannot be read: nothing is allowed then. */
  async all(): Promise<Decision[]> {
    const text = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw this.#unreadable(error.message);
    });
    if (text === undefined) return [];
    const parsed = TrustFile.safeParse(this.#json(text));
    if (!parsed.success) throw this.#unreadable(issuesText(parsed.error.issues));
    return parsed.data.decisions;
  }

  /** In the place of what was decided about the same version. @throws PatchbayError `config`, as `all`. */
  remember(decision: Decision): Promise<void> {
    return this.#change((before) => {
      const others = before.filter((each) => !isOf(decision)(each));
      const versions = before.filter((each) => isOf(decision)(each) && each.print !== decision.print);
      return [...others, ...versions.slice(1 - MOST_VERSIONS), decision];
    });
  }

  /** Takes back all that was decided about services of this name; gives how much that was. */
  async forget(name: string): Promise<number> {
    let count = 0;
    await this.#change((before) => {
      const kept = before.filter((each) => each.name !== name);
      count = before.length - kept.length;
      return kept;
    });
    return count;
  }

  /** One change after another: each begins with what the one before has written. */
  #change(change: (before: Decision[]) => Decision[]): Promise<void> {
    const changed = this.#writing.then(async () => {
      const decisions = change(await this.all());
      await mkdir(dirname(this.file), { recursive: true });
      await writeAtomically(this.file, `${JSON.stringify({ decisions }, null, 2)}\n`);
    });
    // The next change is not held up by the failure of this one, which its caller hears of.
    this.#writing = changed.catch(() => undefined);
    return changed;
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.#unreadable((error as Error).message);
    }
  }

  #unreadable(why: string): PatchbayError {
    return new PatchbayError('config', `${this.file} cannot be read: ${why}.`, {
      remedy: 'Correct the file, or remove it: every service is then asked about again.',
    });
  }
}

function isOf({ name, origin }: Pick<Decision, 'name' | 'origin'>) {
  return (decision: Decision) => decision.name === name && decision.origin === origin;
}
