/** Each tool with input that its schema allows and with input that it refuses. Input is made up. */
import { PatchbayError } from '../../protocol/errors.ts';
import type { ToolDescriptor } from '../../protocol/manifest.ts';
import { isRecord } from '../../protocol/reading.ts';
import { brief, type Check, fault, ok, skipped, type Verdict } from './finding.ts';
import { invalidInputs, sampleOf } from './sample-input.ts';
import { isRefusal, type Stand } from './stand.ts';

/** @param everyTool also those that are destructive and reach beyond the folder. */
export function toolChecks(tools: readonly ToolDescriptor[], everyTool: boolean): Check[] {
  return [
    ...tools.flatMap((tool) => {
      const isSpared = isFarReaching(tool) && !everyTool;
      return [
        {
          name: `tool ${tool.name}: valid input`,
          run: isSpared ? spare : (stand: Stand) => checkValid(stand, tool),
        },
        {
          name: `tool ${tool.name}: invalid input`,
          run: isSpared ? spare : (stand: Stand) => checkInvalid(stand, tool),
        },
      ];
    }),
    ...(tools.length > 0 ? [{ name: 'unknown tool', run: checkUnknown }] : []),
  ];
}

/** Made-up input to it could do harm that a temporary folder does not keep in. */
export function isFarReaching({ annotations }: ToolDescriptor): boolean {
  return annotations?.destructive === true && annotations.open_world === true;
}

async function spare(): Promise<Verdict> {
  return skipped('it is destructive and reaches beyond the folder; --every-tool calls it with made-up input');
}

/** A value for the tool that can be called without harm, or undefined where it cannot be made up. */
export function validInput(tool: ToolDescriptor): Record<string, unknown> | undefined {
  const input = sampleOf(tool.input_schema);
  return isRecord(input) ? input : undefined;
}

export function execute(stand: Stand, name: string, input: Record<string, unknown>, signal?: AbortSignal) {
  const params = { name, input, cwd: stand.folder, tool_call_id: 'check-1' };
  return stand.call('tool.execute', params, { signal, onNotification: () => undefined });
}

async function checkValid(stand: Stand, tool: ToolDescriptor): Promise<Verdict> {
  const input = validInput(tool);
  if (input === undefined) return skipped('no input can be made up from its schema');
  const result = await explained(`${brief(input)}`, execute(stand, tool.name, input));
  if (result.success) return ok(`${brief(input)} gave ${brief(result.output)}`);
  // A command that fails, for example, has told why in its output.
  const reason = brief(result.error?.message || result.output || '').trim();
  if (reason === '') {
    throw fault(
      `${brief(input)} failed, and it does not say why.`,
      'Answer a failure with `error: { message }`: the model reads it and may try otherwise.',
    );
  }
  return ok(`${brief(input)} was refused: ${reason}`);
}

async function checkInvalid(stand: Stand, tool: ToolDescriptor): Promise<Verdict> {
  const inputs = invalidInputs(tool.input_schema);
  if (inputs.length === 0) return skipped('its schema allows every object');
  let said = '';
  for (const { input, why } of inputs) {
    const refusal = await refusalOf(stand, tool.name, input, `${brief(input)}, where ${why},`);
    if (refusal === undefined) {
      throw fault(
        `It accepted ${brief(input)} as a success, although ${why}.`,
        'Check the input against the schema and answer `success: false` with a message that names the fault.',
      );
    }
    said ||= refusal;
  }
  return ok(`refused: ${brief(said)}`);
}

async function checkUnknown(stand: Stand): Promise<Verdict> {
  const refusal = await refusalOf(stand, 'no_such_tool', {}, 'a tool that does not exist');
  if (refusal !== undefined) return ok(`refused: ${brief(refusal)}`);
  throw fault(
    'It answered a call of a tool that does not exist as a success.',
    'Answer an unknown tool with an error of code -32602.',
  );
}

/** What it says against a call; undefined when it took it. */
async function refusalOf(
  stand: Stand,
  name: string,
  input: Record<string, unknown>,
  what: string,
): Promise<string | undefined> {
  try {
    const result = await execute(stand, name, input);
    return result.success ? undefined : (result.error?.message ?? 'no reason given');
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw withInput(what, error);
  }
}

/** An error with the input that led to it. */
async function explained<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw withInput(what, error);
  }
}

function withInput(what: string, error: unknown): unknown {
  if (!(error instanceof PatchbayError)) return error;
  const { kind, message, service, code } = error;
  const remedy = isRefusal(error)
    ? 'Answer what a tool cannot do with `success: false` and a message; an error means that the service is broken.'
    : 'A tool call must always be answered, whatever its input.';
  return new PatchbayError(kind, `With ${what} ${message}`, { service, code, remedy, cause: error });
}
