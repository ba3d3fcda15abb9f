/**
 * A process of its own that owns a session and writes to it until it is killed: events, messages and streamed
 * text. Says on stdout how far it knows to have come. Arguments: home, project folder, session id.
 */
import { createSessionStore } from '../../../src/session/store.ts';

const [home, cwd, sessionId] = process.argv.slice(2) as [string, string, string];
const store = createSessionStore({ home });
const session = await store.create({ cwd, agent: 'root', sessionId });
session.turn = 1;
session.append({ type: 'turn.started', provider: 'replay' });
session.append({ type: 'tool.started', call_id: 'c1', name: 'bash', input: {}, service: 'tool-bash' });
const streamed = 'streamed until the end ';
session.live({ type: 'assistant.delta', message_id: 'live', text: streamed });
await session.flush();

for (let count = 1; ; count++) {
  const { seq } = session.append({
    type: 'assistant.message',
    message_id: `m${count}`,
    text: `${count} `.repeat(200),
  });
  session.addMessage({ role: 'assistant', content: `message ${count}` });
  if (count % 20 !== 0) continue;
  await session.flush();
  console.log(JSON.stringify({ seq, messages: count }));
}
