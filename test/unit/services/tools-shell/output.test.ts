import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liveOutput } from '../../../../src/services/tools-shell/live-output.ts';
import { OutputCapture } from '../../../../src/services/tools-shell/output-capture.ts';

describe('the output that is kept (RT-50)', () => {
  test('is all of it up to the limit', () => {
    const capture = new OutputCapture(10);
    capture.push(Buffer.from('01234'));
    capture.push(Buffer.from('56789'));
    expect(capture.text()).toBe('0123456789');
    expect(capture.isTruncated).toBe(false);
  });

  test('is beyond it 40 % from either end, and says how much is left out', () => {
    const capture = new OutputCapture(100_000);
    for (let index = 0; index < 30_000; index += 1)
      capture.push(Buffer.from(`${String(index).padStart(9, '0')}\n`));
    const text = capture.text();
    expect(capture.isTruncated).toBe(true);
    expect(text.startsWith('000000000\n000000001\n')).toBe(true);
    expect(text.endsWith('000029998\n000029999\n')).toBe(true);
    expect(text).toContain('\n[... 220000 of 300000 bytes left out here ...]\n');
    expect(Buffer.byteLength(text)).toBeLessThan(80_100);
  });

  test('cuts no character in two', () => {
    const capture = new OutputCapture(100);
    capture.push(Buffer.from(`a${'é'.repeat(500)}`));
    expect(capture.text()).not.toContain('\uFFFD');
  });

  test('is the same however it comes (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 30 }), (parts) => {
        const whole = new OutputCapture(50);
        whole.push(Buffer.from(parts.join('')));
        const inParts = new OutputCapture(50);
        for (const part of parts) inParts.push(Buffer.from(part));
        expect(inParts.text()).toBe(whole.text());
      }),
    );
  });
});

describe('the output shown while a command runs (RT-50)', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('comes at once, then joined', () => {
    const sent: string[] = [];
    using live = liveOutput((text) => sent.push(text));
    for (const text of ['a', 'b', 'c']) live.push(text);
    expect(sent).toEqual(['a']);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual(['a', 'bc']);
    vi.advanceTimersByTime(1_000);
    live.push('d');
    expect(sent).toEqual(['a', 'bc', 'd']);
  });

  test('of a flood is the latest part, with how much was passed over', () => {
    const sent: string[] = [];
    using live = liveOutput((text) => sent.push(text));
    live.push('start');
    for (let index = 0; index < 100; index += 1) live.push('x'.repeat(1_000));
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe(`\n[92000 characters not shown]\n${'x'.repeat(8_000)}`);
  });

  test('of a flood without end stops being shown', () => {
    const sent: string[] = [];
    using live = liveOutput((text) => sent.push(text));
    for (let index = 0; index < 1_000; index += 1) {
      live.push('x'.repeat(5_000));
      vi.advanceTimersByTime(100);
    }
    expect(sent.join('').length).toBeLessThan(510_000);
    expect(sent.at(-1)).toContain('no more is shown');
  });

  test('is complete when it ends', () => {
    const sent: string[] = [];
    {
      using live = liveOutput((text) => sent.push(text));
      live.push('a');
      live.push('b');
    }
    expect(sent).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
