/** What holds for every call: configuration, being alive, and giving up when asked to. */
import { setTimeout as delay } from 'node:timers/promises';
import { PatchbayError, RpcCode } from '../../protocol/errors.ts';
import type { JsonSchema, Manifest, ToolDescriptor } from '../../protocol/manifest.ts';
import { complete, executeTurn } from './component-checks.ts';
import { brief, type Check, fault, ok, skipped, type Verdict } from './finding.ts';
import { invalidInputs } from './sample-input.ts';
import { isRefusal, type Stand } from './stand.ts';
import { execute, validInput } from './tool-checks.ts';

export const pingCheck: Check = {
  name: 'ping',
  async run(stand) {
    await stand.expectAlive();
    return ok();
  },
};

export function configureChecks({ capabilities }: Manifest): Check[] {
  const { tools, hooks, providers, orchestrators, context_managers: managers } = capabilities;
  const strict = [...tools, ...hooks, ...providers, ...orchestrators, ...managers].filter(
    ({ config_schema: schema }) => schema !== undefined,
  );
  return [
    { name: 'configure', run: checkConfigure },
    ...strict.map(({ name, config_schema: schema }) => ({
      name: `configure ${name}: invalid value`,
      run: (stand: Stand) => checkInvalid(stand, name, schema!),
    })),
  ];
}

async function checkConfigure(stand: Stand): Promise<Verdict> {
  // Starting it configures it with what the settings say.
  await stand.link();
  try {
    await stand.call('configure', { config: {} });
    return ok();
  } catch (error) {
    if (isRefusal(error) && error.code === RpcCode.methodNotFound) return ok('it takes none');
    throw error;
  }
}

async function checkInvalid(stand: Stand, component: string, schema: JsonSchema): Promise<Verdict> {
  const [invalid] = invalidInputs(schema).toReversed();
  const value = invalid?.input ?? 0;
  const why = invalid?.why ?? 'it is a number';
  try {
    await stand.call('configure', { config: { [component]: value } });
  } catch (error) {
    // What is half configured is not used any further.
    await stand.renew();
    if (isRefusal(error)) return ok(`refused: ${brief(error.message)}`);
    throw error;
  }
  throw fault(
    `It accepted ${brief(value)} as the configuration of "${component}", although ${why}.`,
    'Check it against `config_schema` and answer an error of code -32602 that names the fault.',
  );
}

/** Every service has something that can be cancelled, were it only its description. */
export function cancelCheck(manifest: Manifest, isSafe: (tool: ToolDescriptor) => boolean): Check {
  return {
    name: 'cancel',
    async run(stand) {
      const call = cancellableCall(manifest, isSafe);
      if (!call) return skipped('nothing that could be cancelled without harm');
      const link = await stand.link();
      const controller = new AbortController();
      const outcome = call.begin(stand, controller.signal).catch((error: unknown) => error);
      // The request is out before it is cancelled, and cannot be answered yet.
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      const error = await outcome;
      // Anything but "cancelled" means that it did not get that far.
      if (error instanceof PatchbayError && error.kind === 'crashed') throw error;
      await delay(stand.times.cancelGraceMs + LEEWAY_MS);
      try {
        await stand.expectAlive();
      } catch (failure) {
        if (!stand.hasEnded) throw failure;
        const { how } = await link.exited;
        throw fault(
          `${call.method} was cancelled, and the service was ended for it: ${how}.`,
          'Answer a cancelled request, with whatever there is or an error of code -32002, and go on serving.',
        );
      }
      return ok(`${call.method} is given up, and the next request answered`);
    },
  };
}

/** A timer of the link's must have had its turn. */
const LEEWAY_MS = 100;

interface CancellableCall {
  readonly method: string;
  begin(stand: Stand, signal: AbortSignal): Promise<unknown>;
}

function cancellableCall(
  { capabilities }: Manifest,
  isSafe: (tool: ToolDescriptor) => boolean,
): CancellableCall | undefined {
  const { tools, providers, orchestrators, hooks } = capabilities;
  const tool = tools.find((each) => isSafe(each) && validInput(each) !== undefined);
  if (tool)
    return {
      method: 'tool.execute',
      begin: (stand, signal) => execute(stand, tool.name, validInput(tool)!, signal),
    };
  const [provider] = providers;
  if (provider)
    return { method: 'provider.complete', begin: (stand, signal) => complete(stand, provider.name, signal) };
  const [orchestrator] = orchestrators;
  if (orchestrator) {
    return {
      method: 'orchestrator.execute',
      begin: (stand, signal) => executeTurn(stand, orchestrator.name, signal),
    };
  }
  const event = hooks.flatMap(({ events }) => events).find((name) => name !== '*') ?? 'tool:post';
  if (hooks.length === 0) return undefined;
  return {
    method: 'hook.emit',
    begin: (stand, signal) => stand.call('hook.emit', { event, data: {} }, { signal }),
  };
}
