/**
 * Input of a tool whose schema is plain JSON Schema: what is missing, unknown or of another type at the top is
 * refused; deeper faults are the tool's to find. A whole validator would be most of a small service.
 */
import type { JsonSchema } from '../protocol/manifest.ts';
import { isRecord } from '../protocol/reading.ts';

/** What is wrong, for the model that made the input; undefined when nothing was found. */
export function jsonInputFault(
  schema: JsonSchema,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const missing = required.filter((name) => !Object.hasOwn(input, name));
  if (missing.length > 0) return `${missing.map((name) => `"${name}"`).join(', ')} is missing`;
  for (const [name, value] of Object.entries(input)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined && schema.additionalProperties === false) return `"${name}" is unknown`;
    const fault = isRecord(property) ? valueFault(property, value) : undefined;
    if (fault !== undefined) return `"${name}" ${fault}`;
  }
  return undefined;
}

function valueFault(schema: JsonSchema, value: unknown): string | undefined {
  const types = [schema.type].flat().filter((type) => typeof type === 'string');
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) {
    return `must be of type ${types.join(' or ')}`;
  }
  const { enum: choices } = schema;
  if (!Array.isArray(choices) || typeof value === 'object' || choices.includes(value)) return undefined;
  return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      // A type that does not exist is a fault of the schema, not of the input.
      return true;
  }
}
