/** Whether a value can be the JSON Schema of a tool: its shape only, no keyword is applied. */
import { isRecord } from '../../protocol/reading.ts';
import type { JsonSchema } from './agent.ts';

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const NESTED = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'];
const LISTS = ['anyOf', 'allOf', 'oneOf', 'prefixItems'];
const NAMED = ['properties', 'patternProperties', '$defs', 'definitions'];

/** What is wrong, with its path; undefined when nothing is. */
export function jsonSchemaFault(schema: unknown, path = 'schema'): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isRecord(schema)) return `${path} is no object`;
  const { type, required, enum: values } = schema;
  const types = Array.isArray(type) ? type : [type];
  if (type !== undefined && !types.every((each) => TYPES.includes(each as string))) {
    return `${path}.type is none of ${TYPES.join(', ')}`;
  }
  if (required !== undefined && !isListOfText(required)) return `${path}.required is no list of names`;
  if (values !== undefined && !Array.isArray(values)) return `${path}.enum is no list`;
  for (const key of LISTS) {
    if (schema[key] !== undefined && !Array.isArray(schema[key])) return `${path}.${key} is no list`;
  }
  for (const key of NAMED) {
    if (schema[key] !== undefined && !isRecord(schema[key])) return `${path}.${key} has no names`;
  }
  const below = [
    ...NESTED.filter((key) => schema[key] !== undefined && !Array.isArray(schema[key])).map((key) => [
      key,
      schema[key],
    ]),
    ...[...LISTS, 'items'].flatMap((key) => entries(schema[key], key, Array.isArray(schema[key]))),
    ...NAMED.flatMap((key) => entries(schema[key], key, isRecord(schema[key]))),
  ] as [string, unknown][];
  for (const [key, each] of below) {
    const fault = jsonSchemaFault(each, `${path}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A text prompt, and optionally why it is asked (AT-24). */
export const PROMPT_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    prompt: { type: 'string', description: 'What to do, with all it needs to know.' },
    reason: { type: 'string', description: 'Why this is asked.' },
  },
  required: ['prompt'],
};

function entries(value: unknown, key: string, applies: boolean): [string, unknown][] {
  if (!applies || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, each]) => [`${key}.${name}`, each]);
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
