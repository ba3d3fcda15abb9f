/** What was allowed and denied in this session, kept in its state: it outlives the turn and the editor. */
import * as z from 'zod/mini';
import { ApprovalRule } from '../../protocol/approvals.ts';
import type { CallContext } from '../../sdk/index.ts';
import type { Denial, Memory } from './decide.ts';

/** By its form no other service's: the host keeps them from it. */
const KEY = 'hook-approval:answers';

const Stored = z.object({
  allowed: z._default(z.array(ApprovalRule), []),
  denied: z._default(z.array(z.object({ of: z.string(), reason: z.optional(z.string()) })), []),
});

type Host = Pick<CallContext, 'host' | 'signal'>;

export class SessionMemory {
  #known: Memory | undefined;
  /** Changes go one after another: two answers at the same moment must not forget each other. */
  #lastChange: Promise<void> = Promise.resolve();

  /** Read from the host once: a service lives no longer than a turn, and nobody else can write the key. */
  async read({ host, signal }: Host): Promise<Memory> {
    if (this.#known) return this.#known;
    const { value } = await host.request('request.state_get', { key: KEY }, { signal });
    const stored = Stored.safeParse(value ?? {});
    this.#known ??= stored.success ? stored.data : { allowed: [], denied: [] };
    return this.#known;
  }

  allow(rule: ApprovalRule, host: Host): Promise<void> {
    return this.#change(host, (memory) => ({ ...memory, allowed: [...memory.allowed, rule] }));
  }

  deny(denials: readonly Denial[], host: Host): Promise<void> {
    return this.#change(host, (memory) => ({ ...memory, denied: [...memory.denied, ...denials] }));
  }

  #change(host: Host, change: (memory: Memory) => Memory): Promise<void> {
    const changed = this.#lastChange.then(async () => {
      this.#known = change(await this.read(host));
      const value = JSON.parse(JSON.stringify(this.#known));
      await host.host.request('request.state_set', { key: KEY, value }, { signal: host.signal });
    });
    this.#lastChange = changed.catch(() => undefined);
    return changed;
  }
}
