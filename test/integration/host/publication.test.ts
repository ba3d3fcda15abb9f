/** Who may look at a host's services from outside, and what that costs (RT-35). */
import fs from 'node:fs';
import { createConnection } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LiveHosts } from '../../../src/host/monitor/live-hosts.ts';
import { HostFile, Publication } from '../../../src/host/monitor/publication.ts';
import type { ServiceMonitor } from '../../../src/host/monitor/service-monitor.ts';
import { statusOf } from '../../builders/service-status.ts';

async function openPublication() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-run-'));
  const listeners = new Set<() => void>();
  let calls = 0;
  const services: ServiceMonitor = {
    list: () => [statusOf({ calls })],
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    stop: async () => undefined,
    log: () => '',
  };
  const publication = new Publication(home, services, 'the test');
  onTestFinished(async () => {
    await publication[Symbol.asyncDispose]();
    fs.rmSync(home, { recursive: true, force: true });
  });
  publication.open();
  const files = () =>
    fs.existsSync(path.join(home, 'run'))
      ? fs.readdirSync(path.join(home, 'run')).filter((name) => name.endsWith('.json'))
      : [];
  await expect.poll(files).toHaveLength(1);
  const file = path.join(home, 'run', files()[0]!);
  return {
    home,
    file,
    files,
    publication,
    host: HostFile.parse(JSON.parse(fs.readFileSync(file, 'utf8'))),
    listeners,
    change() {
      calls += 1;
      for (const listener of listeners) listener();
    },
  };
}

it('listens to the services only while somebody looks, who sees each change', async () => {
  const { home, listeners, change } = await openPublication();
  expect(listeners.size).toBe(0);
  const hosts = new LiveHosts(home, () => undefined);
  onTestFinished(() => hosts[Symbol.dispose]());
  await expect.poll(() => hosts.list()).toMatchObject([{ title: 'the test', pid: process.pid }]);
  expect(listeners.size).toBe(1);

  for (let index = 0; index < 1_000; index += 1) change();

  await expect.poll(() => hosts.list()[0]?.services[0]?.calls).toBe(1_000);
  hosts[Symbol.dispose]();
  await expect.poll(() => listeners.size).toBe(0);
});

it('gives nothing to whoever does not know the token, also when it is asked in the words of the web', async () => {
  const { host, listeners } = await openPublication();
  for (const said of ['', `${'0'.repeat(64)}\n`, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n']) {
    const socket = createConnection({ host: '127.0.0.1', port: host.port });
    const heard: string[] = [];
    socket.setEncoding('utf8').on('data', (text: string) => heard.push(text));
    socket.on('error', () => socket.destroy());
    socket.write(said);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toEqual([]);
  }
  expect(listeners.size).toBe(0);
});

it('tells only its owner where it is, and takes the file away at the end', async () => {
  const { file, files, publication, host } = await openPublication();
  expect(host.token).toMatch(/^[0-9a-f]{64}$/);
  if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o077).toBe(0);
  await publication[Symbol.asyncDispose]();
  expect(files()).toEqual([]);
});
