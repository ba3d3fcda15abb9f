/** How large what a tool was given or answered is, as the log holds it: characters of its JSON. */
import { isReferenced } from '../protocol/events.ts';

/** What is too large for the log is kept beside it, and counts with its own size. */
export function charactersOf(value: unknown): number {
  if (value === undefined) return 0;
  let elsewhere = 0;
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (!isReferenced(item)) return item;
    elsewhere += item.bytes;
    return undefined;
  });
  return (text?.length ?? 0) + elsewhere;
}
