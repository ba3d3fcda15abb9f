/** The one line that says what a tool call does: the tool's name is shown before it. */
import { isRecord, isReferenced, textOf } from '../values.ts';

/** What is worth seeing of an input, first of its line. Unknown tools show their first text. */
export function toolSubject(name: string, input: unknown): string {
  const value = (key: string) => (isRecord(input) && input[key] !== undefined ? textOf(input[key]) : '');
  switch (name) {
    case 'read_file':
    case 'write_file':
    case 'edit_file':
      return value('file_path');
    case 'bash':
      return firstLine(value('command'));
    case 'grep':
    case 'glob':
      return [value('pattern'), value('path')].filter(Boolean).join(' in ');
    case 'todo':
      return value('action');
    default:
      return firstLine(firstText(input));
  }
}

/** The file a call is about, where it is about one. */
export function toolPath(name: string, input: unknown): string | undefined {
  if (name !== 'read_file' && name !== 'write_file' && name !== 'edit_file') return undefined;
  const path = isRecord(input) ? input.file_path : undefined;
  return typeof path === 'string' ? path : undefined;
}

function firstText(input: unknown): string {
  if (isReferenced(input)) return '';
  if (!isRecord(input)) return typeof input === 'string' ? input : '';
  return Object.values(input).find((value): value is string => typeof value === 'string') ?? '';
}

function firstLine(text: string): string {
  const lines = text.trim().split('\n', 2);
  return lines.length > 1 ? `${lines[0]} …` : (lines[0] ?? '');
}
