/** A service as a row of the Services view: what is seen, what is read aloud, what the menus offer. */
import * as vscode from 'vscode';
import {
  durationText,
  isLiving,
  memoryText,
  type ServiceState,
  type ServiceStatus,
} from '../../protocol/service-status.ts';

const { t } = vscode.l10n;

const ICONS: Record<ServiceState, readonly [icon: string, color?: string]> = {
  starting: ['loading~spin'],
  idle: ['circle-large-outline', 'charts.green'],
  busy: ['circle-large-filled', 'charts.green'],
  stopping: ['debug-stop'],
  crashed: ['error', 'list.errorForeground'],
  unhealthy: ['warning', 'list.warningForeground'],
  spare: ['circle-large-outline', 'descriptionForeground'],
  stopped: ['circle-slash', 'descriptionForeground'],
};

export function serviceItem(status: ServiceStatus): vscode.TreeItem {
  const facts = factsOf(status);
  const item = new vscode.TreeItem(status.service);
  item.id = status.id;
  item.description = shortFacts(status).join(' · ');
  item.tooltip = [status.service, ...facts.map(([name, value]) => `${name}: ${value}`)].join('\n');
  const [icon, color] = ICONS[status.state];
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.accessibilityInformation = {
    label: [status.service, ...facts.map(([name, value]) => `${name} ${value}`)].join(', '),
  };
  item.contextValue = isLiving(status) ? 'service.living' : 'service.ended';
  item.command = { command: 'patchbay.showServiceLog', title: t('Show service log'), arguments: [status] };
  return item;
}

/** The state in words. */
export function stateText({ state }: Pick<ServiceStatus, 'state'>): string {
  switch (state) {
    case 'starting':
      return t('starting');
    case 'idle':
      return t('idle');
    case 'busy':
      return t('busy');
    case 'stopping':
      return t('stopping');
    case 'crashed':
      return t('crashed');
    case 'unhealthy':
      return t('does not answer');
    case 'spare':
      return t('ready');
    case 'stopped':
      return t('stopped');
    default:
      return state satisfies never;
  }
}

/** What fits beside the name, the most telling first. */
function shortFacts(status: ServiceStatus): string[] {
  const { calls, errors, restarts, memory_bytes: memory, p50_ms: p50, p95_ms: p95 } = status;
  const facts = [stateText(status)];
  if (isLiving(status)) facts.push(placeText(status));
  if (status.scope === 'session') facts.push(t('for the session'));
  if (memory !== undefined) facts.push(memoryText(memory));
  if (calls > 0) facts.push(calls === 1 ? t('1 call') : t('{0} calls', calls));
  if (p50 !== undefined && p95 !== undefined) facts.push(`${durationText(p50)} / ${durationText(p95)}`);
  if (errors > 0) facts.push(errors === 1 ? t('1 error') : t('{0} errors', errors));
  if (restarts > 0) facts.push(restarts === 1 ? t('1 restart') : t('{0} restarts', restarts));
  return facts;
}

/** All that is known, by name. */
function factsOf(status: ServiceStatus): [name: string, value: string][] {
  const { calls, in_flight: inFlight, errors, restarts } = status;
  const { memory_bytes: memory, p50_ms: p50, p95_ms: p95, last_error: lastError } = status;
  const unknown = t('unknown');
  const facts: [string, string][] = [
    [t('State'), stateText(status)],
    [t('Runs as'), placeText(status)],
    [t('Lives for'), status.scope === 'session' ? t('the session') : t('one turn')],
  ];
  if (isLiving(status)) facts.push([t('Memory'), memory === undefined ? unknown : memoryText(memory)]);
  facts.push([t('Calls'), inFlight > 0 ? t('{0}, {1} of them open', calls, inFlight) : String(calls)]);
  facts.push([t('Errors'), String(errors)]);
  if (p50 !== undefined && p95 !== undefined) {
    facts.push([t('Latency'), t('half within {0}, 95 % within {1}', durationText(p50), durationText(p95))]);
  }
  facts.push([t('Restarts'), String(restarts)]);
  if (lastError !== undefined) facts.push([t('Last error'), lastError]);
  return facts;
}

function placeText({ kind, pid, thread_id: threadId }: ServiceStatus): string {
  switch (kind) {
    case 'thread':
      return t('thread {0}', threadId ?? '');
    case 'process':
      return t('process {0}', pid ?? '');
    case 'http':
      return t('HTTP');
    default:
      return kind satisfies never;
  }
}
