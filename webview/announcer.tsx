/** Says to screen readers what the session is doing: its status, never its tokens. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { activityOf } from './header/activity.ts';
import { useChat } from './session/chat-context.ts';
import type { Chat } from './session/chat-types.ts';
import { strings } from './strings.ts';
import { lastRow, openRows } from './timeline/timeline.ts';
import { toolSubject } from './tools/tool-line.ts';

/** Statuses that follow each other faster are not all said. */
const PAUSE_MS = 1_500;

export function Announcer() {
  const chat = useChat();
  const wanted = useComputed(() => announcement(chat));
  const said = useSignal('');
  const saidAt = useRef(0);
  useSignalEffect(() => {
    const text = wanted.value;
    const waitMs = Math.max(0, saidAt.current + PAUSE_MS - performance.now());
    const timer = setTimeout(() => {
      saidAt.current = performance.now();
      said.value = text;
    }, waitMs);
    return () => clearTimeout(timer);
  });
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

function announcement({ head, timeline, isRunning, status, followed }: Chat): string {
  const [session, rows] = [head.value, timeline.value];
  if (!session || !rows) return '';
  const asked = openRows(rows, 'approval').find((row) => row.answer === undefined);
  if (asked && followed.value) return strings.followed.waiting;
  if (asked) {
    const who = asked.path.join(' › ') || asked.agent;
    const what = toolSubject(asked.subject.tool_name ?? '', asked.subject.tool_input);
    return strings.announce.question(who, asked.prompt, what);
  }
  const isSending = isRunning.value && session.turn_started_at === undefined;
  const { text } = activityOf(session, rows, isSending, status.value?.model.model ?? session.model);
  const last = lastRow(rows);
  if (last?.kind !== 'turn-end' || isRunning.value) return text;
  return strings.announce.finished(text, last.summary.duration_ms);
}
