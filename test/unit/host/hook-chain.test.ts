/** One event through all hooks, and the rule that a gate which fails is closed (RT-12, RT-42a). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HookChainOptions,
  type HookDecision,
  type HookFailure,
  runHookChain,
} from '../../../src/host/hook-chain.ts';
import type { HookStop } from '../../../src/host/routing-table.ts';
import { PatchbayError } from '../../../src/protocol/errors.ts';
import { GATE_EVENTS, type HookData, type HookResult, type OnFailure } from '../../../src/protocol/hooks.ts';

interface StopOptions {
  readonly service: string;
  readonly on_failure?: OnFailure;
  /** What the service does with the event. */
  readonly answer: (data: HookData) => HookResult | Promise<HookResult>;
}

async function run(event: string, stops: readonly StopOptions[], options: Partial<HookChainOptions> = {}) {
  const seen: { service: string; data: HookData; timeoutMs: number }[] = [];
  const decisions: HookDecision[] = [];
  const failures: HookFailure[] = [];
  const answers = new Map(stops.map((stop) => [stop.service, stop.answer]));
  const result = await runHookChain(
    event,
    { tool_name: 'bash' },
    {
      stops: stops.map(({ service, on_failure }) => stopOf(service, { on_failure })),
      emit: async (stop, _event, data, timeoutMs) => {
        seen.push({ service: stop.service, data, timeoutMs });
        return answers.get(stop.service)!(data);
      },
      interactive: true,
      timeoutMs: 5_000,
      onDecision: (decision) => decisions.push(decision),
      onFailure: (failure) => failures.push(failure),
      ...options,
    },
  );
  return { result, seen, decisions, failures };
}

function stopOf(
  service: string,
  ...hooks: readonly { on_failure?: OnFailure; timeout_ms?: number }[]
): HookStop {
  return {
    service,
    hooks: hooks.map((hook, index) => ({
      name: `${service}-${index}`,
      events: ['tool:pre'],
      priority: index,
      ...hook,
    })),
  };
}

const CONTINUE = (): HookResult => ({ action: 'CONTINUE' });
const fail = (error: unknown) => () => {
  throw error;
};

const FAULTS: Record<string, unknown> = {
  'a crash': new PatchbayError('crashed', 'Service "guard" stopped (signal SIGKILL) during hook.emit.'),
  'a timeout': new PatchbayError('timeout', 'Service "guard" did not answer hook.emit within 5000 ms.'),
  'garbage for an answer': new PatchbayError('protocol', 'Service "guard" answered something else.'),
  'a bug of its own': new PatchbayError('tool', 'x is not a function'),
  'what it calls cancelled': new PatchbayError('cancelled', 'This operation was aborted'),
  'an abort': new DOMException('This operation was aborted', 'AbortError'),
  'something that is no error': 'oops',
};

describe('a gate that fails is closed (RT-42a)', () => {
  const cases = Object.keys(FAULTS).flatMap((fault) =>
    [...GATE_EVENTS].flatMap((event) =>
      [true, false].flatMap((interactive) =>
        ([undefined, 'ask', 'deny', 'allow'] as const).map((onFailure) => ({
          fault,
          event,
          interactive,
          onFailure,
        })),
      ),
    ),
  );

  it.each(cases)('$fault on $event, somebody there: $interactive, on_failure: $onFailure', async (given) => {
    const guard: StopOptions = {
      service: 'guard',
      on_failure: given.onFailure,
      answer: fail(FAULTS[given.fault]),
    };
    const { result, failures } = await run(given.event, [guard], { interactive: given.interactive });
    const closed = given.interactive && given.onFailure !== 'deny' ? 'ASK_USER' : 'DENY';
    expect(result.action).toBe(given.onFailure === 'allow' ? 'CONTINUE' : closed);
    expect(failures).toMatchObject([{ service: 'guard', hook: 'guard-0', event: given.event }]);
  });

  it('says which hook failed and why, and asks with "deny" as the default', async () => {
    const { result } = await run('tool:pre', [{ service: 'guard', answer: fail(FAULTS['a crash']) }]);
    expect(result).toMatchObject({
      action: 'ASK_USER',
      hook: 'guard-0',
      service: 'guard',
      reason: expect.stringContaining('SIGKILL'),
      approval_default: 'deny',
    });
  });

  it('the strictest hook of a service decides, as nobody knows which of them failed', async () => {
    const outcomeOf = async (policies: readonly (OnFailure | undefined)[]) => {
      const stops = [stopOf('guard', ...policies.map((on_failure) => ({ on_failure })))];
      const { result } = await run('tool:pre', [{ service: 'guard', answer: fail('x') }], { stops });
      return result.action;
    };
    expect(await outcomeOf(['allow', undefined])).toBe('ASK_USER');
    expect(await outcomeOf(['allow', 'deny', 'ask'])).toBe('DENY');
    expect(await outcomeOf(['allow', 'allow'])).toBe('CONTINUE');
  });

  it('no failure of one hook is outvoted by the consent of others', async () => {
    const outcome = fc.constantFrom<() => HookResult>(
      CONTINUE,
      () => ({ action: 'MODIFY', data: { a: 1 } }),
      () => ({ action: 'INJECT_CONTEXT', context_injection: 'x' }),
      fail('fault'),
    );
    const anyStops = fc.array(
      fc.record({ answer: outcome, on_failure: fc.constantFrom(undefined, 'ask', 'deny', 'allow') }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(anyStops, fc.boolean(), async (list, interactive) => {
        const stops = list.map((stop, index) => ({ ...stop, service: `s${index}` }) as StopOptions);
        const { result, failures } = await run('tool:pre', stops, { interactive });
        const isClosed = result.action === 'DENY' || result.action === 'ASK_USER';
        expect(isClosed).toBe(failures.some(({ outcome: what }) => what !== 'allow'));
        if (!interactive) expect(result.action).not.toBe('ASK_USER');
      }),
    );
  });
});

describe('an answer out of proportion', () => {
  const large = (length: number): HookResult => ({ action: 'CONTINUE', reason: 'x'.repeat(length) });

  it('is a fault, whatever it says (RT-42a)', async () => {
    const { result, failures } = await run('tool:pre', [
      { service: 'guard', answer: () => large(2 * 1024 * 1024) },
    ]);
    expect(result.action).toBe('ASK_USER');
    expect(failures).toMatchObject([
      { error: { kind: 'protocol', message: expect.stringContaining('more than') }, outcome: 'ask' },
    ]);
  });

  it('is none when what was asked about is as large', async () => {
    const grow: StopOptions = { service: 'grow', answer: () => ({ action: 'MODIFY', data: large(900_000) }) };
    const echo: StopOptions = {
      service: 'echo',
      answer: (data) => ({ action: 'MODIFY', data: { ...data, more: 'y'.repeat(900_000) } }),
    };
    const { result, failures } = await run('tool:pre', [grow, echo]);
    expect(failures).toEqual([]);
    expect(result.action).toBe('MODIFY');
  });
});

describe('a hook that takes long', () => {
  const slow = (settle: Promise<HookResult>) => {
    const told: unknown[] = [];
    const running = run('tool:pre', [{ service: 'slow', answer: () => settle }], {
      longMs: 1,
      onWaiting: (waiting) => told.push(['waiting', waiting]),
      onLateAnswer: (answered) => told.push(['answered', answered]),
    });
    return { told, running };
  };
  const asked = { event: 'tool:pre', service: 'slow', hook: 'slow-0' };

  it('is told of while it is waited for, and again when it answers', async () => {
    const { promise, resolve } = Promise.withResolvers<HookResult>();
    const { told, running } = slow(promise);
    await expect.poll(() => told).toMatchObject([['waiting', { ...asked, limitMs: 5_000 }]]);
    resolve({ action: 'CONTINUE' });
    await running;
    expect(told.slice(1)).toEqual([['answered', { ...asked, waitedMs: expect.any(Number) }]]);
  });

  it('and fails says how long it took', async () => {
    const { promise, reject } = Promise.withResolvers<HookResult>();
    const { told, running } = slow(promise);
    await expect.poll(() => told).toHaveLength(1);
    reject(new PatchbayError('timeout', 'too long'));
    const { failures } = await running;
    expect(told).toHaveLength(1);
    expect(failures[0]?.waitedMs).toBeGreaterThanOrEqual(1);
  });

  it('is not told of when it answers in time', async () => {
    const { told, running } = slow(Promise.resolve({ action: 'CONTINUE' }));
    await running;
    expect(told).toEqual([]);
  });
});

describe('an observer that fails', () => {
  it.each(Object.keys(FAULTS))('by %s changes nothing and is reported', async (fault) => {
    const { result, failures } = await run('tool:post', [{ service: 'watch', answer: fail(FAULTS[fault]) }]);
    expect(result).toEqual({ action: 'CONTINUE' });
    expect(failures).toMatchObject([{ outcome: 'allow', service: 'watch' }]);
  });

  it('closes what it is told to close', async () => {
    const strict: StopOptions = { service: 'watch', on_failure: 'deny', answer: fail('x') };
    expect((await run('tool:post', [strict])).result.action).toBe('DENY');
  });

  it('does not keep the others from hearing', async () => {
    const { seen } = await run('tool:post', [
      { service: 'a', answer: fail('x') },
      { service: 'b', answer: CONTINUE },
    ]);
    expect(seen.map(({ service }) => service)).toEqual(['a', 'b']);
  });
});

describe('the chain', () => {
  it('passes changes on and stops at a DENY', async () => {
    const { result, seen } = await run('tool:pre', [
      { service: 'a', answer: () => ({ action: 'MODIFY', data: { n: 1 } }) },
      { service: 'b', answer: ({ n }) => ({ action: 'MODIFY', data: { n: Number(n) + 1 } }) },
      { service: 'c', answer: () => ({ action: 'DENY', reason: 'enough' }) },
      { service: 'd', answer: CONTINUE },
    ]);
    expect(seen.map(({ data }) => data.n)).toEqual([undefined, 1, 2]);
    expect(result).toMatchObject({ action: 'DENY', reason: 'enough', service: 'c', data: { n: 2 } });
  });

  it('asks on after an ASK_USER, and a failure that denies beats it', async () => {
    const { result, seen } = await run('tool:pre', [
      { service: 'a', answer: () => ({ action: 'ASK_USER', question: 'Sure?' }) },
      { service: 'b', on_failure: 'deny', answer: fail('x') },
    ]);
    expect(seen).toHaveLength(2);
    expect(result).toMatchObject({ action: 'DENY', service: 'b' });
  });

  it('reports every decision with what the hook found, and no CONTINUE', async () => {
    const { decisions } = await run('tool:pre', [
      { service: 'a', answer: () => ({ action: 'MODIFY', data: { n: 1 }, hook: 'named' }) },
      { service: 'b', answer: CONTINUE },
      { service: 'c', answer: () => ({ action: 'ASK_USER' }) },
    ]);
    expect(decisions).toMatchObject([
      { service: 'a', hook: 'named', before: { tool_name: 'bash' }, result: { action: 'MODIFY' } },
      { service: 'c', hook: 'c-0', before: { tool_name: 'bash', n: 1 }, result: { action: 'ASK_USER' } },
    ]);
  });

  it('gives a service the time of all its hooks', async () => {
    const stops = [stopOf('a', {}, { timeout_ms: 100 }), stopOf('b', {})];
    const { seen } = await run(
      'tool:pre',
      [
        { service: 'a', answer: CONTINUE },
        { service: 'b', answer: CONTINUE },
      ],
      { stops },
    );
    expect(seen.map(({ timeoutMs }) => timeoutMs)).toEqual([5_100, 5_000]);
  });

  it('ends with the turn that was stopped: that is no failure of a hook', async () => {
    const abort = new AbortController();
    const stopped = () => {
      abort.abort();
      throw new PatchbayError('cancelled', 'hook.emit was cancelled.');
    };
    const running = run('tool:pre', [{ service: 'a', answer: stopped }], { signal: abort.signal });
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
