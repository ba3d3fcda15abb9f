/** The parts a service's figures are made of (RT-35). */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processMemory } from '../../../src/host/monitor/process-memory.ts';
import { RecentDurations } from '../../../src/host/monitor/recent-durations.ts';
import { ServiceLog } from '../../../src/host/monitor/service-log.ts';
import { NO_SECRETS } from '../../../src/protocol/known-secrets.ts';
import { durationText, memoryText } from '../../../src/protocol/service-status.ts';

const shares = { p50: 0.5, p95: 0.95 };

it('gives percentiles of the calls, and none before the first', () => {
  const durations = new RecentDurations();
  expect(durations.percentiles(shares)).toEqual({});
  for (let ms = 100; ms >= 1; ms -= 1) durations.add(ms);
  expect(durations.percentiles(shares)).toEqual({ p50: 50, p95: 95 });
});

it('forgets old calls, so that a slow start does not stay in the figures', () => {
  const durations = new RecentDurations();
  for (let call = 0; call < 300; call += 1) durations.add(call < 40 ? 5_000 : 1);
  expect(durations.percentiles(shares)).toEqual({ p50: 1, p95: 1 });
});

it('keeps the last part of a flood with times and levels, secrets masked', () => {
  const log = new ServiceLog(NO_SECRETS);
  for (let line = 0; line < 10_000; line += 1) log.add(`line ${line} ${'x'.repeat(50)}`, 'info');
  log.add('key sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789', 'warning');
  const text = log.text();
  expect(text.length).toBeLessThan(400_000);
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {4}line \d+/);
  expect(text).toContain('line 9999');
  expect(text).not.toContain('line 100 ');
  expect(text).toContain(' warning key ');
  expect(text).not.toContain('abcdefghijklmnop');
});

it('tells the memory of other processes, and nothing of those that are gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
  try {
    const memory = await processMemory([process.pid, child.pid!, gone]);
    expect(memory.get(process.pid)).toBeGreaterThan(10 * 1024 * 1024);
    expect(memory.get(child.pid!)).toBeGreaterThan(0);
    expect(memory.has(gone)).toBe(false);
  } finally {
    child.kill('SIGKILL');
  }
});

it.each([
  [812 * 1024, '812 KB'],
  [43_306_000, '41.3 MB'],
])('writes %d bytes as %s', (bytes, text) => expect(memoryText(bytes)).toBe(text));

it.each([
  [0.42, '0.4 ms'],
  [119.6, '120 ms'],
  [2_480, '2.5 s'],
])('writes %d ms as %s', (ms, text) => expect(durationText(ms)).toBe(text));
