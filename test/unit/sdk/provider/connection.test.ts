/** Where requests go and with which key (RT-52). */
import { describe, expect, test } from 'vitest';
import { ConnectionConfig, connectionOf } from '../../../../src/sdk/provider/connection.ts';
import type { Vendor } from '../../../../src/sdk/provider/vendor.ts';

const vendor: Vendor = {
  name: 'studio',
  title: 'Studio',
  keyVariable: 'STUDIO_API_KEY',
  baseUrlVariable: 'STUDIO_BASE_URL',
  baseUrl: 'https://api.studio.example/v1',
  defaultModel: 'desk-1',
};
const connect = (config: Record<string, unknown>, environment = {}) =>
  connectionOf(vendor, ConnectionConfig.parse(config), environment);

describe('a connection', () => {
  test('goes to the vendor with the key of the environment (RT-52)', () => {
    expect(connect({}, { STUDIO_API_KEY: ' key ' })).toEqual({
      baseUrl: 'https://api.studio.example/v1',
      apiKey: 'key',
      isVendorsOwn: true,
      timeoutMs: 120_000,
      headers: {},
    });
  });

  test.each([
    ['https://eu.api.studio.example/v1', true],
    ['https://api.studio.example', true],
    ['https://notapi.studio.example', false],
    ['https://api.studio.example.evil.test', false],
    ['http://localhost:11434/v1', false],
  ])('to %s: the vendor’s own is %s (RT-52)', (base_url, isVendorsOwn) => {
    expect(connect({ base_url, api_key: 'k' }).isVendorsOwn).toBe(isVendorsOwn);
  });

  test('needs a key at the vendor’s own address only (RT-52)', () => {
    expect(() => connect({})).toThrow('There is no API key for Studio.');
    expect(() => connect({ base_url: 'https://eu.api.studio.example' }, { STUDIO_API_KEY: '  ' })).toThrow();
    expect(connect({ base_url: 'http://localhost:8000/' })).toMatchObject({
      baseUrl: 'http://localhost:8000',
      apiKey: undefined,
    });
  });
});
