/** What is too large for the log goes by reference (design §4). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventBody, type EventOf, isReferenced } from '../../../src/protocol/events.ts';
import { blobRef } from '../../../src/session/blobs.ts';
import { isLarge, LARGE_BYTES, withoutLargeValues } from '../../../src/session/large-values.ts';
import { message, toolFinished, toolStarted } from '../../builders/session-events.ts';

describe('a value of an event', () => {
  test('stays where it is up to 8 KB', () => {
    const body = toolFinished('c1', 'x'.repeat(LARGE_BYTES));

    expect(shrunk(body)).toEqual({ body, kept: new Map() });
  });

  test('over 8 KB becomes a reference with its size and beginning', () => {
    const text = `€${'x'.repeat(LARGE_BYTES)}`;

    const { body, kept } = shrunk(toolFinished('c1', text));

    expect(body).toMatchObject({
      output: { $ref: blobRef(text), bytes: LARGE_BYTES + 3, preview: text.slice(0, 400) },
    });
    expect(kept).toEqual(new Map([[blobRef(text), text]]));
  });

  test('is counted in bytes, not in characters', () => {
    expect(isLarge('€'.repeat(2_730))).toBe(false);
    expect(isLarge('€'.repeat(2_731))).toBe(true);
  });

  test('that is large inside an input leaves its neighbours readable', () => {
    const content = 'y'.repeat(20_000);

    const { body } = shrunk(toolStarted('c1', { file_path: 'src/a.ts', content }));

    const input = (body as EventOf<'tool.started'>).input;
    expect(input.file_path).toBe('src/a.ts');
    expect(isReferenced(input.content)).toBe(true);
  });

  test('that is large as a whole goes as JSON, and its parts are not stored twice', () => {
    const output = Array.from({ length: 40 }, (_, index) => ({
      file: `f${index}`,
      content: 'z'.repeat(9_000),
    }));

    const { body, kept } = shrunk(toolFinished('c1', output));

    const json = JSON.stringify(output);
    expect(body).toMatchObject({ output: { $ref: blobRef(json), bytes: json.length } });
    expect([...kept.keys()]).toEqual([blobRef(json)]);
  });

  test('of an approval shrinks inside its subject, never the names and reasons around it', () => {
    const { body } = shrunk({
      type: 'approval.requested',
      approval_id: 'a1',
      prompt: 'Write?',
      options: ['Deny'],
      deadline_at: 0,
      default: 'deny',
      subject: {
        tool_name: 'write_file',
        reason: 'changes a file',
        tool_input: { content: 'x'.repeat(9_000) },
      },
      path: ['root'],
    });

    const { subject } = body as EventOf<'approval.requested'>;
    expect(subject).toMatchObject({ tool_name: 'write_file', reason: 'changes a file' });
    expect(isReferenced(subject.tool_input?.content)).toBe(true);
  });

  test('that is what the model said stays whole: its schema says text', () => {
    const body = message('x'.repeat(20_000));

    expect(shrunk(body).body).toBe(body);
  });

  test('never leaves more than 8 KB, and never half a character in a preview', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 1, max: 3_000 }), (value, times) => {
        const output = {
          value,
          long: '𝄞'.repeat(times),
          list: Array.from({ length: 9 }, () => '𝄞'.repeat(times)),
        };

        const { body, kept } = shrunk(toolFinished('c1', output));

        const left = JSON.stringify((body as EventOf<'tool.finished'>).output);
        expect(isLarge(left)).toBe(false);
        expect(left).not.toMatch(/\\ud[89ab]/i);
        for (const [ref, text] of kept) expect(blobRef(text)).toBe(ref);
      }),
    );
  });
});

function shrunk(body: EventBody): { body: EventBody; kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { body: withoutLargeValues(body, (ref, text) => kept.set(ref, text)), kept };
}
