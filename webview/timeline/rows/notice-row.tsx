/** What happened beside the conversation: crashes, retries, notices, hooks that failed. */
import { Elapsed } from '../../elapsed.tsx';
import { ShowLog } from '../../show-log.tsx';
import { strings } from '../../strings.ts';
import type { CrashRow, HookFailedRow, HookWaitRow, NoticeRow, RetryRow } from '../rows.ts';
import { Fault } from './fault.tsx';

export function NoticeContent({ row }: { readonly row: NoticeRow }) {
  return (
    <Fault level={row.level}>
      {row.text} {row.remedy}
    </Fault>
  );
}

export function CrashContent({ row }: { readonly row: CrashRow }) {
  return (
    <Fault level="warning">
      <b>{row.service}</b> {strings.notice.crashed(row.exit)} {row.error.message}{' '}
      {row.error.remedy ?? strings.notice.goesOn} <ShowLog service={row.service} />
    </Fault>
  );
}

export function RetryContent({ row }: { readonly row: RetryRow }) {
  return (
    <Fault level="warning">
      {strings.notice.retry(row.attempt, row.delayMs)} <span class="dim">{row.error.message}</span>
    </Fault>
  );
}

const OUTCOMES = {
  ask: strings.decision.outcomeAsk,
  deny: strings.decision.outcomeDeny,
  allow: strings.decision.outcomeAllow,
} as const;

export function HookFailedContent({ row }: { readonly row: HookFailedRow }) {
  const { failure } = row;
  return (
    <Fault level={failure.outcome === 'allow' ? 'warning' : 'error'}>
      {strings.approval.hook} <b>{failure.hook}</b> {strings.decision.hookFailed}: {failure.error.message}{' '}
      {OUTCOMES[failure.outcome]} <ShowLog service={failure.service} />
    </Fault>
  );
}

/** With the time it takes as it takes it, so that a hung gate is seen for what it is. */
export function HookWaitContent({ row }: { readonly row: HookWaitRow }) {
  const { hook, service, event, waitedMs } = row;
  return (
    <Fault level={waitedMs === undefined ? 'warning' : 'info'}>
      {strings.hookWait.text(hook, service, event, waitedMs)}{' '}
      {waitedMs === undefined && (
        <>
          <Elapsed since={row.since} /> {strings.hookWait.limit(row.limitMs)}{' '}
        </>
      )}
      <ShowLog service={service} />
    </Fault>
  );
}
