/** Schema faults as one line a person or a model can act on. */
import type * as core from 'zod/v4/core';

/** For example `file_path: expected string, received number; limit: Too small`. */
export function issuesText(issues: readonly core.$ZodIssue[]): string {
  return issues.map((issue) => `${issue.path.join('.') || 'value'}: ${issueText(issue)}`).join('; ');
}

/** One fault without its place. */
export function issueText(issue: core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? `expected ${issue.expected}, found nothing`
      : `expected ${issue.expected}`;
  }
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  return issue.message || issue.code;
}
