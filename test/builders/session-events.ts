/** Events as a session stores them: `stored` stamps bodies one after another. */
import type { EventBody, SessionEvent, TurnSummary } from '../../src/protocol/events.ts';

export const emptySummary: TurnSummary = {
  duration_ms: 0,
  requests: 0,
  tool_calls: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_usd: 0,
  agents: [],
};

export const turnStarted: EventBody = { type: 'turn.started', provider: 'replay', model: 'script' };
export const turnFinished: EventBody = { type: 'turn.finished', status: 'completed', summary: emptySummary };

export function toolStarted(callId: string, input: Record<string, unknown> = {}): EventBody {
  return { type: 'tool.started', call_id: callId, name: 'bash', input, service: 'tool-bash' };
}

export function toolFinished(callId: string, output: unknown = 'done'): EventBody {
  return {
    type: 'tool.finished',
    call_id: callId,
    name: 'bash',
    service: 'tool-bash',
    success: true,
    output,
    duration_ms: 5,
  };
}

export function message(text: string, id = 'm1'): EventBody {
  return { type: 'assistant.message', message_id: id, text };
}

export function notice(text: string): EventBody {
  return { type: 'notice', level: 'info', text };
}

export function approvalRequested(id: string): EventBody {
  return {
    type: 'approval.requested',
    approval_id: id,
    prompt: 'Run a command?',
    options: ['Allow once', 'Deny'],
    deadline_at: 2_000_000,
    default: 'deny',
    subject: { tool_name: 'bash', tool_input: { command: 'npm test' } },
    path: ['root'],
  };
}

export function modelCalled(usage: { input: number; output: number }, cost_usd: number | null): EventBody {
  return {
    type: 'model.called',
    provider: 'replay',
    model: 'script',
    status: 'ok',
    usage: {
      input_tokens: usage.input,
      output_tokens: usage.output,
      total_tokens: usage.input + usage.output,
    },
    cost_usd,
    latency_ms: 10,
    attempt: 1,
    service: 'provider-replay',
  };
}

/** Seq from 1, one second apart, of turn 1 and agent `root` unless said otherwise. */
export function stored(
  bodies: readonly EventBody[],
  head: { turn?: number; agent?: string } = {},
): SessionEvent[] {
  return bodies.map((body, index) => ({
    seq: index + 1,
    at: 1_000_000 + index * 1_000,
    session_id: 's1',
    turn: head.turn ?? 1,
    agent: head.agent ?? 'root',
    ...body,
  }));
}
