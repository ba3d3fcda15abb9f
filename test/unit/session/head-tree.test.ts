/** Sessions as a tree (DL-34). */
import { describe, expect, test } from 'vitest';
import { emptyHead, type SessionHead } from '../../../src/protocol/session-head.ts';
import { fitsFilter, flatten, prune, subtree, treeOf } from '../../../src/session/head-tree.ts';

const head = (id: string, more: Partial<SessionHead> = {}): SessionHead => ({
  ...emptyHead(id, '/project', 'build', 0),
  ...more,
});
const heads = [
  head('b', { title: 'Fix the parser' }),
  head('a1', { parent_id: 'a', agent: 'scout', phase: 'tools' }),
  head('a', { title: 'Look around' }),
  head('a1x', { parent_id: 'a1', agent: 'coder', title: 'Parser tests' }),
  head('lost', { parent_id: 'gone' }),
];
const shape = (nodes: ReturnType<typeof treeOf>) =>
  flatten(nodes).map(({ head, depth }) => `${depth} ${head.session_id}`);

describe('the tree of sessions', () => {
  test('has children below their parents, and those of an unknown parent at the top', () => {
    expect(shape(treeOf(heads))).toEqual(['0 b', '0 a', '1 a1', '2 a1x', '0 lost']);
  });

  test('is cut at a session', () => {
    expect(shape([subtree(heads, 'a1')!])).toEqual(['0 a1', '1 a1x']);
    expect(subtree(heads, 'nothing')).toBeUndefined();
  });

  test('keeps what is above a session that fits, and nothing else', () => {
    const found = (filter: Parameters<typeof fitsFilter>[0]) =>
      shape(prune(treeOf(heads), fitsFilter(filter)));

    expect(found({ search: 'PARSER' })).toEqual(['0 b', '0 a', '1 a1', '2 a1x']);
    expect(found({ agent: 'scout' })).toEqual(['0 a', '1 a1']);
    expect(found({ status: 'running' })).toEqual(['0 a', '1 a1']);
    expect(found({ status: 'idle', search: 'fix' })).toEqual(['0 b']);
    expect(found({ search: 'nowhere' })).toEqual([]);
  });
});
