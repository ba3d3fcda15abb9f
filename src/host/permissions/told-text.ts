/**
 * What a service that is not ours puts into the system prompt: the instructions of its tools (AT-54). The person reads
 * it before the service first runs, and is asked again when it says something else: over HTTP, and where tools are
 * listed anew each time, no file of the service changes with it.
 */
import { createHash } from 'node:crypto';
import type { Manifest } from '../../protocol/manifest.ts';

/** For the person; undefined when it says nothing. */
export function toldText(manifest: Manifest): string | undefined {
  const told = instructionsOf(manifest);
  if (told.length === 0) return undefined;
  const quoted = told.map(([name, text]) => `${JSON.stringify(name)}: ${JSON.stringify(text)}`);
  const length = told.reduce((sum, [, text]) => sum + text.length, 0);
  return `in the system prompt, under its name, how to use its tools (${length} characters): ${quoted.join('; ')}`;
}

/** Sha256 of it; undefined when it says nothing. */
export function toldPrint(manifest: Manifest): string | undefined {
  const told = instructionsOf(manifest);
  return told.length === 0 ? undefined : createHash('sha256').update(JSON.stringify(told)).digest('hex');
}

function instructionsOf({ capabilities }: Manifest): (readonly [tool: string, text: string])[] {
  return capabilities.tools.flatMap(({ name, instructions = '' }) =>
    instructions.trim() === '' ? [] : [[name, instructions] as const],
  );
}
