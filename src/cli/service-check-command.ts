/** `patchbay service check`: a service driven through the contract, for its author. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { Surroundings } from '../definitions/compose.ts';
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { withPython } from '../host/python-environment.ts';
import { checkService } from '../host/service-check/check-service.ts';
import type { Finding } from '../host/service-check/finding.ts';
import { SAMPLE_TEXT } from '../host/service-check/sample-input.ts';
import { EXIT } from './exit-codes.ts';
import { serviceTarget } from './service-target.ts';

export interface CheckCommandOptions {
  readonly cwd: string;
  readonly process: boolean;
  readonly everyTool: boolean;
  readonly env: readonly string[];
  readonly json: boolean;
}

/** Gives the exit code: a check that failed makes it `failed`. @throws PatchbayError `config` for no such service. */
export async function checkServiceCommand(
  around: Surroundings,
  target: readonly string[],
  options: CheckCommandOptions,
): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'patchbay-check-')));
  try {
    const onLog = (text: string) => void stderr.write(`${text}\n`);
    const found = await serviceTarget(around, target, { ...options, cwd: resolve(options.cwd), folder });
    const spec = await withPython(found, { onLog });
    await writeFile(join(folder, SAMPLE_TEXT), 'a file to work on\n');
    stderr.write(
      `${spec.name}, ${placeOf(spec)}. Tools get made-up input and work in ${folder}, removed at the end.\n`,
    );
    const count = { ok: 0, failed: 0, skipped: 0 };
    for await (const finding of checkService(spec, { folder, everyTool: options.everyTool })) {
      count[finding.outcome] += 1;
      stdout.write(`${options.json ? JSON.stringify(finding) : rowOf(finding)}\n`);
    }
    if (!options.json) stdout.write(`${count.ok} ok, ${count.failed} failed, ${count.skipped} skipped\n`);
    return count.failed > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const WIDTH = 36;

function rowOf({ check, outcome, remark, remedy }: Finding): string {
  const row = `${outcome.padEnd(8)}${check.padEnd(WIDTH)}  ${remark ?? ''}`.trimEnd();
  return remedy === undefined ? row : `${row}\n${' '.repeat(8)}→ ${remedy}`;
}

function placeOf(spec: ServiceSpec): string {
  if (spec.isolation === 'thread') return 'in a thread';
  return spec.isolation === 'http' ? `at ${spec.url}` : `as \`${spec.command.join(' ')}\``;
}
