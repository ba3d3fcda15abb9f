/**
 * Drives a service through the contract and tells, check by check, whether it holds. For authors; knows no
 * terminal and no editor. Nothing of what a service says is trusted, and nothing it does ends the check.
 */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import { asPatchbayError, PatchbayError } from '../../protocol/errors.ts';
import { lastWords } from '../links/log-tail.ts';
import { cancelCheck, configureChecks, pingCheck } from './call-checks.ts';
import { componentChecks } from './component-checks.ts';
import { describeCheck, manifestChecks } from './describe-checks.ts';
import type { Check, Finding } from './finding.ts';
import { hookChecks } from './hook-checks.ts';
import { lineChecks, processShutdown, stdoutCheck, threadShutdown } from './line-checks.ts';
import { Stand, type StandOptions } from './stand.ts';
import { isFarReaching, toolChecks } from './tool-checks.ts';

export interface CheckOptions extends StandOptions {
  /** Also call tools that are destructive and reach beyond the folder. */
  readonly everyTool?: boolean;
}

/** Each finding as it is made, always in the same order. Never throws for what the service does. */
export async function* checkService(spec: ServiceSpec, options: CheckOptions): AsyncGenerator<Finding> {
  await using stand = new Stand(spec, options);
  yield await perform(describeCheck, stand);
  if (!stand.manifest) {
    yield {
      check: 'all else',
      outcome: 'skipped',
      remark: 'what a service offers is known when it has described itself',
    };
    return;
  }
  const { capabilities } = stand.manifest;
  const everyTool = options.everyTool ?? false;
  const checks = [
    ...manifestChecks(stand.manifest),
    pingCheck,
    ...configureChecks(stand.manifest),
    ...toolChecks(capabilities.tools, everyTool),
    ...hookChecks(capabilities.hooks),
    ...componentChecks(stand.manifest),
    cancelCheck(stand.manifest, (tool) => everyTool || !isFarReaching(tool)),
    ...(spec.isolation === 'process'
      ? [...lineChecks(spec), stdoutCheck, processShutdown(spec)]
      : [threadShutdown]),
  ];
  for (const check of checks) yield await perform(check, stand);
}

async function perform(check: Check, stand: Stand): Promise<Finding> {
  try {
    const verdict = await check.run(stand);
    if (check !== threadShutdown) await stillThere(stand);
    return { check: check.name, ...verdict };
  } catch (thrown) {
    const error = asPatchbayError(thrown);
    const said = error.kind === 'crashed' ? lastWords(stand.log()) : '';
    const remark = error.message.includes(said) ? error.message : `${error.message}${said}`;
    // What is left of it must not disturb the next check.
    await stand.renew();
    return {
      check: check.name,
      outcome: 'failed',
      remark,
      remedy: remedyOf(error),
    };
  }
}

/** A service that answers and ends right after has not passed. */
async function stillThere(stand: Stand): Promise<void> {
  if (!stand.isStarted) return;
  try {
    await stand.expectAlive();
  } catch (thrown) {
    const error = asPatchbayError(thrown);
    throw new PatchbayError(error.kind, `It answered, and then: ${error.message}`, {
      remedy: 'A service stays until its input ends, whatever it was asked.',
    });
  }
}

function remedyOf(error: PatchbayError): string {
  if (error.kind === 'crashed') return 'Answer what goes wrong as an error; a service must not end by it.';
  if (error.kind === 'timeout')
    return error.remedy ?? 'Answer each line that has an "id" with one line, and flush.';
  if (error.kind === 'protocol' && error.service !== undefined)
    return 'Compare the answer with its method in docs/services.md.';
  return error.remedy ?? 'Compare with the method in docs/services.md.';
}
