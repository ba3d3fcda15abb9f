/** What a sidecar file may say (AT-42). */
import { expect, it } from 'vitest';
import { parseSidecar } from '../../../src/definitions/sidecar.ts';

const values = (text: string) => Object.fromEntries(parseSidecar(text, 'x.env').values);

it.each([
  ['KEY=value', { KEY: 'value' }],
  ['\uFEFFKEY=value', { KEY: 'value' }],
  ['export KEY=value', { KEY: 'value' }],
  ['  KEY = value  ', { KEY: 'value' }],
  ['KEY="a # b = c"  # why', { KEY: 'a # b = c' }],
  ['KEY=\'{"a": 1}\'', { KEY: '{"a": 1}' }],
  ['KEY=C:\\new\\table', { KEY: 'C:\\new\\table' }],
  ['KEY=a#b # comment', { KEY: 'a#b' }],
  ['KEY=a=b==', { KEY: 'a=b==' }],
  ['KEY=', { KEY: '' }],
  ['KEY= # none', { KEY: '' }],
  ['# KEY=x\r\n\r\nA=1\r\nA=2\n', { A: '2' }],
  ['__proto__=1', { ['__proto__']: '1' }],
])('%j is read (AT-42)', (text, expected) => {
  expect(values(text)).toEqual(expected);
  expect(parseSidecar(text, 'x.env').diagnostics).toEqual([]);
});

it('a line that is broken is told with its place and not quoted; the others count (AT-42)', () => {
  const { values: read, diagnostics } = parseSidecar('A=1\nhunter2\n\nB="hunter2\n2C=hunter2\nD=4', 'x.env');
  expect([...read]).toEqual([
    ['A', '1'],
    ['D', '4'],
  ]);
  expect(diagnostics).toMatchObject([
    { file: 'x.env', line: 2, column: 1, remedy: expect.stringContaining('KEY=VALUE') },
    { file: 'x.env', line: 4, column: 1, message: expect.stringContaining('quotes of B') },
    { file: 'x.env', line: 5, column: 1 },
  ]);
  expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
});
