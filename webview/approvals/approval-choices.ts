/** The buttons of a question, from the options the hook gives and what the question is about. */
import { strings } from '../strings.ts';
import type { ApprovalRow } from '../timeline/rows.ts';
import { isRecord } from '../values.ts';

export type Choice =
  | {
      readonly type: 'grant';
      readonly option: string;
      readonly pattern?: string;
      readonly isPrimary: boolean;
    }
  /** Opens an editor of the input; the edited input is allowed with `option`. */
  | { readonly type: 'edit'; readonly option: string }
  /** Opens a field for the reason. */
  | { readonly type: 'deny'; readonly option: string }
  | { readonly type: 'other'; readonly option: string };

/** As `isGrant` of the protocol; the host decides by its own list, this one only chooses the button's look. */
const GRANTS = new Set([
  'allow',
  'allow once',
  'allow always',
  'allow edited',
  'allow for this session',
  'allow this version',
  'always',
  'always allow',
  'accept',
  'yes',
]);

type Asked = Pick<ApprovalRow, 'options' | 'subject'>;

export function choicesOf({ options, subject }: Asked): Choice[] {
  const grant = options.find((option) => isGrant(option) && !keepsOriginal(option));
  const choices: Choice[] = [];
  for (const option of options) {
    const said = option.trim().toLowerCase().replace(/…$/, '');
    if (said === 'edit') {
      if (grant !== undefined) choices.push({ type: 'edit', option: grant });
    } else if (isGrant(option) && !keepsOriginal(option)) {
      const pattern = said.includes('always') ? patternOf(subject) : undefined;
      const isPrimary = option === grant;
      choices.push({ type: 'grant', option, isPrimary, ...(pattern !== undefined && { pattern }) });
    } else if (said === 'deny' || said === 'no' || said === 'reject') choices.push({ type: 'deny', option });
    else choices.push({ type: 'other', option });
  }
  const canEdit = grant !== undefined && editedPart(subject) !== undefined;
  if (!canEdit) return choices.filter((choice) => choice.type !== 'edit');
  if (choices.some((choice) => choice.type === 'edit')) return choices;
  // Before the ways to say no.
  const at = choices.findIndex((choice) => choice.type === 'deny' || choice.type === 'other');
  return choices.toSpliced(at === -1 ? choices.length : at, 0, { type: 'edit', option: grant });
}

/** The call goes on without the change that a hook proposes. */
export function keepsOriginal(option: string): boolean {
  return option.trim().toLowerCase() === 'keep original';
}

export function isGrant(option: string): boolean {
  return GRANTS.has(option.trim().toLowerCase());
}

/** What an edit would change: a hook's proposal if there is one, else the input of the call. */
export function editedPart(subject: ApprovalRow['subject']): Record<string, unknown> | undefined {
  const part = subject.after ?? subject.tool_input;
  return isRecord(part) ? part : undefined;
}

/** Whether the question is about a change that a hook proposes. */
export function isChange(subject: ApprovalRow['subject']): boolean {
  return subject.before !== undefined && subject.after !== undefined;
}

/** What "Always" would allow, as the rule says it. */
function patternOf(subject: ApprovalRow['subject']): string | undefined {
  const { pattern, tool, folder } = subject.suggested_rule ?? {};
  if (typeof pattern === 'string') return pattern;
  if (typeof tool !== 'string') return undefined;
  return typeof folder === 'string' ? strings.approval.ruleIn(tool, folder) : tool;
}
