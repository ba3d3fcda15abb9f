/** Arguments of tool calls, JSON or not (RT-52). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { invalidArguments, readArguments } from '../../../../src/sdk/provider/tool-arguments.ts';

test.each([
  ['{"a": 1}', { a: 1 }],
  [{ a: 1 }, { a: 1 }],
  ['', {}],
  ['  ', {}],
  [undefined, {}],
  [null, {}],
  ['null', {}],
  ['{"a": ', { $invalid_arguments: '{"a": ' }],
  ['[1]', { $invalid_arguments: '[1]' }],
  ['"text"', { $invalid_arguments: '"text"' }],
  [[1], { $invalid_arguments: '[1]' }],
])('arguments %j are read as %j (RT-52)', (raw, expected) => {
  expect(readArguments(raw)).toEqual(expected);
});

test('what the model wrote can be told from arguments (RT-52)', () => {
  expect(invalidArguments(readArguments('{"a": '))).toBe('{"a": ');
  expect(invalidArguments({ a: 1 })).toBeUndefined();
});

test('any text is read without failing, any object comes back as it was (RT-52)', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof readArguments(text) === 'object'));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(readArguments(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
