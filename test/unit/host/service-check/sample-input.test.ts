/** Input made up from JSON Schemas: what fits them and what does not (RT-3). */
import { describe, expect, it } from 'vitest';
import { invalidInputs, sampleOf } from '../../../../src/host/service-check/sample-input.ts';

const object = (properties: object, required: string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
});

describe('a sample', () => {
  it.each<[string, object, unknown]>([
    ['text', { type: 'string' }, 'sample'],
    ['text of a least length', { type: 'string', minLength: 8 }, 'samplexx'],
    ['text of a largest length', { type: 'string', maxLength: 3 }, 'sam'],
    ['an address at which nothing answers', { type: 'string', format: 'uri' }, 'http://127.0.0.1:9/'],
    ['a number', { type: 'number' }, 1],
    ['a number within bounds', { type: 'integer', minimum: 5, maximum: 6 }, 5],
    ['a number below a limit', { type: 'integer', maximum: 0 }, 0],
    ['a number above a limit', { type: 'integer', exclusiveMinimum: 3 }, 4],
    ['a multiple', { type: 'integer', minimum: 7, multipleOf: 5 }, 10],
    ['the first choice', { enum: ['b', 'a'] }, 'b'],
    ['the default', { type: 'string', default: 'mine' }, 'mine'],
    ['the example', { type: 'string', pattern: '^[a-f]+$', examples: ['abc'] }, 'abc'],
    ['the constant', { const: 7 }, 7],
    ['the first of several types', { type: ['integer', 'null'] }, 1],
    ['the first of several schemas', { anyOf: [{ type: 'boolean' }, { type: 'string' }] }, false],
    [
      'no more items than needed',
      { type: 'array', items: { type: 'string' }, minItems: 2 },
      ['sample', 'sample'],
    ],
    ['an empty list', { type: 'array', items: { type: 'string' } }, []],
    ['only what is required', object({ a: { type: 'null' }, b: { type: 'string' } }, ['a']), { a: null }],
    [
      'what a reference leads to',
      { ...object({ it: { $ref: '#/$defs/it' } }), $defs: { it: object({ n: { type: 'number' } }) } },
      { it: { n: 1 } },
    ],
    [
      'all parts of a whole',
      { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'boolean' } })] },
      { a: 'sample', b: false },
    ],
  ])('is %s', (_what, schema, expected) => {
    expect(sampleOf(schema)).toEqual(expected);
  });

  it('of a schema that contains itself comes to an end', () => {
    const schema = { ...object({ child: { $ref: '#' } }) };
    expect(JSON.stringify(sampleOf(schema)).length).toBeLessThan(200);
  });
});

describe('invalid input', () => {
  it('lacks what is required, or has something of a wrong type, one fault at a time', () => {
    const schema = object({ path: { type: 'string' }, lines: { type: 'integer' } });
    expect(invalidInputs(schema)).toEqual([
      { input: { lines: 1 }, why: '"path" is missing' },
      { input: { path: 0, lines: 1 }, why: '"path" is a number' },
    ]);
  });

  it('is of a wrong type where nothing is required', () => {
    const schema = object({ any: {}, deep: { type: 'boolean' } }, []);
    expect(invalidInputs(schema)).toEqual([{ input: { deep: 'x' }, why: '"deep" is text' }]);
  });

  it('does not exist for a schema that allows every object', () => {
    expect(invalidInputs({ type: 'object', properties: {} })).toEqual([]);
    expect(
      invalidInputs({ type: 'object', properties: { a: {}, b: { type: ['string', 'number'] } } }),
    ).toEqual([]);
  });
});
