/** The session at a glance: title, what it is doing, and what it has used. */
import { useComputed } from '@preact/signals';
import { Cost } from '../cost.tsx';
import { Elapsed } from '../elapsed.tsx';
import { formatDuration, formatTokens } from '../format.ts';
import { Icon } from '../icon.tsx';
import { MenuButton, type MenuItem } from '../menu.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { lastRow } from '../timeline/timeline.ts';
import { activityOf, todoProgress, waitingActivity } from './activity.ts';
import './header.css';

export function Header() {
  const { head } = useChat();
  const title = useComputed(() => head.value?.title || strings.header.newSession);
  return (
    <header class="header">
      <div class="header-title">
        <h1 class="ellipsis" title={title.value}>
          {title}
        </h1>
        <SessionMenu />
      </div>
      <div class="header-facts">
        <ActivityLine />
        <Usage />
      </div>
    </header>
  );
}

function SessionMenu() {
  const { post } = useChat();
  const command = (name: 'newSession' | 'resumeSession' | 'openInEditor' | 'openSettings', icon: string) =>
    ({
      label: strings.commands[name],
      icon,
      run: () => post({ type: 'command', command: name }),
    }) satisfies MenuItem;
  return (
    <MenuButton
      label={strings.header.menu}
      icon="ellipsis"
      items={[
        command('newSession', 'add'),
        command('resumeSession', 'history'),
        command('openInEditor', 'go-to-file'),
        command('openSettings', 'settings-gear'),
      ]}
    />
  );
}

/** Never a sign without words: what it is doing, and for how long. */
function ActivityLine() {
  const chat = useChat();
  const [head, timeline] = [chat.head.value, chat.timeline.value];
  if (!head || !timeline) return null;
  const isSending = chat.isRunning.value && head.turn_started_at === undefined;
  const inBranches = chat.branches.allWaiting.value;
  const waiting = head.pending_approvals.length + inBranches;
  const activity =
    inBranches > 0
      ? waitingActivity(waiting)
      : activityOf(head, timeline, isSending, chat.status.value?.model.model ?? head.model);
  const isTheirs = chat.followed.value !== undefined && waiting > 0;
  const todos = todoProgress(timeline);
  const text = (
    <>
      <Icon name="circle-filled" class={`activity-dot ${activity.tone}`} />
      <span class="ellipsis">{isTheirs ? strings.followed.waiting : activity.text}</span>
      {activity.since !== undefined && <Elapsed since={activity.since} />}
      {activity.until !== undefined && <Remaining until={activity.until} />}
      {todos !== undefined && <span class="numbers">· {todos}</span>}
    </>
  );
  if (waiting === 0) return <span class="activity">{text}</span>;
  return (
    <button
      type="button"
      class="activity line-button"
      title={strings.header.showQuestion}
      onClick={() => {
        chat.focus.value = { target: 'approval' };
      }}
    >
      {text}
    </button>
  );
}

function Remaining({ until }: { readonly until: number }) {
  const seconds = Math.ceil((until - useChat().clock.ticking.value) / 1000);
  return seconds > 0 ? <span class="numbers">{strings.activity.inSeconds(seconds)}</span> : null;
}

function Usage() {
  const { head } = useChat();
  const known = head.value;
  if (!known || known.turn_count === 0) return null;
  const tokens = known.input_tokens + known.output_tokens;
  return (
    <span class="usage numbers">
      {known.context_tokens > 0 && (
        <span title={strings.header.contextTitle}>{strings.header.context(known.context_tokens)}</span>
      )}
      <span title={strings.header.tokensTitle(known.input_tokens, known.output_tokens)}>
        {formatTokens(tokens)} <span class="usage-unit">{strings.header.tokens}</span>
      </span>
      <Cost usd={known.cost_usd} />
      <TurnTime />
    </span>
  );
}

/** Of the turn that runs, or of the last one. */
function TurnTime() {
  const { head, timeline } = useChat();
  const startedAt = head.value?.turn_started_at;
  const last = timeline.value && lastRow(timeline.value);
  if (startedAt === undefined && last?.kind !== 'turn-end') return null;
  return (
    <span title={strings.header.timeTitle}>
      {startedAt !== undefined ? (
        <Elapsed since={startedAt} />
      ) : (
        last?.kind === 'turn-end' && formatDuration(last.summary.duration_ms)
      )}
    </span>
  );
}
