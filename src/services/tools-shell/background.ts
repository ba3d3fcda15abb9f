/** Commands that go on after their call: their output goes to a file, of bounded size, that outlives them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Environment } from '../../sdk/context.ts';
import type { Command, CommandRunner } from './command-runner.ts';

/** A server that logs without end must not fill the disk. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

export class BackgroundCommands {
  readonly #runner: CommandRunner;
  #folder: string | undefined;
  #count = 0;

  constructor(runner: CommandRunner) {
    this.#runner = runner;
  }

  /** Starts it and returns at once; it runs until it ends by itself or the service stops. */
  async start(command: string, cwd: string, environment: Environment) {
    const running = await this.#runner.start(command, cwd, environment);
    this.#folder ??= fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-commands-'));
    this.#count += 1;
    const id = `command-${this.#count}`;
    const logPath = path.join(this.#folder, `${id}.log`);
    writeLog(running, logPath);
    return { id, pid: running.pid, log_path: logPath, status: 'running' };
  }
}

function writeLog({ stdout, stderr, ended }: Command, file: string): void {
  const log = fs.createWriteStream(file);
  let bytes = 0;
  let isLost = false;
  log.on('error', (error) => {
    isLost = true;
    console.error(`The log ${file} could not be written: ${error.message}`);
  });
  for (const source of [stdout, stderr]) {
    source.on('data', (chunk: Buffer) => {
      if (isLost || bytes > MAX_LOG_BYTES) return;
      bytes += chunk.length;
      const isFull = bytes > MAX_LOG_BYTES;
      if (log.write(isFull ? '\n[the log is full; what follows is not kept]\n' : chunk)) return;
      source.pause();
      log.once('drain', () => source.resume());
    });
  }
  void ended.then((code) => log.end(`\n[ended with exit code ${code}]\n`));
}
