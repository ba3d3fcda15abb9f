/** What a tool call changes or would change, in the editor's own diff view. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SessionEvent } from '../../protocol/events.ts';
import { isReferenced } from '../../protocol/events.ts';
import type { ShownSession } from '../../session/shown-session.ts';
import type { DiffDocuments } from '../diff-documents.ts';

/** Events among which the call is looked for. */
const LOOK_BACK = 5_000;

export async function openToolDiff(
  session: ShownSession,
  callId: string,
  diffs: DiffDocuments,
): Promise<void> {
  const { events } = await session.page({ limit: LOOK_BACK });
  const mine = events.filter((event) => 'call_id' in event && event.call_id === callId);
  const started = mine.findLast((event) => event.type === 'tool.started' || event.type === 'tool.requested');
  if (!started || !('input' in started)) return;
  const input = await wholeInput(session, started.input);
  const path = String(input.file_path ?? '');
  const now = await readFile(resolve(session.cwd, path), 'utf8').catch(() => '');
  const done = mine.some((event) => event.type === 'tool.finished' && event.success);
  const { before, after } = started.name === 'edit_file' ? edit(input, now, done) : write(input, now, done);
  await diffs.open(path, before, after, `${path} (${done ? 'changed' : 'proposed'} by ${started.agent})`);
}

function edit(input: Record<string, unknown>, now: string, done: boolean): { before: string; after: string } {
  const [old, fresh] = [String(input.old_string ?? ''), String(input.new_string ?? '')];
  const swap = (from: string, to: string) =>
    input.replace_all === true ? now.split(from).join(to) : now.replace(from, () => to);
  return done ? { before: swap(fresh, old), after: now } : { before: now, after: swap(old, fresh) };
}

/** What a file held before a write that is done is not kept; then both sides are the same. */
function write(
  input: Record<string, unknown>,
  now: string,
  done: boolean,
): { before: string; after: string } {
  return { before: now, after: done ? now : String(input.content ?? '') };
}

type WithInput = Extract<SessionEvent, { type: 'tool.started' }>['input'];

async function wholeInput(session: ShownSession, input: WithInput): Promise<Record<string, unknown>> {
  const entries = Object.entries(input).map(
    async ([key, value]) => [key, isReferenced(value) ? await session.blob(value.$ref) : value] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
