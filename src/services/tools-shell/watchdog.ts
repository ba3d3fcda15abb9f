/**
 * A tiny shell beside the service that outlives it for a moment: when its stdin closes, which the system
 * does however the service died, it ends the process groups that were still running. What has
 * left its group (`setsid`) is beyond it, as it is beyond us.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/** Reads `+ pid` and `- pid`, one per line. */
const SCRIPT = `
trap '' HUP INT TERM
groups=' '
while read -r sign pid; do
  case $sign in
    +) groups="$groups$pid " ;;
    -) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
for pid in $groups; do kill -s KILL -- "-$pid"; done
exit 0
`;

export class Watchdog implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, null, null>;

  constructor() {
    this.#child = spawn('/bin/sh', ['-c', SCRIPT], {
      // A group of its own: the signal that ends the service's group must not end it too.
      detached: true,
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without it commands still run and are still ended in every other way.
    this.#child.on('error', (error) => console.error(`No watchdog: ${error.message}`));
    this.#child.stdin.on('error', (error) => console.error(`The watchdog is gone: ${error.message}`));
    this.#child.unref();
    (this.#child.stdin as Socket).unref();
  }

  /** From now on the group is ended when we die. */
  watch(pid: number): void {
    this.#child.stdin.write(`+ ${pid}\n`);
  }

  /** The group is gone; its number may be another's soon. */
  forget(pid: number): void {
    this.#child.stdin.write(`- ${pid}\n`);
  }

  [Symbol.dispose](): void {
    this.#child.stdin.end();
  }
}
