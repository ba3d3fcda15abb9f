/** What the scripts start ends when it should: at its time limit, and with whoever started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBounded } from '../../../scripts/bounded-process.ts';
import { withFolderLock } from '../../../scripts/editor/folder-lock.ts';

const repoRoot = path.resolve(import.meta.dirname, '../../..');
const leash = path.join(repoRoot, 'scripts/editor/leash.ts');

/** Calls the port it is given, and so does a child that it starts; neither ends by itself. */
const family = `
  const call = (port) => require('node:net').connect(port, '127.0.0.1').on('error', () => process.exit());
  require('node:child_process').spawn(process.execPath, ['-e', 'const call = ' + call + '; call(' + process.argv[1] + ')']);
  call(process.argv[1]);
`;

/** The calls of a family's members that are open: a process that has ended, however it did, holds none. */
const calls = new Set<net.Socket>();
const server = net.createServer((call) => {
  calls.add(call);
  call.on('error', () => call.destroy()).on('close', () => calls.delete(call));
});

let folder = '';
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-ends-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  server.close();
  await once(server, 'close');
});

const port = () => String((server.address() as net.AddressInfo).port);
const soon = { timeout: 10_000 };

describe('a command with a time limit', () => {
  const options = () => ({ cwd: folder, env: process.env, logFile: path.join(folder, 'log') });

  test('that ends in time gives its exit code and leaves what it printed', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)';
    const run = await runBounded(process.execPath, ['-e', script], { ...options(), limitMs: 20_000 });
    expect(run.outcome).toEqual({ code: 3 });
    expect(fs.readFileSync(options().logFile, 'utf8')).toBe('out\nerr\n');
  });

  test('that does not end is ended with everything it started', async () => {
    const limitMs = 3_000;
    const run = runBounded(process.execPath, ['-e', family, port()], { ...options(), limitMs });
    await expect.poll(() => calls.size, soon).toBe(2);
    expect(await run).toMatchObject({ outcome: { timedOutAfterMs: limitMs } });
    await expect.poll(() => calls.size, soon).toBe(0);
  });

  test('that cannot be started says so', async () => {
    const run = await runBounded(path.join(folder, 'nothing'), [], { ...options(), limitMs: 1_000 });
    expect(run.outcome).toEqual({ code: 127 });
  });
});

describe('a program on the leash', () => {
  test('ends with everything it started when the one who holds the leash is killed', async () => {
    const holder = `
      const command = process.argv.slice(1);
      const options = { stdio: ['pipe', 'ignore', 'inherit'], detached: true };
      require('node:child_process').spawn(process.execPath, command, options);
      setInterval(() => {}, 1000);
    `;
    const held = [leash, process.execPath, '-e', family, port()];
    const holding = spawn(process.execPath, ['-e', holder, ...held], { stdio: 'ignore' });
    await expect.poll(() => calls.size, soon).toBe(2);

    holding.kill('SIGKILL');

    await expect.poll(() => calls.size, soon).toBe(0);
  });
});

describe('a lock for one process at a time', () => {
  test('lets the second in when the first is done', async () => {
    const lock = path.join(folder, 'lock');
    const order: string[] = [];
    const first = withFolderLock(lock, async () => {
      order.push('first in');
      await new Promise(setImmediate);
      order.push('first out');
    });
    const second = withFolderLock(lock, async () => order.push('second in'));
    await Promise.all([first, second]);
    expect(order).toEqual(['first in', 'first out', 'second in']);
    expect(fs.existsSync(lock)).toBe(false);
  });

  test('is taken over from a process that is gone', async () => {
    const lock = path.join(folder, 'lock');
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    fs.mkdirSync(lock);
    fs.writeFileSync(path.join(lock, 'owner'), String(gone.pid));
    expect(await withFolderLock(lock, async () => 'done')).toBe('done');
  });

  test('is given back when the work fails', async () => {
    const lock = path.join(folder, 'lock');
    await expect(withFolderLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(fs.existsSync(lock)).toBe(false);
  });
});
