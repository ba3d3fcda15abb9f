/** Only explicit words of consent grant something. */
import { expect, it } from 'vitest';
import { ApprovalRule, isGrant } from '../../../src/protocol/approvals.ts';

it.each(['Allow', 'allow once', ' Allow always ', 'ALWAYS', 'Allow for this session', 'Accept', 'yes'])(
  '"%s" grants',
  (choice) => {
    expect(isGrant(choice)).toBe(true);
  },
);

it.each(['Deny', 'no', '', 'Keep original', 'Cancelled', 'allow nothing', 'not allow', 'ok?', 'disallow'])(
  '"%s" does not',
  (choice) => {
    expect(isGrant(choice)).toBe(false);
  },
);

it('a rule needs an action that exists', () => {
  expect(ApprovalRule.safeParse({ tool: 'bash', pattern: 'npm test', action: 'allow' }).success).toBe(true);
  expect(ApprovalRule.safeParse({ tool: 'bash' }).success).toBe(false);
  expect(ApprovalRule.safeParse({ action: 'maybe' }).success).toBe(false);
});
