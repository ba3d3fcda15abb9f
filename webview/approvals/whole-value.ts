/** A value with everything in it that the log keeps elsewhere: what is asked about is shown in full. */
import type { Blobs } from '../session/blobs.ts';
import { isRecord, isReferenced } from '../values.ts';

export type Whole =
  | { readonly state: 'whole'; readonly value: unknown }
  | { readonly state: 'reading'; readonly refs: readonly string[] }
  | { readonly state: 'failed'; readonly message: string };

/** Reads the signals of the blobs, so a component that calls it renders again when they arrive. */
export function wholeValue(value: unknown, blobs: Blobs): Whole {
  if (isReferenced(value)) {
    const text = wholeText(value.$ref, blobs);
    // Only values that are not text are kept as a whole: as JSON.
    return text.state === 'whole' ? { state: 'whole', value: parsed(String(text.value)) } : text;
  }
  if (!isRecord(value)) return { state: 'whole', value };
  const members: [string, unknown][] = [];
  const refs: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    const whole: Whole = isReferenced(part) ? wholeText(part.$ref, blobs) : { state: 'whole', value: part };
    if (whole.state === 'failed') return whole;
    if (whole.state === 'reading') refs.push(...whole.refs);
    else members.push([name, whole.value]);
  }
  return refs.length > 0
    ? { state: 'reading', refs }
    : { state: 'whole', value: Object.fromEntries(members) };
}

function wholeText(ref: string, blobs: Blobs): Whole {
  const blob = blobs.get(ref).value;
  switch (blob.state) {
    case 'read':
      return { state: 'whole', value: blob.text };
    case 'failed':
      return { state: 'failed', message: blob.message };
    default:
      return { state: 'reading', refs: [ref] };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It was text after all.
    return text;
  }
}
