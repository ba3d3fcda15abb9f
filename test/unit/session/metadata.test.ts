/** What metadata.json holds, and what is read of other hosts' (DL-30). */
import { describe, expect, test } from 'vitest';
import { emptyHead } from '../../../src/protocol/session-head.ts';
import { metadataText, readMetadata } from '../../../src/session/metadata.ts';

describe('metadata', () => {
  test('reads back as it was written, under the names other hosts know', () => {
    const head = {
      ...emptyHead('s1', '/project', 'root', 1_700_000_000_000),
      title: 'A title',
      model: 'script',
    };

    const text = metadataText({ head, others: { config: { bundle: 'x' } } });

    expect(JSON.parse(text)).toMatchObject({
      session_id: 's1',
      agent_name: 'root',
      created: '2023-11-14T22:13:20.000Z',
      turn_count: 0,
      model: 'script',
      title: 'A title',
    });
    expect(readMetadata(text, 's1')).toEqual({ head, others: { config: { bundle: 'x' } } });
  });

  test('of another host gives a head, and what else it wrote is kept', () => {
    const text = JSON.stringify({
      session_id: 's1',
      parent_id: 'p1',
      agent_name: 'explorer',
      created: '2023-11-14T22:13:20.000Z',
      config: { session: {} },
      turn_count: 3,
      model: 'some-model',
      title: null,
      working_dir: '/project',
    });

    const metadata = readMetadata(text, 's1');

    expect(metadata?.head).toMatchObject({
      session_id: 's1',
      parent_id: 'p1',
      agent: 'explorer',
      cwd: '/project',
      created_at: 1_700_000_000_000,
      turn_count: 3,
      model: 'some-model',
      title: 'New session',
    });
    expect(metadata?.others).toMatchObject({ config: { session: {} }, working_dir: '/project' });
  });

  test('of a folder that was copied is that of the copy', () => {
    const text = metadataText({ head: emptyHead('s1', '/project', 'root', 0), others: {} });

    expect(readMetadata(text, 's2')?.head.session_id).toBe('s2');
  });

  test.each(['', '{"session_id":', 'null', '[]', '{"session_id":"s1"}', '{"session_id":"s1","cwd":7}'])(
    'is not %j',
    (text) => {
      expect(readMetadata(text, 's1')).toBeUndefined();
    },
  );
});
