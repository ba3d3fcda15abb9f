/** Services that say more than anybody can read, to a subscriber that reads nothing until the turn is over (RT-34). */
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import {
  finished,
  fixtureService,
  ofType,
  openHostRoom,
  scripted,
  toolResults,
} from '../../builders/host-turns.ts';
import { ISOLATIONS } from '../../builders/links.ts';
import { longestTurn } from '../../builders/loop-load.ts';
import { peakMemory } from '../../builders/peak-memory.ts';

const MIB = 1024 * 1024;
/** What the event loop of the editor may be held for at a time. */
const LONGEST_MS = 50;
/** What was let go and not yet collected counts too; what flows is more in every case. */
const MOST_MEMORY = 96 * MIB;
const RUN = { provider: 'scripted', interactive: false, trusted: true };

describe.each(ISOLATIONS)('a flood from a %s', (isolation) => {
  async function flooded(name: string, count: number) {
    const answers = [{ tool_calls: [{ name, input: { count } }] }, { text: 'Still here.' }];
    const services = { flooding: fixtureService(isolation, 'flooding.ts') };
    const room = openHostRoom({ settings: scripted(answers, { services }) });
    const session = await room.session();
    const { result, ms } = await longestTurn(() =>
      peakMemory(async () => {
        const unread = room.host.run(session, 'Go', RUN);
        await expect.poll(() => room.host.isRunning(session.id), { timeout: 60_000 }).toBe(false);
        return unread;
      }),
    );
    const events: SessionEvent[] = [];
    for await (const event of result.result) events.push(event);
    expect(finished(events).status).toBe('completed');
    return { events, told: toolResults(session), bytes: result.bytes, ms };
  }

  it('of 200 000 notifications neither holds the host nor fills it', async () => {
    const { events, told, bytes, ms } = await flooded('flood_log', 200_000);
    expect(told).toEqual(['said']);
    const logs = ofType(events, 'service.log').filter(({ service }) => service === 'flooding');
    expect(logs[0]?.message).toBe('line 0');
    expect(logs).toHaveLength(200);
    expect(logs.at(-1)?.message).toMatch(/the rest is left out/);
    expect(ms).toBeLessThan(LONGEST_MS);
    expect(bytes).toBeLessThan(MOST_MEMORY);
  }, 90_000);

  it('of 100 MB of output neither holds the host nor fills it', async () => {
    const { events, told, bytes, ms } = await flooded('flood_progress', 100 * 1024);
    expect(told).toEqual(['reported']);
    const shown = ofType(events, 'tool.progress').reduce((sum, { text }) => sum + text.length, 0);
    // Beyond that it is not shown live any more.
    expect(shown).toBeGreaterThan(MIB - 1);
    expect(shown).toBeLessThan(2 * MIB);
    expect(ms).toBeLessThan(LONGEST_MS);
    expect(bytes).toBeLessThan(MOST_MEMORY);
  }, 90_000);
});
