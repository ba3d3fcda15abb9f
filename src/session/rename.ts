/** A person gives a session another title (DL-34). */
import { PatchbayError } from '../protocol/errors.ts';
import { redactText } from '../protocol/redact.ts';
import type { Session } from './session.ts';

const LONGEST_TITLE = 200;

/** @throws PatchbayError `config` for a title without text. */
export async function renameSession(session: Session, title: string): Promise<void> {
  const line = redactText(title.replaceAll(/\s+/g, ' ').trim()).slice(0, LONGEST_TITLE);
  if (line === '') {
    throw new PatchbayError('config', 'A session needs a title.', { remedy: 'Give it some text.' });
  }
  session.append({ type: 'session.titled', title: line, by: 'person' });
  await session.flush();
}
