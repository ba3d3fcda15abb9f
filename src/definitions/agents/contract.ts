/** An agent as a tool of its own: what the contract needs, and the schemas it names (AT-20…24, AT-31). */
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { Diagnostic } from '../diagnostic.ts';
import type { AgentContract, JsonSchema } from './agent.ts';
import { nameOfFile } from './dialects.ts';
import type { ParsedFrontmatter } from './frontmatter.ts';
import { jsonSchemaFault, PROMPT_SCHEMA } from './json-schema.ts';
import { CONTRACT_KEYS } from './options.ts';
import { secretFault } from './secret-files.ts';
import { wireName } from './tool-name.ts';

export interface ReadContract {
  /** Undefined when the agent is no tool, or cannot be one. */
  readonly contract: AgentContract | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Files the schemas were read from. */
  readonly files: readonly string[];
}

const LARGEST_SCHEMA = 1024 * 1024;

/** @param description as found at either level. */
export async function readContract(
  parsed: ParsedFrontmatter,
  file: string,
  description: string | undefined,
): Promise<ReadContract> {
  const { values } = parsed;
  const begun = CONTRACT_KEYS.filter((key) => values[key] !== undefined);
  if (begun.length === 0) return { contract: undefined, diagnostics: [], files: [] };
  const missing = (['description', 'usage', 'output'] as const).filter(
    (key) => !parsed.given.has(key) && (key !== 'description' || description === undefined),
  );
  const at = { path: [begun[0]!], at: 'key' } as const;
  const diagnostics = missing.map((key) =>
    parsed.note({
      ...at,
      message: `"${key}" is missing: with "${begun[0]}" the agent is a tool of its own.`,
      remedy: `Write ${EXAMPLES[key]}, or remove ${begun.map((each) => `"${each}"`).join(', ')}.`,
    }),
  );
  const toolName = values.toolName ?? nameOfFile(file).replace(/[^a-zA-Z0-9_-]+/g, '_');
  if (wireName(toolName) === undefined) {
    diagnostics.push(
      parsed.note({
        path: ['toolName'],
        message: `The tool name "${toolName.slice(0, 80)}" is too long for a provider.`,
        remedy: 'Write at most 64 letters, digits, "_" and "-"; any other character counts as five or more.',
      }),
    );
  }
  const input = await resolveSchema('input', parsed, file);
  const output = await resolveSchema('output', parsed, file);
  const files = [input.file, output.file].filter((each) => each !== undefined);
  const all = [...diagnostics, ...input.diagnostics, ...output.diagnostics];
  if (diagnostics.length > 0 || !values.usage || !values.output)
    return { contract: undefined, diagnostics: all, files };
  const inputFormat = values.input?.format ?? 'text';
  const inputSchema = inputFormat === 'text' ? PROMPT_SCHEMA : (input.schema ?? { type: 'object' });
  return {
    contract: {
      toolName,
      usage: values.usage,
      inputFormat,
      inputSchema,
      outputFormat: values.output.format,
      ...(output.schema && { outputSchema: output.schema }),
    },
    diagnostics: all,
    files,
  };
}

const EXAMPLES = {
  description: '"description:" and what the agent is for',
  usage: '"usage:" and a short example of what to ask',
  output: '"output: {format: markdown}" (or json, text)',
};

interface ResolvedSchema {
  readonly schema?: JsonSchema;
  readonly file?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Inline object > text of JSON or YAML > file; one that is no schema is left out with a warning. */
async function resolveSchema(
  key: 'input' | 'output',
  { values, note }: ParsedFrontmatter,
  agentFile: string,
): Promise<ResolvedSchema> {
  const { schema, schemaRef } = values[key] ?? {};
  const from = schema === undefined ? 'schemaRef' : 'schema';
  const bad = (why: string, file?: string): ResolvedSchema => ({
    file,
    diagnostics: [
      note({
        path: [key, from],
        severity: 'warning',
        message: `"${key}.${from}" is left out: ${why}.`,
        remedy:
          'Write a JSON Schema, as an object, as its text, or as a .json or .yaml file beside this one.',
      }),
    ],
  });
  let found: unknown = schema;
  let file: string | undefined;
  try {
    if (typeof schema === 'string') found = parseYaml(schema, { logLevel: 'error' });
    if (schema === undefined && schemaRef !== undefined) {
      file = resolve(dirname(agentFile), schemaRef);
      const secret = await secretFault(file, dirname(agentFile));
      if (secret !== undefined) return bad(secret);
      if ((await stat(file)).size > LARGEST_SCHEMA) return bad(`${schemaRef} is larger than 1 MB`, file);
      const text = await readFile(file, 'utf8');
      found = extname(file) === '.json' ? JSON.parse(text) : parseYaml(text, { logLevel: 'error' });
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return bad(code === 'ENOENT' ? `there is no file ${schemaRef}` : message.split('\n', 1)[0]!, file);
  }
  if (found === undefined) return { diagnostics: [] };
  const fault = jsonSchemaFault(found);
  if (fault !== undefined) return bad(fault, file);
  return { schema: found as JsonSchema, file, diagnostics: [] };
}
