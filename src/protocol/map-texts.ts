/** Changes the texts inside of anything JSON can hold. */
import { isRecord } from './reading.ts';

/**
 * @param change given each text and, where it is a field's value, the field's key; keys of objects are kept.
 * @returns the very same value when no text was changed.
 */
export function mapTexts<T>(value: T, change: (text: string, key?: string) => string): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (text: string, key?: string) => string, key?: string): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) {
    const items = value.map((item) => mapped(item, change));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  // The bytes of an image hold no text.
  if (!isRecord(value) || (value.type === 'image' && typeof value.data === 'string')) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, mapped(item, change, name)] as const);
  return entries.every(([name, item]) => item === value[name]) ? value : Object.fromEntries(entries);
}
