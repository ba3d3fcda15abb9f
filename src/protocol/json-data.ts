/**
 * What a line may carry is JSON. A thread's messages can hold more (ports, shared memory, cycles, …); nothing of
 * that goes further than the link, so that the code above cannot tell a thread from a process (RT-2).
 */
import { PatchbayError } from './errors.ts';

/** Deeper than anything sensible; what walks over values later must not run out of stack. */
const DEEPEST = 500;
/** An array longer than this is looked at for holes: one of four thousand million of them costs its sender nothing. */
const LONG_ARRAY = 10_000;

/**
 * The very same value if it is JSON, else a copy in JSON's way: dates as text, numbers that are none as null, no
 * key `__proto__`.
 * @throws PatchbayError `protocol` with the place of what is no JSON.
 */
export function jsonData(value: unknown): unknown {
  return plain(value, [], 0);
}

function plain(value: unknown, path: (string | number)[], depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      break;
    default:
      throw notJson(path, `a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth > DEEPEST) throw notJson(path.slice(0, 3), `nested more than ${DEEPEST} deep, or in a circle`);
  if (Array.isArray(value)) return plainArray(value, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return plainRecord(value, path, depth);
  if (value instanceof Date) return value.toJSON();
  throw notJson(path, `a ${value.constructor?.name || 'special object'}`);
}

function plainArray(value: readonly unknown[], path: (string | number)[], depth: number): unknown[] {
  if (value.length > LONG_ARRAY && Object.keys(value).length !== value.length) {
    throw notJson(path, 'a list with holes');
  }
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    path.push(index);
    const item = plain(value[index], path, depth + 1);
    path.pop();
    if (item === value[index]) continue;
    copy ??= value.slice();
    copy[index] = item;
  }
  return copy ?? (value as unknown[]);
}

function plainRecord(value: object, path: (string | number)[], depth: number): object {
  const record = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    if (key === '__proto__') {
      copy ??= { ...record };
      delete copy[key];
      continue;
    }
    path.push(key);
    const item = plain(record[key], path, depth + 1);
    path.pop();
    if (item === record[key]) continue;
    copy ??= { ...record };
    copy[key] = item;
  }
  return copy ?? value;
}

function notJson(path: readonly (string | number)[], what: string): PatchbayError {
  const place = path.length === 0 ? 'it' : `"${path.join('.').slice(0, 200)}"`;
  return new PatchbayError('protocol', `Only JSON crosses a line: ${place} is ${what}.`, {
    remedy: 'Send text, numbers, booleans, null, lists and plain objects of them.',
  });
}
