/** Services that listen on HTTP: one process for each file and environment, shared by the tests of a file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';

export interface HttpService {
  readonly url: string;
  readonly token: string;
}

/** What every fixture over HTTP asks for. */
export const TOKEN = 'a-token-of-the-tests';

const servers = new Map<string, Promise<HttpService>>();
const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  servers.clear();
});

/** Starts the file with `--http`, unless a server of it runs already. */
export function servedOverHttp(
  entry: string,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<HttpService> {
  const key = JSON.stringify([entry, env, flags]);
  const running = servers.get(key) ?? startHttpService(entry, env, flags).then(({ service }) => service);
  servers.set(key, running);
  return running;
}

/** A server of its own, for a test that ends it; whatever is left of it ends with the test file. */
export async function startHttpService(
  entry: string,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<{ service: HttpService; child: ChildProcess }> {
  const child = spawn(process.execPath, [...flags, entry, '--http', '0'], {
    env: { ...env, PATCHBAY_HTTP_TOKEN: TOKEN },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    const url = /^Listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr!.resume();
      return { service: { url, token: TOKEN }, child };
    }
    said.push(line);
  }
  throw new Error(`${entry} did not listen: ${said.join('\n')}`);
}
