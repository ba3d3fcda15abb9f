/** How a turn, or a step of it, ended. By itself, as services need it and not the union of events. */
import * as z from 'zod/mini';
import { ErrorKind } from './errors.ts';

export const EventError = z.object({
  kind: ErrorKind,
  message: z.string(),
  service: z.optional(z.string()),
  remedy: z.optional(z.string()),
});
export type EventError = z.infer<typeof EventError>;

export const TurnStatus = z.enum(['completed', 'failed', 'cancelled', 'interrupted', 'limit', 'denied']);
export type TurnStatus = z.infer<typeof TurnStatus>;
