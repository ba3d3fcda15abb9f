/**
 * A process of its own that owns a session and a child of it and does what it is told, one word a line: it says the
 * word back once all of it is on disk. Arguments: home, project folder, session id.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createSessionStore } from '../../../src/session/store.ts';
import { emptySummary } from '../../builders/session-events.ts';

const [home, cwd, sessionId] = process.argv.slice(2) as [string, string, string];
const store = createSessionStore({ home, place: 'terminal' });
const session = await store.create({ cwd, agent: 'root', sessionId });
const child = await store.create({
  cwd,
  agent: 'scout',
  sessionId: `${sessionId}-child`,
  parentId: sessionId,
});
const named = { call_id: 'd1', child_agent: 'scout', child_session_id: child.id };
let said = 0;

/** As a crash, or a write in two parts, leaves it. */
function writePiece(piece: string): void {
  fs.appendFileSync(path.join(session.folder, 'events.jsonl'), piece);
}

/** One event as a line, made here and not by the session. */
const line = () =>
  `${JSON.stringify({ seq: session.head.last_seq + 1, at: 1, session_id: session.id, turn: 1, agent: 'root', type: 'notice', level: 'info', text: 'in two parts: größer' })}\n`;

function say(): void {
  said += 1;
  session.append({ type: 'assistant.message', message_id: `m${said}`, text: `message ${said}` });
}

const deeds: Record<string, () => void | Promise<void>> = {
  start() {
    session.turn += 1;
    session.append({ type: 'turn.started', provider: 'replay', model: 'script' });
  },
  say,
  sayMuch() {
    for (let i = 0; i < 3_000; i++) say();
  },
  sayLarge() {
    session.append({
      type: 'tool.finished',
      call_id: 'c1',
      name: 'bash',
      service: 'tool-bash',
      success: true,
      output: 'x'.repeat(20_000),
      duration_ms: 5,
    });
  },
  beginLine: () => writePiece(line().slice(0, -20)),
  endLine: () => writePiece(line().slice(-20)),
  delegate() {
    session.append({ type: 'delegation.started', ...named, instruction: 'Look', depth: 1, resumed: false });
    child.turn += 1;
    child.append({ type: 'turn.started', provider: 'replay', model: 'script' });
  },
  childSay: () =>
    void child.append({ type: 'assistant.message', message_id: 'c', text: 'said by the child' }),
  undelegate() {
    child.append({ type: 'turn.finished', status: 'completed', summary: emptySummary });
    session.append({ type: 'delegation.finished', ...named, status: 'completed', summary: emptySummary });
  },
  finish: () => void session.append({ type: 'turn.finished', status: 'completed', summary: emptySummary }),
  release: () => store.close(),
};

console.log('ready');
for await (const word of createInterface(process.stdin)) {
  await deeds[word]?.();
  if (word !== 'release') await Promise.all([session.flush(), child.flush()]);
  console.log(word);
}
