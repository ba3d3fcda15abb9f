/** The process that has a session open, as others are told of it: one owns a session, the rest follow (DL-35). */
import * as z from 'zod/mini';

/** Where a person finds it. */
export const SessionPlace = z.enum(['window', 'terminal']);
export type SessionPlace = z.infer<typeof SessionPlace>;

export const SessionOwner = z.object({
  /** On the machine it runs on, which need not be this one. */
  pid: z.int(),
  /** Absent when it did not say. */
  place: z.optional(SessionPlace),
});
export type SessionOwner = z.infer<typeof SessionOwner>;
