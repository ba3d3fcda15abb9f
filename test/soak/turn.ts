/** One turn by its plan: done to, watched, and judged. */
import type { Host } from '../../src/host/host.ts';
import type { SessionEvent } from '../../src/protocol/events.ts';
import type { Session } from '../../src/session/session.ts';
import type { Plan } from './plan.ts';

export const SOAK_RUN = {
  provider: 'soak',
  interactive: false,
  trusted: true,
  overrides: { approvals: { mode: 'allow' as const } },
};

export interface TurnReport {
  /** Texts that were shown as stored messages: they must be in the transcript. */
  readonly acknowledged: readonly string[];
  readonly faults: readonly string[];
  /** Services that ended badly, as planned. */
  readonly crashes: number;
}

export async function runTurn(host: Host, session: Session, plan: Plan): Promise<TurnReport> {
  const events: SessionEvent[] = [];
  const prompt = JSON.stringify(plan);
  let victim: number | undefined;
  let isWaiting = false;
  let isDoomed = false;
  const killWhenReady = () => {
    if (isDoomed || !isWaiting || victim === undefined) return;
    isDoomed = true;
    const pid = victim;
    setTimeout(() => process.kill(pid, 'SIGKILL'), plan.killAfterMs);
  };
  for await (const event of host.run(session, prompt, SOAK_RUN)) {
    events.push(event);
    if (event.type === 'service.started' && event.service === 'soak-process') victim = event.pid;
    if (event.type === 'tool.started') {
      if (event.name === 'process_wait') isWaiting = true;
      if (event.name === 'thread_wait') setTimeout(() => host.cancel(session.id), plan.stopAfterMs);
    }
    killWhenReady();
  }
  return judge(plan, prompt, events);
}

function judge(plan: Plan, prompt: string, events: readonly SessionEvent[]): TurnReport {
  const faults: string[] = [];
  const blame = (what: string) => faults.push(`turn ${plan.turn}: ${what}`);
  const wanted = plan.fault ? 'failed' : plan.stopAfterMs === undefined ? 'completed' : 'cancelled';
  const end = events.at(-1);
  if (end?.type !== 'turn.finished') blame(`it ended with ${end?.type}`);
  else if (end.status !== wanted) blame(`${end.status} instead of ${wanted}: ${end.error?.message ?? ''}`);
  const answers = events.flatMap((event) => (event.type === 'assistant.message' ? [event.text] : []));
  if (wanted === 'completed') {
    if (answers.join() !== plan.answer) blame(`the answer was ${JSON.stringify(answers)}`);
    for (const call of plan.calls) if (call.name.endsWith('_work')) judgeWork(call, events, plan, blame);
  }
  const crashes = events.filter(({ type }) => type === 'service.crashed').length;
  return { acknowledged: wanted === 'completed' ? [prompt, ...answers] : answers, faults, crashes };
}

/** Right, or ended together with its service; never wrong and never without an end. */
function judgeWork(
  { name, input }: Plan['calls'][number],
  events: readonly SessionEvent[],
  plan: Plan,
  blame: (what: string) => void,
): void {
  const started = events.find((event) => event.type === 'tool.started' && event.input.text === input.text);
  const id = started?.type === 'tool.started' ? started.call_id : undefined;
  const end = events.find((event) => event.type === 'tool.finished' && event.call_id === id);
  if (end?.type !== 'tool.finished') blame(`${name} has no end`);
  else if (end.success && end.output !== input.text) blame(`${name} gave ${JSON.stringify(end.output)}`);
  else if (!end.success) {
    const service = name.startsWith('thread') ? 'thread' : 'process';
    const isPlanned = plan.calls.some((call) => new RegExp(`^${service}_(end|wait)$`).test(call.name));
    if (!isPlanned || end.error?.kind !== 'crashed') blame(`${name} failed: ${end.error?.message}`);
  }
}
