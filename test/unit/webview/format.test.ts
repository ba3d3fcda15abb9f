/** Numbers as people read them. */
import { expect, it } from 'vitest';
import {
  formatBytes,
  formatCost,
  formatCountdown,
  formatDuration,
  formatElapsed,
  formatTokens,
} from '../../../webview/format.ts';

it.each([
  [0, '0 ms'],
  [12, '12 ms'],
  [999.4, '999 ms'],
  [3400, '3.4 s'],
  [4000, '4 s'],
  [9960, '10 s'],
  [52_000, '52 s'],
  [59_600, '1m 0s'],
  [130_000, '2m 10s'],
  [3_780_000, '1h 3m'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('elapsed time is in whole seconds, so that it does not flicker', () => {
  expect([999, 1999, 9999, 61_500].map(formatElapsed)).toEqual(['0 s', '1 s', '9 s', '1m 1s']);
});

it('a countdown never goes below zero', () => {
  expect([52_000, 725_000, 400, -5].map(formatCountdown)).toEqual(['0:52', '12:05', '0:01', '0:00']);
});

it('tokens are short', () => {
  expect([950, 1234, 48_200, 999_600, 1_250_000].map(formatTokens)).toEqual([
    '950',
    '1.2k',
    '48k',
    '1.0M',
    '1.3M',
  ]);
});

it('a small cost is not shown as nothing', () => {
  expect([0, 0.21, 0.004, 0.00001].map(formatCost)).toEqual(['$0.00', '$0.21', '$0.0040', '< $0.0001']);
});

it('sizes are in the units people know', () => {
  expect([1, 812, 8_200, 240_000, 1_400_000].map(formatBytes)).toEqual([
    '1 byte',
    '812 bytes',
    '8.2 KB',
    '240 KB',
    '1.4 MB',
  ]);
});
