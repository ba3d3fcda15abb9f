/**
 * The one line that makes a definition a service. Whether it runs in a thread, as a process or over HTTP is
 * the choice of who starts it; nothing else changes (RT-2, RT-4, RT-60).
 */
import { argv, env } from 'node:process';
import { isMainThread, workerData } from 'node:worker_threads';
import type { ThreadBoot } from '../protocol/thread-messages.ts';
import type { Environment } from './context.ts';
import type { ServiceDefinition } from './define.ts';

/**
 * Serves until the host says stop or goes away. Call it once, at the end of the service's entry file. Started as a
 * program with `--http [host:]port` it listens there instead, with the token of PATCHBAY_HTTP_TOKEN.
 */
export function serve(service: ServiceDefinition): void {
  // A service's own environment is the overlay the host gave this very thread or process.
  const environment: Environment = Object.freeze({ ...env });
  const boot = workerData as Partial<ThreadBoot> | null;
  if (!isMainThread && boot?.patchbay) {
    const { port, window, isSpare } = boot.patchbay;
    void import('./thread-server.ts').then(({ serveThread }) => {
      serveThread(service, { port, window }, environment);
      if (isSpare) void warmUp(service);
    });
    return;
  }
  const address = isMainThread ? httpAddress(argv) : undefined;
  if (address !== undefined) {
    void listen(address, environment);
    return;
  }
  // stdout is the line; whatever a service or its libraries print belongs to its log.
  console.log = console.info = console.debug = console.error;
  void import('./stdio-server.ts').then(({ serveStdio }) => serveStdio(service, environment));
}

async function warmUp(service: ServiceDefinition): Promise<void> {
  try {
    await service.warmUp?.();
  } catch {
    // The first call meets it too, and says what is wrong.
  }
}

async function listen(address: string, environment: Environment): Promise<void> {
  try {
    const { serveHttp } = await import('./http-server.ts');
    await serveHttp({ address, entry: argv[1] ?? '', environment });
  } catch (error) {
    console.error(`Cannot serve over HTTP: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function httpAddress(args: readonly string[]): string | undefined {
  const at = args.indexOf('--http');
  return at === -1 ? undefined : (args[at + 1] ?? '');
}
