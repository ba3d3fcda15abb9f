/** What is edited of an input: the one text that matters of the known tools, JSON of any other. */
import { strings } from '../strings.ts';
import { isRecord } from '../values.ts';

/** The text of these tools that a person would want to change. */
const TEXT_OF: Readonly<Record<string, string>> = {
  bash: 'command',
  write_file: 'content',
  edit_file: 'new_string',
};

export interface InputDraft {
  /** The member that is edited as text; undefined for the whole input as JSON. */
  readonly field: string | undefined;
  readonly text: string;
}

export type EditedInput =
  | { readonly type: 'input'; readonly input: Record<string, unknown> }
  | { readonly type: 'invalid'; readonly message: string };

export function draftOf(toolName: string | undefined, input: Readonly<Record<string, unknown>>): InputDraft {
  const field = TEXT_OF[toolName ?? ''];
  const text = field === undefined ? undefined : input[field];
  if (field !== undefined && typeof text === 'string') return { field, text };
  return { field: undefined, text: JSON.stringify(input, null, 2) };
}

export function editedInput(
  input: Readonly<Record<string, unknown>>,
  { field, text }: InputDraft,
): EditedInput {
  if (field !== undefined) return { type: 'input', input: { ...input, [field]: text } };
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return { type: 'input', input: value };
    return { type: 'invalid', message: strings.approval.notAnObject };
  } catch (error) {
    return { type: 'invalid', message: strings.approval.invalidJson((error as Error).message) };
  }
}
