/** Secrets are masked on their way into the event log, whoever brought them (design §8). */
import type { EventBody } from '../protocol/events.ts';
import type { SecretMask } from '../protocol/known-secrets.ts';
import { redactDeep } from '../protocol/redact.ts';

/** The very same event when there is nothing to mask. */
export function redactedEvent(given: EventBody, secrets: SecretMask): EventBody {
  // First, or a part of one might be masked by its form and the rest stay.
  const body = secrets.mask(given);
  switch (body.type) {
    // A person decides on exactly what will run, and changes exactly that: only what is known to be secret is masked.
    case 'approval.requested':
    case 'approval.answered':
      return body;
    default:
      return redactDeep(body);
  }
}
