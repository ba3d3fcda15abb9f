/** Where links of a message lead. */
import { expect, it } from 'vitest';
import { linkTarget } from '../../../../webview/markdown/links.ts';

it.each([
  ['https://example.com/a?b#c', { type: 'openLink', url: 'https://example.com/a?b#c' }],
  ['mailto:a@example.com', { type: 'openLink', url: 'mailto:a@example.com' }],
  ['src/upload.ts', { type: 'openFile', path: 'src/upload.ts' }],
  ['src/upload.ts#L88', { type: 'openFile', path: 'src/upload.ts', line: 88 }],
  ['src/upload.ts:88', { type: 'openFile', path: 'src/upload.ts', line: 88 }],
  ['upload.ts:88', { type: 'openFile', path: 'upload.ts', line: 88 }],
  ['src/upload.ts#L10-L20', { type: 'openFile', path: 'src/upload.ts', line: 10 }],
  ['C:/code/a.ts', { type: 'openFile', path: 'C:/code/a.ts' }],
  ['docs/my%20file.md', { type: 'openFile', path: 'docs/my file.md' }],
  ['docs/100%.md', { type: 'openFile', path: 'docs/100%.md' }],
])('%s is followed', (href, target) => {
  expect(linkTarget(href)).toEqual(target);
});

it.each([
  'javascript:alert(1)',
  'command:x',
  'vscode:x',
  'file:///etc/passwd',
  'ssh://host',
  '#part',
  '',
  '//host/share',
  '\\\\host\\share',
  '%5C%5Chost/share',
])('"%s" is not followed', (href) => {
  expect(linkTarget(href)).toBeUndefined();
});
