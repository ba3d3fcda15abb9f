/**
 * A tiny shell beside the host that outlives it for a moment. When its stdin closes, which the system does however
 * the host died, it gives the services time to end by themselves and then ends the process groups that are left
 * (RT-22): those of services that do not look at their stdin, or hang. On Windows there is no such shell; a service
 * there has to notice its closed stdin, as those of the SDK do.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { platform } from 'node:process';

/** Seconds between the host's death and the end of what did not end by itself. */
const GRACE_S = 1;
/** Without a process service for so long it is let go. */
const IDLE_MS = 10_000;

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
[ "$groups" = "\${groups#*[0-9]}" ] && exit 0
sleep ${GRACE_S}
for pid in $groups; do kill -s KILL -- "-$pid"; done
exit 0
`;

let watchdog: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;
const watched = new Set<number>();

/** From now on this process group ends with us, even if we are killed. */
export function watchGroup(pid: number): void {
  if (platform === 'win32') return;
  clearTimeout(idle);
  watched.add(pid);
  const known = watchdog;
  watchdog ??= start();
  if (known) tell(`+ ${pid}`);
  else for (const each of watched) tell(`+ ${each}`);
}

/** The group is gone; its number may be another's soon. */
export function forgetGroup(pid: number): void {
  if (!watched.delete(pid)) return;
  tell(`- ${pid}`);
  if (watched.size > 0) return;
  clearTimeout(idle);
  idle = setTimeout(letGoOfWatchdog, IDLE_MS).unref();
}

/** Ends the watchdog now unless it has something to watch: a host that closes leaves nothing running. */
export function letGoOfWatchdog(): void {
  if (watched.size > 0) return;
  clearTimeout(idle);
  watchdog?.stdin?.end();
  watchdog = undefined;
}

function tell(line: string): void {
  watchdog?.stdin?.write(`${line}\n`);
}

function start(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    // A group of its own: what ends the host's group must not end it too.
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it services are still ended in every other way; the next one starts another.
  const gone = () => {
    if (watchdog === child) watchdog = undefined;
  };
  child.once('error', gone).once('exit', gone);
  child.stdin.on('error', gone);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
