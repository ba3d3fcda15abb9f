/** Which model does the work, whose word counts, and what is said about it (DL-27, DL-42). */
import { describe, expect, it } from 'vitest';
import { type ChoiceInput, chooseModel, type ModelWish } from '../../../src/models/choose.ts';
import type { AvailableProvider } from '../../../src/models/resolve.ts';
import type { Matrix } from '../../../src/protocol/routing.ts';

const matrix: Matrix = {
  name: 'mine',
  description: '',
  roles: {
    general: { description: '', candidates: [{ provider: 'anthropic', model: 'claude-sonnet-*' }] },
    fast: { description: '', candidates: [{ provider: 'anthropic', model: 'claude-haiku-*' }] },
    reasoning: {
      description: '',
      candidates: [
        { provider: 'openai', model: 'gpt-*-astra' },
        { provider: 'anthropic', model: 'claude-opus-*', config: { reasoning_effort: 'high' } },
      ],
    },
    vision: { description: '', candidates: [{ provider: 'gemini', model: 'gemini-*' }] },
  },
};

const anthropic: AvailableProvider = {
  name: 'anthropic',
  listedBy: 'provider',
  models: ['claude-haiku-4-5', 'claude-sonnet-5', 'claude-sonnet-5-5', 'claude-opus-4-5-20251101'],
};

function choose(given: Partial<ChoiceInput> & { call?: ModelWish; agent?: ModelWish } = {}) {
  return chooseModel({
    session: { provider: 'mine', model: 'm1', because: 'the settings say so', isChosen: true },
    matrix,
    providers: [anthropic],
    ...given,
  });
}

describe('whose word counts (DL-27)', () => {
  const opus = { provider: 'anthropic', model: 'claude-opus-*' };
  const haiku = { provider: 'anthropic', model: 'claude-haiku-4-5' };

  it.each<[string, Parameters<typeof choose>[0], string, string]>([
    [
      'preferences of the call before all',
      { call: { preferences: [haiku], role: 'general' }, agent: { preferences: [opus] } },
      'claude-haiku-4-5',
      'call',
    ],
    [
      'the role of the call before the agent’s own',
      { call: { role: 'fast' }, agent: { preferences: [opus] } },
      'claude-haiku-4-5',
      'call',
    ],
    [
      'the agent’s preferences before its role',
      { agent: { preferences: [haiku], role: 'general' } },
      'claude-haiku-4-5',
      'agent',
    ],
    [
      'the agent’s role before the session’s default',
      { agent: { role: 'general' } },
      'claude-sonnet-5-5',
      'agent',
    ],
    ['the session’s default when nobody wishes', {}, 'm1', 'session'],
  ])('%s', (_what, given, model, source) => {
    const choice = choose(given);
    expect(choice.model).toBe(model);
    expect(choice.reason.source).toBe(source);
    expect(choice.notice).toBeUndefined();
  });

  it('a default that nobody chose is the matrix’s `general`', () => {
    const session = { provider: 'anthropic', model: undefined, because: 'it has a key', isChosen: false };
    expect(choose({ session })).toMatchObject({
      provider: 'anthropic',
      model: 'claude-sonnet-5-5',
      reason: { source: 'session', role: 'general', matrix: 'mine' },
    });
    expect(choose({ session, matrix: undefined })).toMatchObject({
      provider: 'anthropic',
      model: undefined,
      reason: { text: 'session default: it has a key' },
    });
  });

  it('what cannot be had is passed over to the next that has a say, and told', () => {
    const choice = choose({
      call: { preferences: [{ provider: 'gemini', model: 'gemini-*' }] },
      agent: { role: 'fast' },
    });
    expect(choice.model).toBe('claude-haiku-4-5');
    expect(choice.reason.source).toBe('agent');
    expect(choice.notice).toBe(
      'No model could be had as wished (preferences of the call: gemini not set up). anthropic → claude-haiku-4-5 answers instead.',
    );
  });
});

describe('a role (DL-42)', () => {
  it('gives the first candidate whose provider is set up and has a match, with its configuration', () => {
    expect(choose({ call: { role: 'reasoning' } })).toEqual({
      provider: 'anthropic',
      model: 'claude-opus-4-5-20251101',
      config: { reasoning_effort: 'high' },
      reason: {
        text: 'role "reasoning" of the call in matrix mine, after 1 that cannot be had',
        source: 'call',
        role: 'reasoning',
        matrix: 'mine',
        trail: [
          {
            by: 'role "reasoning" of the call',
            provider: 'openai',
            model: 'gpt-*-astra',
            outcome: 'no-provider',
          },
          {
            by: 'role "reasoning" of the call',
            provider: 'anthropic',
            model: 'claude-opus-4-5-20251101',
            outcome: 'chosen',
          },
        ],
      },
    });
  });

  it('of a chain is the first that can be had, and that is no news', () => {
    const choice = choose({ agent: { role: ['vision', 'fast', 'general'] } });
    expect(choice.model).toBe('claude-haiku-4-5');
    expect(choice.reason.trail.map(({ outcome }) => outcome)).toEqual(['no-provider', 'chosen']);
    expect(choice.notice).toBeUndefined();
  });

  it('that cannot be had ends at `general`, with a notice that says why', () => {
    const choice = choose({ agent: { role: ['vision', 'juggling'] } });
    expect(choice).toMatchObject({
      model: 'claude-sonnet-5-5',
      reason: { role: 'general', source: 'agent' },
    });
    expect(choice.reason.trail.map(({ by, outcome }) => `${by}: ${outcome}`)).toEqual([
      'role "vision" of the agent: no-provider',
      'role "juggling" of the agent: no-role',
      'role "general" of the agent: chosen',
    ]);
    expect(choice.notice).toContain('role "vision" of the agent: gemini not set up');
    expect(choice.notice).toContain('role "juggling" of the agent: the matrix has no such role');
  });

  it('that cannot be had at all ends at the session’s default', () => {
    const providers: AvailableProvider[] = [{ ...anthropic, models: ['something-else'] }];
    const choice = choose({ call: { role: 'fast' }, providers });
    expect(choice).toMatchObject({ provider: 'mine', model: 'm1', reason: { source: 'session' } });
    expect(choice.notice).toContain('nothing like anthropic → claude-haiku-*');
    expect(choice.notice).toContain('mine → m1 answers instead');
  });

  it('of another matrix’s making that is called like a property of objects is no role', () => {
    expect(choose({ call: { role: 'constructor' } }).reason.trail[0]).toMatchObject({ outcome: 'no-role' });
  });
});

describe('a candidate (DL-42)', () => {
  const preferring = (provider: string, model: string | undefined, providers: AvailableProvider[]) =>
    choose({ call: { preferences: [{ provider, model }] }, providers }).reason.trail[0];

  it.each<[string, string, string | undefined, Partial<AvailableProvider>, string, string | undefined]>([
    ['a name that is listed', 'anthropic', 'claude-sonnet-5', {}, 'chosen', 'claude-sonnet-5'],
    ['a name in another case', 'anthropic', 'Claude-Sonnet-5', {}, 'chosen', 'claude-sonnet-5'],
    [
      'a short name that is listed with its day',
      'anthropic',
      'claude-opus-4-5',
      {},
      'chosen',
      'claude-opus-4-5',
    ],
    ['a name that is not listed', 'anthropic', 'claude-opus-9', {}, 'no-match', 'claude-opus-9'],
    [
      'a name that our list cannot know',
      'anthropic',
      'claude-opus-9',
      { listedBy: 'shipped' },
      'chosen',
      'claude-opus-9',
    ],
    [
      'a name of a provider nobody asked',
      'anthropic',
      'claude-x',
      { models: undefined },
      'chosen',
      'claude-x',
    ],
    [
      'a glob of a provider nobody asked',
      'anthropic',
      'claude-*',
      { models: undefined },
      'no-list',
      'claude-*',
    ],
    ['no model: the provider’s default', 'anthropic', undefined, {}, 'chosen', undefined],
    [
      'a provider as other hosts write it',
      'provider-anthropic',
      'claude-sonnet-5',
      {},
      'chosen',
      'claude-sonnet-5',
    ],
  ])('can be %s', (_what, provider, model, more, outcome, found) => {
    const step = preferring(provider, model, [{ ...anthropic, ...more }]);
    expect(step).toMatchObject({ outcome });
    expect(step?.model).toBe(found);
  });
});
