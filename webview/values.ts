/** Values of a session that nobody here knows the form of: tool inputs and outputs, hook data. */
import type { Referenced } from '../src/protocol/events.ts';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isReferenced(value: unknown): value is Referenced {
  return (
    isRecord(value) &&
    typeof value.$ref === 'string' &&
    typeof value.bytes === 'number' &&
    typeof value.preview === 'string'
  );
}

/** Text as it is, anything else as JSON; of a reference what is known of it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isReferenced(value)) return value.preview;
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

/** A member that is text, or a reference to one. */
export function member(value: unknown, name: string): string | Referenced | undefined {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === 'string' || isReferenced(found) ? found : undefined;
}

/** Whether the value, or a member of it, is kept elsewhere. */
export function hasReferences(value: unknown): boolean {
  return isReferenced(value) || (isRecord(value) && Object.values(value).some(isReferenced));
}
