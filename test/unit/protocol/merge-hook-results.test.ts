/** Several hook results become one: the whole table of protocol.md §7 (RT-12). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookData, HookResult } from '../../../src/protocol/hooks.ts';
import { HookMerge } from '../../../src/protocol/merge-hook-results.ts';

const DATA: HookData = { tool_name: 'bash', tool_input: { command: 'ls' } };

/** As the chain does it: nobody is asked after a DENY. */
function merged(results: readonly HookResult[], data: HookData = DATA): HookResult {
  const merge = new HookMerge(data);
  for (const result of results) {
    merge.add(result);
    if (merge.isDenied) break;
  }
  return merge.result();
}

const CONTINUE: HookResult = { action: 'CONTINUE' };
const DENY: HookResult = { action: 'DENY', reason: 'no' };
const ASK: HookResult = { action: 'ASK_USER', approval_prompt: 'Sure?' };
const MODIFY: HookResult = { action: 'MODIFY', data: { tool_input: { command: 'ls -l' } } };
const INJECT: HookResult = { action: 'INJECT_CONTEXT', context_injection: 'mind the gap' };

describe('which result wins', () => {
  it.each<[string, HookResult[], HookResult['action']]>([
    ['nothing', [], 'CONTINUE'],
    ['continue alone', [CONTINUE, CONTINUE], 'CONTINUE'],
    ['modify over continue', [CONTINUE, MODIFY, CONTINUE], 'MODIFY'],
    ['inject over modify, before it', [INJECT, MODIFY], 'INJECT_CONTEXT'],
    ['inject over modify, after it', [MODIFY, INJECT], 'INJECT_CONTEXT'],
    ['ask over inject, before it', [ASK, INJECT], 'ASK_USER'],
    ['ask over inject, after it', [INJECT, ASK], 'ASK_USER'],
    ['ask over modify, before it', [ASK, MODIFY], 'ASK_USER'],
    ['ask over modify, after it', [MODIFY, ASK], 'ASK_USER'],
    ['a later deny over ask', [ASK, DENY], 'DENY'],
    ['deny over all', [MODIFY, INJECT, ASK, DENY], 'DENY'],
    ['deny, whatever would come after it', [DENY, MODIFY, INJECT, ASK], 'DENY'],
  ])('%s', (_what, results, action) => {
    expect(merged(results).action).toBe(action);
  });
});

describe('DENY', () => {
  it('ends the chain and is the answer, with its reason', () => {
    const merge = new HookMerge(DATA);
    merge.add({ ...DENY, hook: 'policy' });
    expect(merge.isDenied).toBe(true);
    expect(merge.result()).toMatchObject({ action: 'DENY', reason: 'no', hook: 'policy' });
  });

  it('still tells the final data and what was injected before it', () => {
    expect(merged([MODIFY, INJECT, DENY])).toMatchObject({
      data: { ...DATA, ...MODIFY.data },
      context_injection: 'mind the gap',
    });
  });
});

describe('ASK_USER', () => {
  it('is the first one that asked', () => {
    const results = [ASK, { ...ASK, approval_prompt: 'Really?', approval_default: 'allow' as const }];
    expect(merged(results)).toMatchObject({ action: 'ASK_USER', approval_prompt: 'Sure?' });
    expect(merged(results).approval_default).toBeUndefined();
  });

  it('shows the data as later handlers changed it', () => {
    expect(merged([ASK, MODIFY])).toMatchObject({ data: { tool_input: { command: 'ls -l' } } });
  });
});

describe('MODIFY', () => {
  it('is what later handlers see', () => {
    const merge = new HookMerge(DATA);
    merge.add(MODIFY);
    expect(merge.data).toEqual({ ...DATA, ...MODIFY.data });
    merge.add({ action: 'MODIFY', data: { note: 'two' } });
    expect(merge.data).toEqual({ ...DATA, ...MODIFY.data, note: 'two' });
  });

  it('is never lost to a later CONTINUE, whatever data that carries', () => {
    expect(merged([MODIFY, { action: 'CONTINUE', data: DATA }, CONTINUE])).toMatchObject({
      action: 'MODIFY',
      data: MODIFY.data,
    });
  });

  it('without data changes nothing', () => {
    expect(merged([{ action: 'MODIFY', data: null }])).toEqual({ action: 'CONTINUE' });
  });

  it.each<[string, HookResult[]]>([
    ['context is injected too', [{ ...MODIFY, approval_prompt: 'Take it?' }, INJECT]],
    ['context was injected before', [INJECT, { ...MODIFY, approval_prompt: 'Take it?' }]],
    [
      'another change came first',
      [
        { action: 'MODIFY', data: { a: 1 } },
        { ...MODIFY, approval_prompt: 'Take it?' },
      ],
    ],
  ])('that waits for the person goes on waiting when %s', (_what, results) => {
    expect(merged(results)).toMatchObject({ approval_prompt: 'Take it?', data: MODIFY.data });
  });
});

describe('INJECT_CONTEXT', () => {
  it('collects all texts, joined by a blank line, with role, ephemeral and suppress from the first', () => {
    const results: HookResult[] = [
      {
        ...INJECT,
        context_injection: 'one',
        context_injection_role: 'system',
        ephemeral: true,
        suppress_output: true,
      },
      { ...INJECT, context_injection: 'two', context_injection_role: 'user', ephemeral: false },
    ];
    expect(merged(results)).toMatchObject({
      context_injection: 'one\n\ntwo',
      context_injection_role: 'system',
      ephemeral: true,
      suppress_output: true,
      append_to_last_tool_result: false,
    });
  });

  it('is appended to the last tool result when any of them wants it', () => {
    expect(merged([INJECT, { ...INJECT, append_to_last_tool_result: true }])).toMatchObject({
      append_to_last_tool_result: true,
    });
  });

  it('speaks as the user and stays, when it says nothing else', () => {
    expect(merged([INJECT])).toMatchObject({
      context_injection_role: 'user',
      ephemeral: false,
      suppress_output: false,
    });
  });

  it('collects whole messages, in order', () => {
    const message = (content: string) => ({ role: 'user', content });
    const results: HookResult[] = [
      { action: 'INJECT_CONTEXT', injected_messages: [message('a')] },
      { ...INJECT, injected_messages: [message('b'), message('c')] },
    ];
    expect(merged(results)).toMatchObject({
      injected_messages: [message('a'), message('b'), message('c')],
      context_injection: 'mind the gap',
    });
  });

  it('happens whatever the action of the result that carries it', () => {
    expect(merged([{ ...CONTINUE, context_injection: 'x' }]).action).toBe('INJECT_CONTEXT');
    const messages = [{ role: 'user', content: 'x' }];
    expect(merged([{ ...CONTINUE, injected_messages: messages }])).toMatchObject({
      action: 'INJECT_CONTEXT',
      injected_messages: messages,
    });
    expect(merged([{ ...CONTINUE, injected_messages: [], context_injection: '' }]).action).toBe('CONTINUE');
  });
});

describe('a message for the person', () => {
  it('is the first one, even when nothing else was decided', () => {
    const results: HookResult[] = [
      { ...CONTINUE, user_message: 'one', user_message_level: 'warning', hook: 'budget' },
      { ...MODIFY, user_message: 'two' },
    ];
    expect(merged(results)).toMatchObject({
      user_message: 'one',
      user_message_level: 'warning',
      user_message_source: 'budget',
    });
    expect(merged(results.slice(0, 1))).toMatchObject({ action: 'CONTINUE', user_message: 'one' });
  });

  it('is that of the DENY when it has one', () => {
    const results: HookResult[] = [
      { ...CONTINUE, user_message: 'one' },
      { ...DENY, user_message: 'refused' },
    ];
    expect(merged(results).user_message).toBe('refused');
  });
});

const keys = fc.constantFrom('a', 'b', 'c');
const someData = fc.option(fc.dictionary(keys, fc.integer()), { nil: null });
const someText = fc.option(fc.string({ minLength: 1, maxLength: 5 }), { nil: null });
const someMessages = fc.option(
  fc.array(fc.record({ role: fc.constant('user'), content: fc.string() }), { maxLength: 2 }),
  { nil: null },
);
const anyResult: fc.Arbitrary<HookResult> = fc.record({
  action: fc.constantFrom('CONTINUE', 'DENY', 'MODIFY', 'INJECT_CONTEXT', 'ASK_USER'),
  data: someData,
  context_injection: someText,
  injected_messages: someMessages,
});
const anyResults = fc.array(anyResult, { maxLength: 8 });

/** Those that are asked: up to the first DENY, with it. */
function heard(results: readonly HookResult[]): HookResult[] {
  const end = results.findIndex(({ action }) => action === 'DENY');
  return end === -1 ? [...results] : results.slice(0, end + 1);
}

describe('whatever the results', () => {
  it('a DENY among them is the answer, and nothing else denies', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const denied = results.some(({ action }) => action === 'DENY');
        expect(merged(results).action === 'DENY').toBe(denied);
      }),
    );
  });

  it('a question among them is asked, unless one denies', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const actions = new Set(results.map(({ action }) => action));
        const asks = actions.has('ASK_USER') && !actions.has('DENY');
        expect(merged(results).action === 'ASK_USER').toBe(asks);
      }),
    );
  });

  it('the final data has every change in order, and every injection is there', () => {
    fc.assert(
      fc.property(anyResults, (results) => {
        const asked = heard(results);
        const answer = merged(results, DATA);
        const changes = asked.filter(({ action, data }) => data && action !== 'CONTINUE');
        const data = Object.assign({}, DATA, ...changes.map((change) => change.data));
        expect(answer.data ?? null).toEqual(changes.length > 0 ? data : null);
        const texts = asked.flatMap(({ context_injection }) => context_injection ?? []);
        expect(answer.context_injection ?? '').toBe(texts.join('\n\n'));
        const messages = asked.flatMap(({ injected_messages }) => injected_messages ?? []);
        expect(answer.injected_messages ?? []).toEqual(messages);
      }),
    );
  });

  it('hooks of one service that merges them itself are as hooks of several services', () => {
    fc.assert(
      fc.property(anyResults, fc.array(fc.nat(8), { maxLength: 3 }), (results, cuts) => {
        const edges = [0, ...cuts.map((cut) => Math.min(cut, results.length)), results.length].sort(
          (a, b) => a - b,
        );
        const outer = new HookMerge(DATA);
        for (const [index, edge] of edges.slice(1).entries()) {
          if (outer.isDenied) break;
          outer.add(merged(results.slice(edges[index], edge), outer.data));
        }
        const [nested, flat] = [outer.result(), merged(results)];
        for (const field of ['action', 'data', 'context_injection', 'injected_messages'] as const) {
          expect(nested[field] ?? null).toEqual(flat[field] ?? null);
        }
      }),
    );
  });
});
