/** How refusals are told, and how long a server asks to wait (RT-43, RT-52). */
import { describe, expect, test } from 'vitest';
import { type Refusal, refused, retryAfterMs } from '../../../../src/sdk/provider/failure.ts';
import type { Vendor } from '../../../../src/sdk/provider/vendor.ts';

const vendor: Vendor = {
  name: 'studio',
  title: 'Studio',
  keyVariable: 'STUDIO_API_KEY',
  baseUrlVariable: 'STUDIO_BASE_URL',
  baseUrl: 'https://api.studio.example',
  defaultModel: 'desk-1',
};
const tell = (refusal: Partial<Refusal>) =>
  refused(
    { vendor, baseUrl: vendor.baseUrl, model: 'desk-1' },
    { status: undefined, message: '', ...refusal },
  );

describe('a refusal', () => {
  test.each([
    [{ code: 'overloaded_error' }, 'network', true],
    [{ code: 'api_error' }, 'network', true],
    [{ code: 'server_error' }, 'network', true],
    [{ code: 'rate_limit_exceeded' }, 'rate_limit', true],
    [{ code: 'authentication_error' }, 'auth', false],
    [{ code: 'invalid_request_error' }, 'model', false],
    [{ status: 400, code: 'server_error' }, 'model', false],
    [{ status: 408 }, 'network', true],
    [{ status: 413 }, 'model', false],
    [{ status: 429, code: 'insufficient_quota' }, 'rate_limit', false],
  ] as const)('%j is of the kind %s (RT-52)', (refusal, kind, retryable) => {
    expect(tell(refusal)).toMatchObject({ kind, retryable, service: 'studio' });
  });

  test('of a conversation that is too long says what helps (RT-52)', () => {
    expect(tell({ status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' }).remedy).toBe(
      'Compact the conversation or start a new session.',
    );
  });

  test('of a used-up quota points to the bill (RT-52)', () => {
    expect(tell({ status: 429, code: 'insufficient_quota' }).remedy).toContain('billing');
  });

  test('with a long body is told in part, on one line (RT-52)', () => {
    const { message } = tell({ status: 500, message: `<html>\n${'x'.repeat(5000)}</html>` });

    expect(message.length).toBeLessThan(700);
    expect(message).not.toContain('\n');
  });
});

describe('the time to wait', () => {
  const wait = (headers: Record<string, string>) => retryAfterMs(new Headers(headers));

  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '250', 'retry-after': '3' }, 250],
    [{ 'retry-after': '-1' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('of %j is %s ms (RT-43)', (headers, expected) => {
    expect(wait(headers as Record<string, string>)).toBe(expected);
  });

  test('may be given as a date (RT-43)', () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();

    expect(wait({ 'retry-after': inAMinute })).toBeGreaterThan(50_000);
    expect(wait({ 'retry-after': new Date(0).toUTCString() })).toBe(0);
  });
});
