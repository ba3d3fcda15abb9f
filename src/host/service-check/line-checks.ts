/** What only a process can get wrong: ids, unknown methods, lines that are no messages, and its own end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessSpec } from '../../definitions/service-spec.ts';
import { RpcCode } from '../../protocol/errors.ts';
import { isRecord } from '../../protocol/reading.ts';
import { brief, type Check, fault, ok } from './finding.ts';
import { RawLine } from './raw-line.ts';
import type { Stand } from './stand.ts';

export function lineChecks(spec: ProcessSpec): Check[] {
  return [
    {
      name: 'ids',
      async run({ times }) {
        await using line = new RawLine(spec);
        for (const id of [0, 'a text']) await line.ask(id, 'describe', times.describeMs);
        return ok('0 and a text are sent back as they came');
      },
    },
    {
      name: 'unknown method',
      async run({ times }) {
        await using line = new RawLine(spec);
        const answer = await line.ask(1, 'check.unknown_method', times.describeMs);
        const error = isRecord(answer.error) ? answer.error : undefined;
        if (error?.code === RpcCode.methodNotFound) return ok('refused with -32601');
        throw fault(
          `It answered an unknown method with ${brief(answer.error ?? answer.result ?? null)}.`,
          'Answer every method you do not know with an error of code -32601, so that the host knows you have none.',
        );
      },
    },
    {
      name: 'garbage line',
      async run({ times }) {
        await using line = new RawLine(spec);
        line.write('this line is no JSON');
        await line.ask(1, 'describe', times.describeMs);
        return ok('ignored, and the next request answered');
      },
    },
  ];
}

/** Asked for last: nothing but messages on stdout in all that went before. */
export const stdoutCheck: Check = {
  name: 'stdout',
  async run({ printed }) {
    const [first] = printed;
    if (first === undefined) return ok('nothing but messages');
    throw fault(
      `It printed what is no message, ${printed.length} times; the first: ${brief(first)}`,
      'Print to stderr instead, also from libraries: stdout is the line to the host.',
    );
  },
};

export const processShutdown = (spec: ProcessSpec): Check => ({
  name: 'shutdown',
  async run({ times }) {
    await using line = new RawLine(spec);
    await line.ask(1, 'describe', times.describeMs);
    const began = performance.now();
    line.closeInput();
    const how = await within(line.ended, times.processKillMs);
    if (how === undefined) {
      throw fault(
        `It still ran ${times.processKillMs} ms after its stdin was closed.`,
        'End when the input ends: it is how the host says that the turn is over, or that the host is gone.',
      );
    }
    if (how !== 'exit code 0') {
      throw fault(
        `It ended with ${how} when its stdin was closed.${line.lastWords()}`,
        'End with exit code 0 when the input ends.',
      );
    }
    if (await keepsDescendants(line)) {
      throw fault(
        'It ended and left a process running that it had started.',
        'End what you started before you end yourself.',
      );
    }
    const ms = Math.round(performance.now() - began);
    const isSlow = ms > times.processStopMs;
    return ok(
      isSlow ? `after ${ms} ms; a turn asks with SIGTERM after ${times.processStopMs} ms` : 'it ended itself',
    );
  },
});

export const threadShutdown: Check = {
  name: 'shutdown',
  async run(stand: Stand) {
    const link = await stand.link();
    await link.call('ping', {}, { timeoutMs: stand.callMs });
    await link.stop();
    const { how } = await link.exited;
    if (how === 'exit code 0') return ok('it ended itself');
    throw fault(
      `It did not end itself within ${stand.times.threadStopMs} ms (${how}).`,
      'Let `dispose` return soon, and do not block the thread.',
    );
  },
};

/** A short time is left to those that are about to end. */
async function keepsDescendants(line: RawLine): Promise<boolean> {
  for (let look = 0; look < 10; look += 1) {
    if (!line.hasDescendants()) return false;
    await delay(50);
  }
  return true;
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, delay(ms, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
