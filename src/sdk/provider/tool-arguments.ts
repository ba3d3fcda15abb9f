/** Arguments of a tool call as a model wrote them: usually JSON, sometimes not. */
import { isRecord } from '../../protocol/reading.ts';

/**
 * Key of the only field of arguments that are not a JSON object; its value is what the model wrote. A loop that
 * finds it tells the model instead of running the tool.
 */
export const INVALID_ARGUMENTS = '$invalid_arguments';

/**
 * Never throws. Nothing at all (a call without arguments) is `{}`; text that is not a JSON object becomes
 * `{ $invalid_arguments: text }`. Some servers send the object itself instead of its text.
 */
export function readArguments(raw: unknown): Record<string, unknown> {
  if (isRecord(raw)) return raw;
  if (raw === undefined || raw === null) return {};
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  if (text.trim() === '') return {};
  const value = parsed(text);
  if (isRecord(value)) return value;
  return value === null ? {} : { [INVALID_ARGUMENTS]: text };
}

/** What the model wrote, when it was not a JSON object. */
export function invalidArguments(input: Readonly<Record<string, unknown>>): string | undefined {
  const raw = input[INVALID_ARGUMENTS];
  return typeof raw === 'string' ? raw : undefined;
}

/** Undefined stands for "not JSON"; JSON itself has no such value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
