/** Work given to another agent: a line with what it is doing now, which opens to its own timeline in place. */
import { useComputed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { SessionHead } from '../../../src/protocol/session-head.ts';
import { Cost } from '../../cost.tsx';
import { Elapsed } from '../../elapsed.tsx';
import { formatDuration, formatTokens } from '../../format.ts';
import { activityOf } from '../../header/activity.ts';
import { Icon } from '../../icon.tsx';
import { ChatContext, useChat } from '../../session/chat-context.ts';
import { strings } from '../../strings.ts';
import { Disclosure } from '../disclosure.tsx';
import { usePages } from '../pages-context.ts';
import type { Delegation, ToolRow } from '../rows.ts';
import { emptyTimeline } from '../timeline.ts';
import './delegation-content.css';

interface DelegationProps {
  readonly row: ToolRow;
  readonly delegation: Delegation;
}

export function DelegationContent({ row, delegation }: DelegationProps) {
  const chat = useChat();
  const { sessionId, agent, instruction, state } = delegation;
  const waiting = useMemo(() => chat.branches.waiting(sessionId ?? ''), [sessionId]).value;
  const asks = waiting > 0;
  // A question at any depth is seen where it is asked; the branch then stays open.
  useEffect(() => {
    const opened = chat.opened(row.key);
    if (asks) opened.value ??= true;
  }, [asks]);
  return (
    <Disclosure
      id={row.key}
      class={`tool delegation ${state}${asks ? ' waiting' : ''}`}
      isOpenAtFirst={asks}
      line={
        <>
          <Icon name="type-hierarchy-sub" class="delegation-mark" />
          <strong class="delegation-agent">{agent}</strong>
          <span class="delegation-instruction ellipsis">{instruction ?? ''}</span>
          <span class="tool-state numbers">
            <State delegation={delegation} waiting={waiting} />
          </span>
        </>
      }
    >
      {() =>
        sessionId === undefined ? null : (
          <Branch key={sessionId} sessionId={sessionId} delegation={delegation} />
        )
      }
    </Disclosure>
  );
}

function State({ delegation, waiting }: { readonly delegation: Delegation; readonly waiting: number }) {
  const { followed } = useChat();
  const { startedAt, summary } = delegation;
  const isLeft = delegation.state === 'working' && followed.value?.isOwned === false;
  const state = isLeft ? 'interrupted' : delegation.state;
  if (waiting > 0) {
    const text = followed.value ? strings.followed.waits : strings.delegation.waiting;
    return <Doing icon="bell-dot" text={text} since={startedAt} />;
  }
  if (state === 'queued') return <Doing icon="clock" text={strings.delegation.queued} since={startedAt} />;
  if (state === 'working') return <Working delegation={delegation} />;
  return (
    <>
      {state !== 'completed' && (
        <span class="delegation-ended ellipsis">{strings.delegation.ended[state]}</span>
      )}
      <span class="delegation-figures">
        {summary && formatDuration(summary.duration_ms)}
        {summary && ` · ${formatTokens(summary.input_tokens + summary.output_tokens)} `}
        {summary && strings.header.tokens}
      </span>
      {summary && <Cost usd={summary.cost_usd} />}
      {state === 'completed' && <span class="visually-hidden">{strings.tool.succeeded}</span>}
      <Icon name={ICONS[state]} class="tool-icon" />
    </>
  );
}

/** Its own live last line. */
function Working({ delegation }: { readonly delegation: Delegation }) {
  const { branches } = useChat();
  const head = useMemo(() => branches.head(delegation.sessionId ?? ''), [delegation.sessionId]).value;
  return (
    <Doing
      icon="loading"
      text={head ? doing(head) : strings.activity.starting}
      since={delegation.startedAt}
    />
  );
}

function Doing({
  icon,
  text,
  since,
}: {
  readonly icon: string;
  readonly text: string;
  readonly since: number;
}) {
  return (
    <>
      <span class="delegation-doing ellipsis">{text}</span>
      <Elapsed since={since} />
      <Icon name={icon} class={`tool-icon${icon === 'loading' ? ' spin' : ''}`} />
    </>
  );
}

function doing(head: SessionHead): string {
  if (head.phase === 'tools') return strings.activity.runningTools(head.running_tools);
  return activityOf(head, emptyTimeline(head.session_id), false, head.model).text;
}

const ICONS = {
  completed: 'check',
  limit: 'watch',
  failed: 'error',
  denied: 'circle-slash',
  cancelled: 'debug-stop',
  interrupted: 'debug-pause',
} as const;

function Branch({ sessionId, delegation }: { readonly sessionId: string; readonly delegation: Delegation }) {
  const chat = useChat();
  const branch = useMemo(() => chat.branches.open(sessionId, chat), [sessionId]);
  useEffect(() => () => chat.branches.close(sessionId), [sessionId]);
  const hasOlder = useComputed(() => branch.feed.value?.hasOlder === true);
  const Pages = usePages();
  if (branch.feed.value === undefined) return <p class="dim">{strings.list.loading}</p>;
  return (
    <ChatContext.Provider value={branch}>
      <section class="branch" aria-label={strings.delegation.timelineOf(delegation.agent)}>
        {hasOlder.value && (
          <button type="button" class="text-button" onClick={() => branch.loadOlder()}>
            {strings.list.older}
          </button>
        )}
        <Pages pages={branch.pages.value} />
      </section>
    </ChatContext.Provider>
  );
}
