/** Ids of child sessions, in the reference's form: `<16 hex of the parent's span>-<16 hex>_<agent>` (DL-23). */
import { createHash, randomBytes } from 'node:crypto';

const CHILD = /^[0-9a-f]{16}-([0-9a-f]{16})_.+$/;

export function childSessionId(parentId: string, agent: string): string {
  return `${spanOf(parentId)}-${randomBytes(8).toString('hex')}_${agent.replaceAll(/[^\w.-]+/g, '-')}`;
}

/** A child's own span; of a root, whose id may be anything, the beginning of its hash unless it is hex itself. */
function spanOf(id: string): string {
  const own = CHILD.exec(id)?.[1];
  if (own) return own;
  const hex = id.replaceAll('-', '').slice(0, 16);
  return /^[0-9a-f]{16}$/.test(hex) ? hex : createHash('sha256').update(id).digest('hex').slice(0, 16);
}
