/** The host's time on another machine. */
import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClock } from '../../../../webview/session/clock.ts';
import { watchSilence } from '../../../../webview/session/silence.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

it("is this machine's time until events tell otherwise", () => {
  expect(createClock(signal(false)).now()).toBe(1_000_000);
});

it('follows a host whose clock is ahead or behind', () => {
  const ahead = createClock(signal(false));
  ahead.observe(1_060_000);
  expect(ahead.now()).toBe(1_060_000);
  const behind = createClock(signal(false));
  behind.observe(900_000);
  // An old event that comes again says nothing about the clocks.
  behind.observe(100_000);
  expect(behind.now()).toBe(900_000);
});

it('ticks only while it is needed', () => {
  const isNeeded = signal(false);
  const { ticking } = createClock(isNeeded);
  vi.advanceTimersByTime(5_000);
  expect(ticking.value).toBe(1_000_000);
  isNeeded.value = true;
  vi.advanceTimersByTime(3_000);
  expect(ticking.value).toBe(1_008_000);
  isNeeded.value = false;
  vi.advanceTimersByTime(3_000);
  expect(ticking.value).toBe(1_008_000);
  expect(vi.getTimerCount()).toBe(0);
});

it('silence after a message is looked into, again while something is waited for', () => {
  const answers = [true, true, false];
  const check = vi.fn(() => answers.shift() ?? false);
  const { heard } = watchSilence(check);
  vi.advanceTimersByTime(10_000);
  expect(check).not.toHaveBeenCalled();
  heard();
  vi.advanceTimersByTime(1_000);
  heard();
  vi.advanceTimersByTime(1_000);
  expect(check).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(check).toHaveBeenCalledTimes(3);
});
