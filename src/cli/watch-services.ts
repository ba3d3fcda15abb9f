/** `patchbay services --watch`: the living services of all editors and terminals, until Ctrl-C or q. */
import { stdin, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import { LiveHosts } from '../host/monitor/live-hosts.ts';
import type { HostSnapshot } from '../protocol/service-status.ts';
import { EXIT } from './exit-codes.ts';
import { servicesTable } from './services-table.ts';

const CTRL_C = '\u0003';
const ESCAPE = '\u001b[';
const SCREEN = {
  open: `${ESCAPE}?1049h${ESCAPE}?25l`,
  close: `${ESCAPE}?25h${ESCAPE}?1049l`,
  home: `${ESCAPE}H`,
  restOfLine: `${ESCAPE}K`,
  restOfScreen: `${ESCAPE}J`,
};
/** Where the output is no terminal, lines are not cut. */
const ANY_WIDTH = 10_000;

/** Gives the exit code, when the person has seen enough. */
export async function watchServices(
  { home }: Pick<Surroundings, 'home'>,
  { json }: { readonly json: boolean },
): Promise<number> {
  const isScreen = stdout.isTTY && !json;
  const draw = json ? drawJson : isScreen ? drawScreen : drawText;
  if (isScreen) stdout.write(SCREEN.open);
  const hosts: LiveHosts = new LiveHosts(home, () => draw(hosts.list()));
  const redraw = () => draw(hosts.list());
  stdout.on('resize', redraw);
  try {
    await enough();
  } finally {
    stdout.off('resize', redraw);
    hosts[Symbol.dispose]();
    if (isScreen) stdout.write(SCREEN.close);
  }
  return EXIT.done;
}

function drawJson(hosts: readonly HostSnapshot[]): void {
  stdout.write(`${JSON.stringify({ at: Date.now(), hosts })}\n`);
}

function drawText(hosts: readonly HostSnapshot[]): void {
  stdout.write(`${servicesTable(hosts, ANY_WIDTH).join('\n')}\n\n`);
}

function drawScreen(hosts: readonly HostSnapshot[]): void {
  const table = servicesTable(hosts, stdout.columns).slice(0, Math.max(1, stdout.rows - 2));
  const lines = [...table, '', 'q or Ctrl-C ends.'].map((line) => `${line}${SCREEN.restOfLine}`);
  stdout.write(`${SCREEN.home}${lines.join('\n')}${SCREEN.restOfScreen}`);
}

/** Ctrl-C is a signal, or a character while keys are read one by one. */
function enough(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.setEncoding('utf8').on('data', (typed: string) => {
    if (typed.includes('q') || typed.includes(CTRL_C)) resolve();
  });
  return promise.finally(() => {
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  });
}
