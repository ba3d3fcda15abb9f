/** What an agent with a contract takes and answers (AT-22, AT-24, AT-73, AT-74). */
import { Ajv, type ErrorObject } from 'ajv';
import * as z from 'zod/mini';

const Schema = z.record(z.string(), z.unknown());

export const Contract = z.object({
  toolName: z.string(),
  inputSchema: Schema,
  inputFormat: z.enum(['text', 'json']),
  outputFormat: z.enum(['text', 'markdown', 'json']),
  outputSchema: z.optional(Schema),
});
export type Contract = z.infer<typeof Contract>;

/** What is wrong with a value, for the model that made it; undefined when nothing is. */
export function faultsOf(schema: Record<string, unknown>, value: unknown): string | undefined {
  const ajv = new Ajv({ allErrors: true, strict: false });
  if (ajv.validate(schema, value)) return undefined;
  return (ajv.errors ?? []).map(faultText).join('; ');
}

function faultText({ instancePath, message }: ErrorObject): string {
  return `${instancePath || 'the whole'} ${message ?? 'is not valid'}`;
}

/** The agent's instruction: what it was given, and in which form it must answer. */
export function instructionOf(
  { inputFormat, ...contract }: Contract,
  input: Record<string, unknown>,
): string {
  const given =
    inputFormat === 'text'
      ? [input.prompt, input.reason === undefined ? [] : `Why this is asked: ${input.reason}`].flat()
      : ['The input:', '```json', JSON.stringify(input, null, 2), '```'];
  return [...given, ...answerForm(contract)].join('\n');
}

function answerForm({ outputFormat, outputSchema }: Omit<Contract, 'inputFormat'>): string[] {
  if (outputFormat === 'markdown') return [];
  if (outputFormat === 'text') return ['', 'Answer in plain text.'];
  const matching = outputSchema ? ` that matches this JSON Schema:\n${JSON.stringify(outputSchema)}` : '.';
  return ['', `Answer with one JSON value and nothing else${matching}`];
}

export type Answer = { readonly value: unknown } | { readonly fault: string };

/** Reads the agent's answer. JSON may stand in a code fence. */
export function readAnswer({ outputFormat, outputSchema }: Contract, text: string): Answer {
  if (outputFormat !== 'json') return { value: text };
  const bare = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (error) {
    return { fault: `it is not JSON (${(error as Error).message})` };
  }
  const faults = outputSchema && faultsOf(outputSchema, value);
  return faults === undefined ? { value } : { fault: faults };
}
