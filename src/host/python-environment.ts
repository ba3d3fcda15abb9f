/**
 * The environment that a service in Python runs in (RT-6): made once for what it requires, with `uv` where it is
 * there, else with Python's own `venv` and `pip`; found again by everybody who requires the same.
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import * as z from 'zod/mini';
import type { ProcessSpec, PythonNeeds, ServiceSpec } from '../definitions/service-spec.ts';
import { PatchbayError } from '../protocol/errors.ts';
import { endWithUs, GROUP_OPTIONS, signalGroup } from './links/process-group.ts';

export interface PrepareOptions {
  readonly signal?: AbortSignal;
  /** Hears what takes so long, and what the installer prints. */
  readonly onLog: (text: string) => void;
}

/**
 * The service as it is started: with the interpreter of its environment, which is made now if it is not there.
 * @throws PatchbayError `config` when there is no Python or no installer, or what is required cannot be installed;
 * `cancelled`.
 */
export async function withPython(spec: ServiceSpec, options: PrepareOptions): Promise<ServiceSpec> {
  if (!needsPython(spec)) return spec;
  const run: Run = (command) => runProgram(command, spec, options);
  await mkdir(spec.python.environments, { recursive: true });
  const python = await findPython(spec, run);
  const interpreter =
    spec.python.requirements.length > 0 ? await inEnvironment(spec, python, run, options) : python.program;
  return { ...spec, command: [interpreter, spec.python.script] };
}

/** Whether the command of this service is still to be found out. */
export function needsPython(spec: ServiceSpec): spec is PythonSpec {
  return spec.isolation === 'process' && spec.python !== undefined;
}

type PythonSpec = ProcessSpec & { readonly python: PythonNeeds };

/** What a program printed and how it ended; code null: it is not there. */
type Run = (command: readonly string[]) => Promise<{ readonly code: number | null; readonly output: string }>;

interface Python {
  readonly program: string;
  readonly version: string;
}

async function findPython(spec: PythonSpec, run: Run): Promise<Python> {
  for (const program of ['python3', 'python']) {
    const { code, output } = await run([program, '--version']);
    if (code === 0) return { program, version: output.trim() };
  }
  throw new PatchbayError(
    'config',
    `Service "${spec.name}" needs Python, and there is neither python3 nor python.`,
    {
      service: spec.name,
      remedy: 'Install Python 3.8 or newer so that `python3 --version` works in a terminal.',
    },
  );
}

/** Which environment holds what; its file is replaced as a whole, so that it names one that is complete. */
const Pointer = z.object({ folder: z.string() });

async function inEnvironment(
  spec: PythonSpec,
  python: Python,
  run: Run,
  { onLog }: PrepareOptions,
): Promise<string> {
  const { requirements, environments } = spec.python;
  const key = await keyOf(spec.python, python);
  const pointer = join(environments, `${key}.json`);
  const known = await readPointer(pointer);
  if (known && (await exists(interpreterOf(join(environments, known))))) {
    return interpreterOf(join(environments, known));
  }
  onLog(`Preparing the Python environment of "${spec.name}", once: ${requirements.join(', ')}`);
  // A name of its own: somebody else may be making the same at this moment.
  const folder = `${key}-${randomUUID().slice(0, 8)}`;
  try {
    await install(spec, python, join(environments, folder), run);
  } catch (error) {
    await rm(join(environments, folder), { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
  await writeFile(`${pointer}.${folder}`, JSON.stringify({ folder, requirements, python: python.version }));
  await rename(`${pointer}.${folder}`, pointer);
  return interpreterOf(join(environments, folder));
}

async function install(spec: PythonSpec, python: Python, folder: string, run: Run): Promise<void> {
  const { requirements } = spec.python;
  const interpreter = interpreterOf(folder);
  const hasUv = (await run(['uv', '--version'])).code === 0;
  const made = await run(
    hasUv ? ['uv', 'venv', '--python', python.program, folder] : [python.program, '-m', 'venv', folder],
  );
  if (made.code !== 0) {
    throw new PatchbayError(
      'config',
      `No environment can be made for service "${spec.name}": ${lastLine(made.output)}`,
      {
        service: spec.name,
        remedy: hasUv
          ? 'Run `uv venv` in a terminal to see more.'
          : `Install uv (\`${python.program} -m pip install uv\`), or Python's venv (Debian and Ubuntu: \`sudo apt install python3-venv\`).`,
      },
    );
  }
  const pip = hasUv
    ? ['uv', 'pip', 'install', '--python', interpreter]
    : [interpreter, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'];
  const installed = await run([...pip, ...requirements]);
  if (installed.code === 0) return;
  throw new PatchbayError(
    'config',
    `What service "${spec.name}" requires cannot be installed: ${lastLine(installed.output)}`,
    {
      service: spec.name,
      remedy: `Correct \`requirements\`, or try: ${[...pip.slice(hasUv ? 0 : 1), ...requirements].join(' ')}`,
    },
  );
}

function interpreterOf(folder: string): string {
  return platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Of the interpreter and what is required; a requirement that is a file counts by its state. */
async function keyOf({ requirements }: PythonNeeds, { version }: Python): Promise<string> {
  const states = await Promise.all(
    requirements.map(async (requirement) => {
      const found = await stat(requirement).catch(() => undefined);
      return found ? [requirement, found.size, found.mtimeMs] : [requirement];
    }),
  );
  return createHash('sha256')
    .update(JSON.stringify([version, states]))
    .digest('hex')
    .slice(0, 16);
}

/** Undefined also for one that cannot be read: it is made anew. */
async function readPointer(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Pointer.parse(JSON.parse(text)).folder;
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function runProgram(
  command: readonly string[],
  { name, python }: PythonSpec,
  { signal, onLog }: PrepareOptions,
): ReturnType<Run> {
  return new Promise((resolve, reject) => {
    const cancelled = () =>
      new PatchbayError('cancelled', `Preparing "${name}" was cancelled.`, { service: name });
    if (signal?.aborted) return reject(cancelled());
    const child = spawn(command[0]!, command.slice(1), {
      // Not the session's folder: a module there could be taken for one of Python's own.
      cwd: python.environments,
      env: python.installEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...GROUP_OPTIONS,
    });
    if (child.pid !== undefined) endWithUs(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-LONGEST_OUTPUT);
        onLog(text.trimEnd());
      });
    }
    const onAbort = () => signalGroup(child, 'SIGKILL');
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = () => signal?.removeEventListener('abort', onAbort);
    child.on('error', (error) => {
      done();
      resolve({ code: null, output: error.message });
    });
    child.on('close', (code) => {
      done();
      if (signal?.aborted) reject(cancelled());
      else resolve({ code: code ?? 1, output });
    });
  });
}

const LONGEST_OUTPUT = 16_384;

/** What an installer says last is the matter; an error before it is more so. */
function lastLine(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(\[?notice|hint)/i.test(line.trim()));
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim();
}
