/** The tool `bash`: one shell command, its output streamed, all it started ended with it (RT-50). */
import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { defineTool, PatchbayError, type ToolContext, ToolFailure } from '../../sdk/index.ts';
import { BackgroundCommands } from './background.ts';
import type { Command, CommandRunner } from './command-runner.ts';
import { type LiveOutput, liveOutput } from './live-output.ts';
import { OutputCapture } from './output-capture.ts';
import { commandRefusal, SafetyConfig } from './safety.ts';

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 600;

const Config = z.extend(SafetyConfig, {
  timeout: z
    ._default(z.number().check(z.gt(0), z.lte(MAX_TIMEOUT_S)), DEFAULT_TIMEOUT_S)
    .check(z.describe('Seconds a command may take when the call does not say.')),
  max_output_bytes: z
    ._default(z.int().check(z.gte(1_000)), 100_000)
    .check(z.describe('How much is kept of stdout and of stderr; of more, the beginning and the end.')),
});
type Config = z.infer<typeof Config>;

const Input = z.object({
  command: z.string().check(z.describe('The command line. Quote paths that contain spaces.')),
  timeout: z
    .optional(
      z.number().check(z.gt(0, 'must be over 0'), z.lte(MAX_TIMEOUT_S, `at most ${MAX_TIMEOUT_S} (seconds)`)),
    )
    .check(
      z.describe(
        `Seconds after which the command is ended: ${DEFAULT_TIMEOUT_S} when left out, at most ${MAX_TIMEOUT_S}.`,
      ),
    ),
  run_in_background: z
    ._default(z.boolean(), false)
    .check(
      z.describe(
        'Return at once with the path of a log file, and let the command run on: for servers and watchers.',
      ),
    ),
});
type Input = z.infer<typeof Input>;

export function createBash(runner: CommandRunner) {
  const background = new BackgroundCommands(runner);
  return defineTool({
    name: 'bash',
    description: `Runs a command in a shell in the working folder: bash where there is one, else sh; PowerShell on Windows. Use it for builds, tests, git and other programs; for reading, editing and searching files the other tools are better.`,
    instructions: `- Each call is a new shell: a cd or an exported variable does not last. Join steps with &&.
- Nothing can be typed in: pass flags such as --yes instead of waiting for questions.
- What a command leaves running with & is ended when it returns. Use run_in_background for servers: read its log with tail, end it with kill; it ends with this turn at the latest.
- Of long output the beginning and the end are kept.`,
    annotations: { read_only: false, destructive: true, idempotent: false, open_world: true },
    // The longest a command may take, and time to end it.
    timeoutMs: (MAX_TIMEOUT_S + 10) * 1_000,
    input: Input,
    config: Config,
    async execute(input, context) {
      if (input.command.trim() === '') throw new ToolFailure('The command is empty.');
      if (input.command.includes('\0')) throw new ToolFailure('The command contains a NUL character.');
      const refusal = commandRefusal(input.command, context.config);
      if (refusal !== undefined) throw new ToolFailure(refusal);
      if (context.signal.aborted) throw cancelled();
      const environment = commandEnvironment(context);
      if (input.run_in_background) return background.start(input.command, context.cwd, environment);
      const startedAt = performance.now();
      const command = await runner.start(input.command, context.cwd, environment);
      return watch(command, input, startedAt, context);
    },
  });
}

async function watch(command: Command, input: Input, startedAt: number, context: ToolContext<Config>) {
  using live = liveOutput((text) => context.progress(text));
  const stdout = capture(command.stdout, live, context.config);
  const stderr = capture(command.stderr, live, context.config);
  const timeoutS = input.timeout ?? context.config.timeout;
  const { returncode, stopped } = await settle(command, timeoutS * 1_000, context.signal);
  if (stopped === 'cancelled') throw cancelled();
  const output = {
    stdout: stdout.text(),
    stderr: stderr.text(),
    returncode,
    ...((stdout.isTruncated || stderr.isTruncated) && { truncated: true }),
    duration_ms: Math.round(performance.now() - startedAt),
  };
  if (stopped === 'timeout') {
    throw new ToolFailure(
      `The command was ended after ${timeoutS} s. Give a longer timeout (at most ${MAX_TIMEOUT_S}), or use run_in_background.`,
      { ...output, timed_out: true },
    );
  }
  return { success: returncode === 0, output };
}

interface Settled {
  readonly returncode: number;
  /** Why it was ended before it ended itself. */
  readonly stopped: 'timeout' | 'cancelled' | undefined;
}

async function settle(command: Command, timeoutMs: number, signal: AbortSignal): Promise<Settled> {
  let stopped: Settled['stopped'];
  const stop = (why: Settled['stopped']) => {
    stopped ??= why;
    void command.end();
  };
  const cancel = () => stop('cancelled');
  const timer = setTimeout(() => stop('timeout'), timeoutMs);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return { returncode: await command.ended, stopped };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

function capture(stream: Readable, live: LiveOutput, config: Config): OutputCapture {
  const captured = new OutputCapture(config.max_output_bytes);
  const decoder = new TextDecoder();
  stream.on('data', (chunk: Buffer) => {
    captured.push(chunk);
    live.push(decoder.decode(chunk, { stream: true }));
  });
  return captured;
}

/** The service's overlay, without the variable that makes the editor's program behave as Node. */
function commandEnvironment({ environment }: ToolContext<Config>) {
  const { ELECTRON_RUN_AS_NODE: _ours, ...rest } = environment;
  return rest;
}

function cancelled(): PatchbayError {
  return new PatchbayError('cancelled', 'The command was cancelled and ended, with all it had started.');
}
