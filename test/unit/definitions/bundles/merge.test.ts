/** Bundles laid over one another, line by line of the merge rules (DL-13). */
import { describe, expect, it } from 'vitest';
import type { BundleParts } from '../../../../src/definitions/bundles/bundle.ts';
import { mergeBundles } from '../../../../src/definitions/bundles/merge.ts';

const origin = { file: 'a', isRemote: false };
const empty: BundleParts = {
  name: '',
  description: '',
  file: '',
  session: { more: {} },
  providers: [],
  tools: [],
  hooks: [],
  components: [],
  agents: [],
  context: [],
  spawn: {},
  instruction: '',
};
const merged = (below: Partial<BundleParts>, above: Partial<BundleParts>) =>
  mergeBundles({ ...empty, ...below }, { ...empty, ...above });
const module = (name: string, more: object = {}) => ({ module: name, config: {}, origin, ...more });
const agent = (name: string, file: string) => ({ name, namespace: 'n', file, origin });
const context = (key: string, file: string) => ({ key, file, origin });

describe('merging (DL-13)', () => {
  it.each<[string, Partial<BundleParts>, Partial<BundleParts>, object]>([
    [
      'the session deep, its lists joined without repeating',
      {
        session: {
          orchestrator: module('loop', { config: { a: 1, l: [1, 2] } }),
          more: { raw: { x: [1] }, keep: 1 },
        },
      },
      {
        session: {
          orchestrator: module('loop', { config: { b: 2, l: [2, 3] } }),
          more: { raw: { x: [1, 2] } },
        },
      },
      {
        session: {
          orchestrator: module('loop', { config: { a: 1, b: 2, l: [1, 2, 3] } }),
          more: { raw: { x: [1, 2] }, keep: 1 },
        },
      },
    ],
    [
      'another loop without the way the one below is started',
      { session: { orchestrator: module('mine', { service: { command: ['x'] } }), more: {} } },
      { session: { orchestrator: module('loop'), more: {} } },
      { session: { orchestrator: module('loop'), more: {} } },
    ],
    [
      'spawn deep with lists joined',
      { spawn: { tools: ['a'] } },
      { spawn: { tools: ['b', 'a'] } },
      { spawn: { tools: ['a', 'b'] } },
    ],
    ...(['providers', 'tools', 'hooks'] as const).map(
      (key): [string, Partial<BundleParts>, Partial<BundleParts>, object] => [
        `${key} by id or module, configs deep`,
        { [key]: [module('a', { config: { x: { y: 1, z: 1 } } }), module('b'), module('b', { id: 'two' })] },
        {
          [key]: [
            module('c'),
            module('a', { config: { x: { y: 2 } } }),
            module('b', { id: 'two', config: { q: 1 } }),
          ],
        },
        {
          [key]: [
            module('a', { config: { x: { y: 2, z: 1 } } }),
            module('b'),
            module('b', { id: 'two', config: { q: 1 } }),
            module('c'),
          ],
        },
      ],
    ),
    [
      'agents by name',
      { agents: [agent('a', 'old'), agent('b', 'b')] },
      { agents: [agent('a', 'new')] },
      { agents: [agent('a', 'new'), agent('b', 'b')] },
    ],
    [
      'context gathered, each once',
      { context: [context('n:a', 'a'), context('n:b', 'b')] },
      { context: [context('m:a', 'c'), context('n:a', 'a')] },
      { context: [context('n:a', 'a'), context('n:b', 'b'), context('m:a', 'c')] },
    ],
    [
      'the instruction from the last that has one',
      { instruction: 'below' },
      { instruction: ' ' },
      { instruction: 'below' },
    ],
    ['or the last', { instruction: 'below' }, { instruction: 'above' }, { instruction: 'above' }],
    [
      'name, version and file from the last',
      { name: 'a', version: '1', file: 'a' },
      { name: 'b', version: '2', file: 'b' },
      { name: 'b', version: '2', file: 'b' },
    ],
  ])('takes %s', (_what, below, above, expected) => {
    expect(merged(below, above)).toMatchObject(expected);
  });

  it('changes neither of the two, and keys of a map never its prototype', () => {
    const below = Object.freeze({
      tools: Object.freeze([module('a', { config: Object.freeze({ x: [1] }) })]),
    });
    const config = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    expect(merged(below, { tools: [module('a', { config })] }).tools[0]!.config).toEqual({ x: [1] });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
