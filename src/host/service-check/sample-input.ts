/**
 * Input made up from a JSON Schema: one that fits it, and some that do not. Knows what tools use of JSON Schema;
 * patterns are the one thing it cannot make up text for, unless the schema has an example.
 */
import type { JsonSchema } from '../../protocol/manifest.ts';
import { isRecord } from '../../protocol/reading.ts';

/** Text where any would do; a file of this name lies in the folder that tools work in. */
export const SAMPLE_TEXT = 'sample';

/** A value that the schema allows: its own default, example or first choice where it has one. */
export function sampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isRecord(schema) || depth > DEEPEST) return SAMPLE_TEXT;
  const given = givenValue(schema);
  if (given !== undefined) return given;
  const inner = innerSchema(schema, root);
  if (inner) return sampleOf(inner, root, depth + 1);
  switch (typeOf(schema)) {
    case 'string':
      return sampleString(schema);
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: numberIn(schema, 'minItems') ?? 0 }, () =>
        sampleOf(schema.items, root, depth + 1),
      );
    case 'object':
      return sampleObject(schema, root, depth);
    default:
      return SAMPLE_TEXT;
  }
}

export interface InvalidInput {
  readonly input: Record<string, unknown>;
  /** Why the schema refuses it, as the end of a sentence. */
  readonly why: string;
}

/** Objects that an object schema refuses, each for one reason; empty when it allows every object. */
export function invalidInputs(schema: JsonSchema): InvalidInput[] {
  const target = resolved(schema, schema);
  const valid = sampleOf(target, schema);
  const base = isRecord(valid) ? valid : {};
  const properties = isRecord(target.properties) ? target.properties : {};
  const found: InvalidInput[] = [];
  const [required] = Array.isArray(target.required) ? target.required.map(String) : [];
  if (required !== undefined) {
    const { [required]: _left, ...input } = base;
    found.push({ input, why: `"${required}" is missing` });
  }
  for (const [name, property] of Object.entries(properties)) {
    const wrong = wrongValue(isRecord(property) ? resolved(property, schema) : {});
    if (wrong === undefined) continue;
    found.push({ input: { ...base, [name]: wrong.value }, why: `"${name}" is ${wrong.what}` });
    break;
  }
  return found;
}

const DEEPEST = 8;

function givenValue(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  if (example !== undefined) return example;
  return Array.isArray(schema.enum) ? schema.enum[0] : undefined;
}

/** The schema that a reference or a choice leads to. */
function innerSchema(schema: JsonSchema, root: unknown): JsonSchema | undefined {
  if (typeof schema.$ref === 'string') return referred(schema.$ref, root);
  for (const key of ['anyOf', 'oneOf']) {
    const choices = schema[key];
    if (Array.isArray(choices) && schema.properties === undefined) {
      const choice: unknown = choices[0];
      return isRecord(choice) ? choice : undefined;
    }
  }
  if (!Array.isArray(schema.allOf)) return undefined;
  const { allOf, ...own } = schema;
  return [own, ...allOf.filter(isRecord).map((part) => resolved(part, root))].reduce(merged);
}

function merged(one: JsonSchema, other: JsonSchema): JsonSchema {
  const properties = { ...record(one.properties), ...record(other.properties) };
  const required = [...list(one.required), ...list(other.required)];
  return { ...one, ...other, ...(Object.keys(properties).length > 0 && { properties }), required };
}

function resolved(schema: JsonSchema, root: unknown): JsonSchema {
  const inner = innerSchema(schema, root);
  return inner === undefined || inner === schema ? schema : resolved(inner, root);
}

/** `#/$defs/name` and the like. */
function referred(reference: string, root: unknown): JsonSchema | undefined {
  let at: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isRecord(at) ? at[key] : undefined;
  }
  return isRecord(at) ? at : undefined;
}

function typeOf(schema: JsonSchema): unknown {
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  return type ?? (isRecord(schema.properties) ? 'object' : undefined);
}

function sampleObject(schema: JsonSchema, root: unknown, depth: number): Record<string, unknown> {
  const properties = record(schema.properties);
  const entries = list(schema.required).map((name) => {
    const property = properties[String(name)];
    return [String(name), sampleOf(property ?? {}, root, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

const FORMATS: Readonly<Record<string, string>> = {
  // A port of this machine at which nothing answers.
  uri: 'http://127.0.0.1:9/',
  url: 'http://127.0.0.1:9/',
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'someone@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  ipv4: '127.0.0.1',
  hostname: 'localhost',
};

function sampleString(schema: JsonSchema): string {
  const text = FORMATS[String(schema.format)] ?? SAMPLE_TEXT;
  const padded = text.padEnd(numberIn(schema, 'minLength') ?? 0, 'x');
  return padded.slice(0, numberIn(schema, 'maxLength') ?? padded.length);
}

function sampleNumber(schema: JsonSchema): number {
  const step = numberIn(schema, 'multipleOf') ?? 1;
  const above = numberIn(schema, 'exclusiveMinimum');
  const least = numberIn(schema, 'minimum') ?? (above === undefined ? undefined : above + step);
  const below = numberIn(schema, 'exclusiveMaximum');
  const most = numberIn(schema, 'maximum') ?? (below === undefined ? undefined : below - step);
  const wanted = Math.min(Math.max(step, least ?? step), most ?? Number.MAX_SAFE_INTEGER);
  return Math.ceil(wanted / step) * step;
}

function wrongValue(schema: JsonSchema): { value: unknown; what: string } | undefined {
  if (Array.isArray(schema.type)) return undefined;
  switch (typeOf(schema)) {
    case 'string':
      return { value: 0, what: 'a number' };
    case 'integer':
    case 'number':
    case 'boolean':
      return { value: 'x', what: 'text' };
    case 'array':
    case 'object':
      return { value: 0, what: 'a number' };
    default:
      return undefined;
  }
}

function numberIn(schema: JsonSchema, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
