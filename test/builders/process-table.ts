/** The process table of the machine, as far as a test needs it. Not on Windows. */
import { execFileSync } from 'node:child_process';

export interface Descendant {
  readonly pid: number;
  readonly command: string;
}

/** Everything that a process started, and what that started, by the process table. */
export function descendantsOf(root: number): Descendant[] {
  const table = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  const rows = table.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!found || found[3]!.startsWith('Z') || found[4]!.startsWith('ps -A')) return [];
    return [{ pid: Number(found[1]), parent: Number(found[2]), command: found[4]! }];
  });
  const below = (pid: number): Descendant[] =>
    rows.filter(({ parent }) => parent === pid).flatMap((row) => [row, ...below(row.pid)]);
  return below(root).map(({ pid, command }) => ({ pid, command }));
}
