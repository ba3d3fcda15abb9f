/** A server of definition files on 127.0.0.1, and git repositories, as others publish them. */
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { createFolder, type Folder } from './folder.ts';

export interface DefinitionServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** What is answered by path; a number is a status, a function answers by itself. */
  readonly files: Map<string, string | Uint8Array | number | http.RequestListener>;
  /** Paths as they were asked for. */
  readonly requests: string[];
  /** From now on nobody answers. */
  stop(): Promise<void>;
}

export async function startDefinitionServer(): Promise<DefinitionServer> {
  const files: DefinitionServer['files'] = new Map();
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = files.get(path) ?? 404;
    if (typeof answer === 'function') answer(request, response);
    else if (typeof answer === 'number') response.writeHead(answer).end('no');
    // As some servers do; nobody shall trust it.
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, files, requests, stop };
}

export interface PublishedRepository {
  readonly folder: Folder;
  /** `git+file://…`, without a ref. */
  readonly address: string;
  /** Commits all that is in the folder and gives the commit. */
  commit(): string;
  git(...args: string[]): string;
}

/** A repository with one commit on `main`. */
export function publishRepository(files: Readonly<Record<string, string>>): PublishedRepository {
  const folder = createFolder(files);
  onTestFinished(() => folder[Symbol.dispose]());
  const git = (...args: string[]) => {
    const as = [
      '-c',
      'user.name=Somebody',
      '-c',
      'user.email=somebody@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    return execFileSync('git', [...as, ...args], {
      cwd: folder.path,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  };
  const commit = () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'A change');
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch', 'main');
  commit();
  return { folder, address: `git+${pathToFileURL(folder.path).href}`, commit, git };
}
