/** Each event that a hook hears, with data as a turn has it; and one that none of them hears. */
import { GATE_EVENTS } from '../../protocol/hooks.ts';
import type { HookDescriptor } from '../../protocol/manifest.ts';
import { brief, type Check, fault, ok, type Verdict } from './finding.ts';
import type { Stand } from './stand.ts';

export function hookChecks(hooks: readonly HookDescriptor[]): Check[] {
  if (hooks.length === 0) return [];
  const named = new Set(hooks.flatMap(({ events }) => events));
  const hearsAll = named.delete('*');
  const events = [...named, ...(hearsAll ? COMMON_EVENTS.filter((event) => !named.has(event)) : [])];
  const unheard = UNHEARD.find((event) => !named.has(event));
  return [
    ...events.map((event) => ({ name: `hook on ${event}`, run: (stand: Stand) => checkEvent(stand, event) })),
    ...(hearsAll || unheard === undefined
      ? []
      : [{ name: 'hook on an event it does not hear', run: (stand: Stand) => checkUnheard(stand, unheard) }]),
  ];
}

const COMMON_EVENTS = [
  ...GATE_EVENTS,
  'session:start',
  'tool:post',
  'tool:error',
  'llm:response',
  'session:end',
];
const UNHEARD = ['deprecation:warning', 'mentions:resolved', 'mode:cleared'];

async function checkEvent(stand: Stand, event: string): Promise<Verdict> {
  const { action, reason } = await stand.call('hook.emit', { event, data: dataOf(event, stand.folder) });
  return ok(reason ? `${action}: ${brief(reason)}` : action);
}

async function checkUnheard(stand: Stand, event: string): Promise<Verdict> {
  const { action } = await stand.call('hook.emit', { event, data: dataOf(event, stand.folder) });
  if (action === 'CONTINUE') return ok(`${event}: CONTINUE`);
  throw fault(
    `It answered "${event}" with ${action}.`,
    'Answer what no hook hears with the action CONTINUE.',
  );
}

/** What a turn sends with an event (protocol of hooks, docs/services.md). */
function dataOf(event: string, cwd: string): Record<string, unknown> {
  const common = { session_id: 'check', agent: 'build', cwd, timestamp: new Date().toISOString() };
  const tool = { tool_name: 'read_file', tool_call_id: 'check-1', tool_input: { file_path: 'sample' } };
  const own: Readonly<Record<string, object>> = {
    'prompt:submit': { prompt: 'Say hello.' },
    'provider:request': { iteration: 1, provider: 'replay', model: null },
    'llm:response': { provider: 'replay', model: 'demo', usage: null, status: 'ok' },
    'tool:pre': tool,
    'tool:post': { ...tool, result: { success: true, output: 'hello' } },
    'tool:error': { ...tool, error: { message: 'no such file' } },
  };
  return { ...common, ...own[event] };
}
