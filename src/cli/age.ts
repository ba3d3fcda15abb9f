/** An age as a person writes it: `30d`, `12h`, `2w`. */

const MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** In milliseconds; undefined for what is no age. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d+)\s*([mhdw])$/.exec(text.trim());
  return match ? Number(match[1]) * MS[match[2] as keyof typeof MS] : undefined;
}
