/** Secrets are masked on their way into the event log, whoever brought them (design §8). */
import type { EventBody } from '../protocol/events.ts';
import { redactDeep } from '../protocol/redact.ts';

/** The very same event when there is nothing to mask. */
export function redactedEvent(body: EventBody): EventBody {
  switch (body.type) {
    // A person decides on exactly what will run, and changes exactly that.
    case 'approval.requested':
    case 'approval.answered':
      return body;
    default:
      return redactDeep(body);
  }
}
