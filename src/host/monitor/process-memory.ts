/**
 * How much of the machine's memory processes hold, asked from outside and without blocking. The one place that
 * knows how operating systems tell it.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ASK_MS = 5_000;

/** Bytes by process id. What cannot be told is missing: the process is gone, or the system says nothing. */
export async function processMemory(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0) return new Map();
  try {
    if (platform === 'linux') return await fromProc(pids);
    return platform === 'win32' ? await fromTaskList(pids) : await fromPs(pids);
  } catch {
    // The program that would tell is missing, or none of them lives any more: nothing is known.
    return new Map();
  }
}

async function fromProc(pids: readonly number[]): Promise<Map<number, number>> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
      return [pid, Number(kilobytes) * 1024] as const;
    }),
  );
  return new Map(found.filter(([, bytes]) => !Number.isNaN(bytes)));
}

async function fromPs(pids: readonly number[]): Promise<Map<number, number>> {
  const args = ['-o', 'pid=,rss=', '-p', pids.join(',')];
  const { stdout } = await run('/bin/ps', args, { env: { LC_ALL: 'C' }, timeout: ASK_MS });
  const lines = stdout.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm);
  return new Map([...lines].map(([, pid, kilobytes]) => [Number(pid), Number(kilobytes) * 1024]));
}

async function fromTaskList(pids: readonly number[]): Promise<Map<number, number>> {
  const wanted = new Set(pids);
  const { stdout } = await run('tasklist', ['/FO', 'CSV', '/NH'], { windowsHide: true, timeout: ASK_MS });
  // "name","pid","session","number","12,345 K"; how thousands are parted is the language's.
  const lines = stdout.matchAll(/^"[^"]*","(\d+)","[^"]*","[^"]*","([^"]*)"/gm);
  const all = [...lines].map(
    ([, pid, size = '']) => [Number(pid), Number(size.replace(/\D/g, '')) * 1024] as const,
  );
  return new Map(all.filter(([pid]) => wanted.has(pid)));
}
