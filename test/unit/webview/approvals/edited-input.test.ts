/** Editing what will run, in full, before it is allowed. */
import { describe, expect, it } from 'vitest';
import { draftOf, editedInput } from '../../../../webview/approvals/input-draft.ts';
import { wholeValue } from '../../../../webview/approvals/whole-value.ts';
import { createBlobs } from '../../../../webview/session/blobs.ts';

describe('what is edited', () => {
  it.each([
    ['bash', { command: 'ls', timeout: 3 }, { field: 'command', text: 'ls' }],
    ['write_file', { file_path: 'a', content: 'x' }, { field: 'content', text: 'x' }],
    ['edit_file', { file_path: 'a', old_string: 'o', new_string: 'n' }, { field: 'new_string', text: 'n' }],
    ['other', { a: 1 }, { field: undefined, text: '{\n  "a": 1\n}' }],
    [undefined, { a: 1 }, { field: undefined, text: '{\n  "a": 1\n}' }],
  ])('of %s is its text, or the whole input', (name, input, draft) => {
    expect(draftOf(name, input)).toEqual(draft);
  });

  it('changes only that text of the input', () => {
    const input = { command: 'ls', timeout: 3 };
    expect(editedInput(input, { field: 'command', text: 'ls -l' })).toEqual({
      type: 'input',
      input: { command: 'ls -l', timeout: 3 },
    });
  });

  it('as JSON has to be an object', () => {
    expect(editedInput({}, { field: undefined, text: '{"a":2}' })).toEqual({
      type: 'input',
      input: { a: 2 },
    });
    expect(editedInput({}, { field: undefined, text: '[1]' }).type).toBe('invalid');
    expect(editedInput({}, { field: undefined, text: '{' }).type).toBe('invalid');
  });
});

describe('an input that the log keeps elsewhere', () => {
  const unasked = (ref: string) => expect.unreachable(`${ref} was asked for`);
  const reference = (ref: string) => ({ $ref: ref, bytes: 9000, preview: 'b' });

  it('is put together from its parts as they arrive', () => {
    const blobs = createBlobs(unasked);
    const input = { file_path: 'a', content: reference('r1') };
    expect(wholeValue(input, blobs)).toEqual({ state: 'reading', refs: ['r1'] });
    blobs.take({ type: 'blob', sessionId: 's1', ref: 'r1', text: 'all of it' });
    expect(wholeValue(input, blobs)).toEqual({
      state: 'whole',
      value: { file_path: 'a', content: 'all of it' },
    });
  });

  it('as a whole is read as JSON', () => {
    const blobs = createBlobs(unasked);
    blobs.take({ type: 'blob', sessionId: 's1', ref: 'r1', text: '{"a":1}' });
    expect(wholeValue(reference('r1'), blobs)).toEqual({ state: 'whole', value: { a: 1 } });
  });

  it('that cannot be read says why', () => {
    const blobs = createBlobs(unasked);
    blobs.take({ type: 'blob', sessionId: 's1', ref: 'r1', text: '', error: 'gone' });
    expect(wholeValue({ content: reference('r1') }, blobs)).toEqual({ state: 'failed', message: 'gone' });
  });

  it('is asked for once', () => {
    const asked: string[] = [];
    const blobs = createBlobs((ref) => asked.push(ref));
    blobs.read('r1');
    blobs.read('r1');
    blobs.take({ type: 'blob', sessionId: 's1', ref: 'r1', text: 'x' });
    blobs.read('r1');
    expect(asked).toEqual(['r1']);
  });
});
