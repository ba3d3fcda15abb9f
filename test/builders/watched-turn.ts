/** A turn whose services are looked at while it runs; the tool `hold` of `held-tools` keeps it where a test wants it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Settings } from '../../src/definitions/settings-schema.ts';
import type { MonitorTimes } from '../../src/host/monitor/service-monitor.ts';
import type { ServiceStatus } from '../../src/protocol/service-status.ts';
import type { Session } from '../../src/session/session.ts';
import { type Answer, type HostRoom, openHostRoom, scripted } from './host-turns.ts';
import { FIXTURES } from './links.ts';
import { type RunningTurn, watch } from './running-turn.ts';

/** Quick enough for a test, slow enough for a machine under load. */
const TIMES: Partial<MonitorTimes> = { pingEveryMs: 50, pingLateMs: 400, measureEveryMs: 50, gatherMs: 10 };
const RUN = { provider: 'scripted', interactive: false, trusted: true };

export interface WatchedTurns extends HostRoom {
  begin(session: Session): RunningTurn;
  /** Waits until the model's `hold` with this text is reached. */
  held(text: string): Promise<void>;
  release(text: string): void;
  /** The services of this name. */
  named(service: string): ServiceStatus[];
  /** The only one of this name. */
  one(service: string): ServiceStatus | undefined;
}

/** An answer that calls `hold`. */
export const hold = (text: string): Answer => ({ tool_calls: [{ name: 'hold', input: { text } }] });
/** An answer that calls a tool. */
export const callTool = (name: string, input: Record<string, unknown> = {}): Answer => ({
  tool_calls: [{ name, input }],
});

export function openWatchedTurns(
  answers: readonly Answer[],
  services: Settings['services'],
  times: Partial<MonitorTimes> = {},
): WatchedTurns {
  const held = { 'held-tools': { entry: path.join(FIXTURES, 'held-tools.ts') } };
  const room = openHostRoom({
    settings: scripted([...answers, { text: 'ok' }], { services: { ...held, ...services } }),
    times: { ...TIMES, ...times },
  });
  const named = (service: string) => room.host.services.list().filter((each) => each.service === service);
  return {
    ...room,
    begin: (session) => watch(room.host.run(session, 'Go on.', RUN)),
    held: (text) =>
      expect
        .poll(() => fs.existsSync(path.join(room.folder, `${text}.held`)), { timeout: 20_000 })
        .toBe(true),
    release: (text) => fs.writeFileSync(path.join(room.folder, `${text}.released`), ''),
    named,
    one(service) {
      const found = named(service);
      expect(found.length).toBeLessThanOrEqual(1);
      return found[0];
    },
  };
}
