/**
 * Every way a gate can go wrong, at every point that it gates, in every kind of service, with every policy,
 * with and without a person: nothing runs that no gate and no person said yes to (RT-42a).
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readAgent } from '../../../src/definitions/agents/read-agent.ts';
import type { Composition } from '../../../src/definitions/compose.ts';
import type { ServiceSpec } from '../../../src/definitions/service-spec.ts';
import { Approvals } from '../../../src/host/approvals.ts';
import { Budget } from '../../../src/host/delegation/budget.ts';
import { createManifestCache } from '../../../src/host/manifests.ts';
import { Admissions } from '../../../src/host/permissions/admissions.ts';
import { Pricing } from '../../../src/host/pricing.ts';
import { createSpawner } from '../../../src/host/spawner.ts';
import { Turn } from '../../../src/host/turn.ts';
import type { Message } from '../../../src/protocol/data.ts';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { GATE_EVENTS, type OnFailure } from '../../../src/protocol/hooks.ts';
import { NO_SECRETS } from '../../../src/protocol/known-secrets.ts';
import {
  defineContextManager,
  defineProvider,
  defineTool,
  type ServiceDefinition,
} from '../../../src/sdk/index.ts';
import { loopService } from '../../../src/services/loop-streaming/definition.ts';
import type { SessionStore } from '../../../src/session/store.ts';
import { ofType } from '../../builders/host-turns.ts';
import { withInProcess } from '../../builders/in-process-link.ts';
import { FIXTURES } from '../../builders/links.ts';
import { storeIn, temporaryFolder } from '../../builders/session-home.ts';
import { surroundingsOf } from '../../builders/surroundings.ts';

const KINDS = ['thread', 'process', 'python'] as const;
type Kind = (typeof KINDS)[number];

/** With the kind of error that the log names as the cause. */
const FAULTS = {
  throws: 'tool',
  exits: 'crashed',
  'is killed': 'crashed',
  hangs: 'timeout',
  'answers garbage': 'protocol',
  'answers too much': 'protocol',
  'is missing': undefined,
  'cannot be described': undefined,
  'dies once described': 'crashed',
  'runs out of memory': 'crashed',
} as const;
type Fault = keyof typeof FAULTS;

interface Cell {
  readonly kind: Kind;
  readonly fault: Fault;
  readonly event: string;
  readonly onFailure: OnFailure | undefined;
  readonly person: boolean;
}

/** What happened in one turn. */
interface Outcome {
  readonly cell: Cell;
  readonly events: readonly SessionEvent[];
  /** What was done that the gate stands before: prompts taken, models asked, tools run. */
  readonly done: number;
  /** The same at the moment the person was asked. */
  readonly doneWhenAsked: number | undefined;
}

const HANG_MS = 150;
const AT_ONCE = 6;
const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
const gateFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-gate-')), 'faulty-gate.cjs');

beforeAll(async () => {
  // One small file, as an author ships it: it starts several hundred times.
  await esbuild.build({
    entryPoints: [path.join(FIXTURES, 'faulty-gate.ts')],
    outfile: gateFile,
    bundle: true,
    platform: 'node',
  });
});

afterAll(() => fs.rmSync(path.dirname(gateFile), { recursive: true, force: true, maxRetries: 5 }));

describe('a gate that goes wrong lets nothing through (RT-42a)', () => {
  it.each(KINDS)(
    'as a %s, in every way, at every gate, with every policy',
    async (kind) => {
      if (kind === 'python' && python === undefined) throw new Error('This test needs python3 on the PATH.');
      const cells = cellsOf(kind);
      const store = storeIn(temporaryFolder());
      const outcomes = await inTurns(cells, (cell, index) => runCell(store, cell, index));

      expect(outcomes).toHaveLength(3 * 4 * 2 * (kind === 'thread' ? 9 : 10));
      expect(outcomes.filter(isWrongAllow).map(title)).toEqual([]);
      expect(outcomes.flatMap(faultsOf)).toEqual([]);
    },
    240_000,
  );
});

/** Done although neither the policy nor a person allowed it. */
function isWrongAllow({ cell, done, doneWhenAsked }: Outcome): boolean {
  return cell.onFailure !== 'allow' && (done > 0 || (doneWhenAsked ?? 0) > 0);
}

/** What is not as it should be beside that. */
function faultsOf(outcome: Outcome): string[] {
  const { cell, events, done } = outcome;
  const faults: string[] = [];
  const check = (isRight: boolean, what: string) => {
    if (!isRight) faults.push(`${title(outcome)}: ${what}`);
  };
  const policy = cell.onFailure ?? 'ask';
  const expected = policy === 'ask' && !cell.person ? 'deny' : policy;
  const [failed, ...others] = ofType(events, 'hook.failed');
  // A turn that goes on asks a model twice, and comes past that gate twice.
  const passes = expected === 'allow' && cell.event === 'provider:request' ? 2 : 1;
  const told = others.length + (failed ? 1 : 0);
  check(told === passes, `${told} failures are told, with ${JSON.stringify(ofType(events, 'notice'))}`);
  check(failed?.service === 'gate' && failed.hook === 'gate', `it is said to be ${failed?.hook}`);
  check(failed?.hook_event === cell.event, `it is said to be at ${failed?.hook_event}`);
  check(failed?.outcome === expected, `its outcome is ${failed?.outcome}`);
  check((failed?.error.message ?? '').includes('gate'), `its cause is "${failed?.error.message}"`);
  const kind = FAULTS[cell.fault];
  check(kind === undefined || failed?.error.kind === kind, `its cause is ${failed?.error.kind}`);
  const waited = failed?.waited_ms ?? -1;
  check(waited >= (cell.fault === 'hangs' ? HANG_MS - 5 : 0), `it took ${waited} ms`);

  const [asked, ...more] = ofType(events, 'approval.requested');
  check((asked !== undefined) === (expected === 'ask') && more.length === 0, 'the question is wrong');
  check(!asked || (asked.default === 'deny' && asked.subject.hook === 'gate'), 'the question names no hook');
  check(
    expected !== 'allow' || done === 1,
    `it did not go on: ${JSON.stringify(ofType(events, 'turn.finished'))}`,
  );
  return faults;
}

function title({ cell }: Outcome): string {
  const { kind, fault, event, onFailure = 'default', person } = cell;
  return `${kind} gate at ${event} ${fault}, ${onFailure}, ${person ? 'a person' : 'nobody'} there`;
}

function cellsOf(kind: Kind): Cell[] {
  const faults = (Object.keys(FAULTS) as Fault[]).filter(
    (fault) => kind !== 'thread' || fault !== 'is killed',
  );
  return faults.flatMap((fault) =>
    [...GATE_EVENTS].flatMap((event) =>
      ([undefined, 'ask', 'deny', 'allow'] as const).flatMap((onFailure) =>
        [true, false].map((person) => ({ kind, fault, event, onFailure, person })),
      ),
    ),
  );
}

async function runCell(store: SessionStore, cell: Cell, index: number): Promise<Outcome> {
  const session = await store.create({ cwd: FIXTURES, agent: 'build' });
  const done = { 'prompt:submit': 0, 'provider:request': 0, 'tool:pre': 0 } as Record<string, number>;
  const stand = standService(done);
  await using spawner = createSpawner({ cancelGraceMs: 50, threadStopMs: 50, processStopMs: 50 });
  const approvals = new Approvals();
  const turn = new Turn({
    session,
    composition: await compositionOf(stand, gateSpec(cell), cell),
    spawner: withInProcess(spawner, stand),
    manifests: createManifestCache(),
    approvals,
    admissions: new Admissions(SURROUNDINGS.home, { surroundings: () => SURROUNDINGS }),
    pricing: new Pricing(() => SURROUNDINGS),
    secrets: NO_SECRETS,
    interactive: cell.person,
    trusted: false,
    start: { kind: 'prompt', text: 'Do it.' },
    lineage: {
      root: session,
      path: ['build'],
      budget: new Budget('the test', {}),
      place: undefined,
      policy: {},
      overrides: {},
      onEvent: () => undefined,
    },
    delegations: { spawn: neverAsked, resume: neverAsked },
  });
  const events: SessionEvent[] = [];
  let doneWhenAsked: number | undefined;
  using _watching = session.subscribe((event) => {
    events.push(event);
    if (event.type !== 'approval.requested') return;
    doneWhenAsked = done[cell.event];
    // Every other question is refused; the rest get no answer before the turn is stopped.
    setImmediate(() => {
      if (index % 2 === 0) approvals.answer(event.approval_id, { choice: 'Deny' });
      else turn.cancel();
    });
  });
  await turn.run();
  await turn.dispose();
  await session.close();
  return { cell, events, done: done[cell.event] ?? 0, doneWhenAsked };
}

/** Everything a turn needs beside the gate, in this process: it counts what each gate stands before. */
function standService(done: Record<string, number>): ServiceDefinition {
  const count = (event: string) => {
    done[event] = (done[event] ?? 0) + 1;
  };
  const act = defineTool({
    name: 'act',
    description: 'Does something that cannot be undone.',
    input: z.object({}),
    execute: () => count('tool:pre'),
  });
  const model = defineProvider({
    name: 'model',
    async complete({ messages }) {
      if (messages.at(-1)?.role === 'tool') return { text: 'Done.' };
      count('provider:request');
      return { text: '', tool_calls: [{ id: 'call-1', name: 'act', arguments: {} }] };
    },
    models: async () => [],
  });
  const counting = defineContextManager({
    name: 'counting',
    create: () => {
      const conversation: Message[] = [];
      return {
        addMessage: (message) => {
          if (message.role === 'user') count('prompt:submit');
          conversation.push(message);
        },
        getMessages: () => conversation,
        clear: () => undefined,
      };
    },
  });
  return {
    name: 'stand',
    orchestrators: loopService.orchestrators,
    contextManagers: [counting],
    providers: [model],
    tools: [act],
  };
}

function gateSpec({ kind, fault, event, onFailure }: Cell): ServiceSpec {
  const isUnknown = fault === 'is missing' || fault === 'cannot be described';
  const common = {
    name: 'gate',
    env: {
      PATH: process.env.PATH ?? '',
      SystemRoot: process.env.SystemRoot ?? '',
      GATE_FAULT: fault,
      GATE_EVENT: event,
      GATE_ON_FAILURE: onFailure ?? '',
    },
    config: {},
    origin: 'the test',
    // One that cannot say what it gates: its composition says it.
    ...(isUnknown && { gates: [event], onFailure }),
  };
  const isMissing = fault === 'is missing';
  const file = isMissing ? path.join(FIXTURES, 'no-such-gate.mjs') : gateFile;
  const isSmall = fault === 'runs out of memory';
  if (kind === 'thread')
    return { ...common, isolation: 'thread', entry: file, ...(isSmall && { maxHeapMb: 24 }) };
  if (kind === 'process') {
    const options = isSmall ? ['--max-old-space-size=24'] : [];
    return { ...common, isolation: 'process', command: [process.execPath, ...options, file] };
  }
  const script = path.join(FIXTURES, 'faulty_gate.py');
  const command = isMissing ? ['no-such-program'] : [python ?? 'python3', '-I', '-S', script];
  return { ...common, isolation: 'process', command };
}

/** Where no prices are. */
const SURROUNDINGS = surroundingsOf({ home: FIXTURES, productFolder: FIXTURES });

async function compositionOf(
  stand: ServiceDefinition,
  gate: ServiceSpec,
  { fault }: Cell,
): Promise<Composition> {
  const { agent } = await readAgent(path.resolve(FIXTURES, '../../../agents/build.md'));
  if (!agent) throw new Error('the agent that ships cannot be read');
  const entry = { isolation: 'thread', entry: '', env: {}, config: {}, origin: 'the test' } as const;
  return {
    agent,
    agents: [agent],
    services: [{ name: stand.name, ...entry }, gate],
    provider: 'model',
    model: undefined,
    chosenBy: 'person',
    scripted: false,
    settings: { timeouts: { hook_ms: fault === 'hangs' ? HANG_MS : 20_000 } },
    missing: [],
    secrets: [],
    brought: [],
    diagnostics: [],
  };
}

function neverAsked(): Promise<never> {
  return Promise.reject(new Error('Nothing is delegated here.'));
}

/** Some at a time, in order. */
async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
