/** A service's permissions in words for the person: what it asks for, what of that is held, what has changed. Pure. */
import type { ServiceSpec } from '../../definitions/service-spec.ts';
import type { ApprovalSubject } from '../../protocol/approvals.ts';
import type { Manifest, Permissions } from '../../protocol/manifest.ts';
import { redactText } from '../../protocol/redact.ts';
import type { NodeHolds } from './node-permissions.ts';
import { startOf, tokenOf } from './service-files.ts';
import { toldPrint, toldText } from './told-text.ts';
import type { Decision } from './trust-file.ts';

export type Details = NonNullable<ApprovalSubject['details']>;

export interface Described {
  readonly spec: ServiceSpec;
  /** Absent while it cannot be asked: it would be sent a secret. */
  readonly manifest: Manifest | undefined;
  readonly print: string;
  /** The Node that will hold it, if one does. */
  readonly holds: NodeHolds | undefined;
  /** The version of it that the person allowed last. */
  readonly before: Decision | undefined;
}

/** Everything to know before the answer, a line each: first what the answer is about. */
export function detailsOf({ spec, manifest, print, holds, before }: Described): Details {
  const permissions = manifest?.permissions ?? {};
  const given = Object.entries(spec.thirdParty?.given ?? {}).map(([name, value]) => `${name}=${value}`);
  const token = tokenOf(spec);
  const requirements = spec.isolation === 'process' ? spec.python?.requirements : undefined;
  const lines: (readonly [name: string, text: string | undefined])[] = [
    ['Asks for', manifest ? asksFor(permissions).join('; ') || 'nothing beyond its own files' : UNSEEN],
    ['Is sent', token && `the value of ${token}, as its token`],
    ['Changed', before && changeOf(before, print, { permissions, told: manifest && toldPrint(manifest) })],
    ['Enforced', enforcedWords(spec, permissions, holds)],
    ['Offers', manifest && offersOf(manifest)],
    ['Tells the model', manifest && toldText(manifest)],
    ['Is given', given.join(', ') || undefined],
    ['Version', [manifest?.version, `content ${print.slice(0, 12)}`].filter(Boolean).join(', ')],
    ['Named in', spec.origin],
    ['Requires', requirements?.join(', ') || undefined],
    ['Runs', `${PLACES[spec.isolation]}: ${startOf(spec)}`],
  ];
  return lines.flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, text: shortened(redactText(text)) }],
  );
}

const UNSEEN = 'not known before it was sent its token; if it is more than nothing, you are asked again';

const PLACES: Record<ServiceSpec['isolation'], string> = {
  thread: 'in a thread of this program',
  process: 'as a process',
  http: 'elsewhere',
};

/** Each permission in a few words; empty when it asks for nothing. */
export function asksFor(permissions: Permissions): string[] {
  const {
    read = [],
    write = [],
    network = [],
    child_processes: children,
    editor = [],
    env = [],
  } = permissions;
  const list = (words: string, names: readonly string[], all?: string) =>
    names.length === 0 ? [] : [names.includes('*') && all ? all : `${words} ${names.map(quoted).join(', ')}`];
  return [
    ...list('read', read, 'read all files'),
    ...list('write', write, 'write all files'),
    ...list('network', network, 'network, all hosts'),
    ...(children ? ['start programs'] : []),
    ...list('host requests', editor),
    ...list('variables', env),
  ];
}

/** What is held and by whom, and what is only its word. */
export function enforcedWords(
  spec: ServiceSpec,
  permissions: Permissions,
  holds: NodeHolds | undefined,
): string {
  if (spec.isolation === 'http') {
    return 'host requests. The rest cannot be enforced: it runs elsewhere, and gets what its calls hold';
  }
  const held = 'variables and host requests';
  if (!holds) {
    const why = spec.isolation === 'thread' ? 'in a thread' : 'for this program';
    return `${held}. Files, network and programs cannot be enforced ${why}: it has your rights`;
  }
  const network = !holds.network
    ? 'The network is not enforced here: this Node cannot do it.'
    : (permissions.network ?? []).length > 0
      ? 'The network is allowed as a whole, not by host.'
      : undefined;
  const programs = permissions.child_processes
    ? 'Programs it starts are not held to any of this.'
    : undefined;
  const all = `${held}, files and programs${holds.network ? ', network' : ''}, by Node.`;
  return [all, network, programs].filter(Boolean).join(' ');
}

/** What is different from the version that was allowed, and what it asks for anew. */
export function changeOf(
  before: Decision,
  print: string,
  asked: { readonly permissions: Permissions; readonly told: string | undefined },
): string {
  const [old, now] = [asksFor(before.permissions), asksFor(asked.permissions)];
  const added = now.filter((each) => !old.includes(each));
  const gone = old.filter((each) => !now.includes(each));
  const parts = [
    before.print === print ? undefined : 'its files or its command',
    before.told === asked.told ? undefined : 'what it tells the model',
    added.length > 0 ? `it now asks for: ${added.join('; ')}` : undefined,
    gone.length > 0 ? `no longer for: ${gone.join('; ')}` : undefined,
  ].filter(Boolean);
  return `since you allowed it on ${before.at.slice(0, 10)}: ${parts.join('; ')}`;
}

/** Whether two manifests ask for the same; the order of a list is no difference. */
export function samePermissions(one: Permissions, other: Permissions): boolean {
  return normal(one) === normal(other);
}

function normal({ read, write, network, child_processes: children, editor, env }: Permissions): string {
  const lists = [read, write, network, editor, env].map((list) => [...new Set(list)].sort());
  return JSON.stringify([...lists, children ?? false]);
}

function offersOf({ capabilities }: Manifest): string {
  const { tools, hooks, providers, orchestrators, context_managers: managers } = capabilities;
  const parts = [
    tools.length > 0 && `tools ${tools.map(({ name }) => quoted(name)).join(', ')}`,
    hooks.length > 0 &&
      `hooks on ${[...new Set(hooks.flatMap(({ events }) => events))].map(quoted).join(', ')}`,
    providers.length > 0 && `providers ${providers.map(({ name }) => quoted(name)).join(', ')}`,
    orchestrators.length > 0 && 'the agent loop',
    managers.length > 0 && "the conversation's memory",
  ];
  return parts.filter(Boolean).join('; ') || 'nothing';
}

/** Names come from the service: nothing in one can look like our own words. */
function quoted(name: string): string {
  return /^[\w.*:/~\\@-]{1,80}$/.test(name) ? name : JSON.stringify(name);
}

const LONGEST = 600;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
