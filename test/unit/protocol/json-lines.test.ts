/** Framing of the process link: one JSON object per line, whatever the chunks and whatever lies between. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageConnection, type Message } from 'vscode-jsonrpc/node';
import { LineReader, LineWriter } from '../../../src/protocol/json-lines.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/sized-message.ts';

interface Heard {
  readonly messages: unknown[];
  readonly garbage: { readonly excerpt: string; readonly inARow: number }[];
}

/** Reads chunks as a service's stdout would bring them, to the end of the stream. */
async function read(chunks: Iterable<Buffer | string>): Promise<Heard> {
  const heard: Heard = { messages: [], garbage: [] };
  const stream = new PassThrough();
  const reader = new LineReader(stream, {
    onGarbage: (excerpt, inARow) => heard.garbage.push({ excerpt, inARow }),
  });
  reader.listen((message) => heard.messages.push(message));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream, { writable: false });
  return heard;
}

async function written(messages: readonly object[]): Promise<Buffer> {
  const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
  const writer = new LineWriter(stream);
  for (const message of messages) await writer.write({ jsonrpc: '2.0', ...message } as Message);
  return stream.read() ?? Buffer.alloc(0);
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
}

const anyMessage = fc
  .record({
    id: fc.oneof(fc.integer(), fc.string()),
    method: fc.string(),
    params: fc.jsonValue(),
  })
  // As the wire has it: no `undefined`, no negative zero.
  .map((message) => ({ jsonrpc: '2.0', ...JSON.parse(JSON.stringify(message)) }) as object);
const anyCuts = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });

describe('reading', () => {
  it('gives the messages that were written, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { maxLength: 6 }), anyCuts, async (messages, sizes) => {
        const { messages: got, garbage } = await read(cut(await written(messages), sizes));
        expect(got).toEqual(messages);
        expect(garbage).toEqual([]);
      }),
    );
  });

  it('passes over garbage between messages, however the bytes are cut', async () => {
    const anyGarbage = fc.string({ minLength: 1 }).map((text) => `~${text.replaceAll('\n', ' ')}`);
    const line = fc.oneof(
      anyMessage.map((message) => ({ message, text: JSON.stringify(message) })),
      anyGarbage.map((text) => ({ message: undefined, text })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), anyCuts, async (lines, sizes) => {
        const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
        const { messages, garbage } = await read(cut(bytes, sizes));
        expect(messages).toEqual(lines.flatMap(({ message }) => message ?? []));
        expect(garbage).toHaveLength(lines.filter(({ message }) => message === undefined).length);
      }),
    );
  });

  it('cuts no character in two', async () => {
    const bytes = Buffer.from('{"text":"grüße 😀"}\n');
    const { messages } = await read([...bytes].map((byte) => Buffer.from([byte])));
    expect(messages).toEqual([{ jsonrpc: '2.0', text: 'grüße 😀' }]);
  });

  it('skips blank lines, takes CRLF and a last line without its end, and needs no "jsonrpc"', async () => {
    const { messages, garbage } = await read(['\n \r\n{"a":1}\r\n\n\t\n{"b":2}']);
    expect(messages).toEqual([
      { jsonrpc: '2.0', a: 1 },
      { jsonrpc: '2.0', b: 2 },
    ]);
    expect(garbage).toEqual([]);
  });

  it('reports what is no object: its first 200 characters, and how many came in a row', async () => {
    const { messages, garbage } = await read(['[]\n', '5\nnull\n', '{"a":1}\n', `${'x'.repeat(500)}\n`]);
    expect(messages).toHaveLength(1);
    expect(garbage).toEqual([
      { excerpt: '[]', inARow: 1 },
      { excerpt: '5', inARow: 2 },
      { excerpt: 'null', inARow: 3 },
      { excerpt: 'x'.repeat(200), inARow: 1 },
    ]);
  });

  it('reports half a line that a service died in', async () => {
    const { messages, garbage } = await read(['{"a":1}\n{"b":']);
    expect(messages).toHaveLength(1);
    expect(garbage).toEqual([{ excerpt: '{"b":', inARow: 1 }]);
  });

  it.each([
    ['before', (text: string) => `{"jsonrpc":"2.0","id":7,"result":"${text}"}\n`],
    ['after', (text: string) => `{ "result": {"id":"${text}"}, "id": 7 }\n`],
  ])(
    'makes an answer that is too long an error of its call, with its id %s it (RT-30)',
    async (_where, line) => {
      const { messages, garbage } = await read([line('x'.repeat(MAX_MESSAGE_BYTES + 1)), '{"a":1}\n']);
      expect(messages).toEqual([
        {
          jsonrpc: '2.0',
          id: 7,
          error: expect.objectContaining({
            message: expect.stringMatching(/^A message of 104857\d\d bytes/),
            data: expect.objectContaining({ kind: 'protocol' }),
          }),
        },
        { jsonrpc: '2.0', a: 1 },
      ]);
      expect(garbage).toEqual([]);
    },
  );

  it('throws away a line without end and goes on with the next (RT-30)', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'y');
    function* flood() {
      for (let bytes = 0; bytes <= MAX_MESSAGE_BYTES; bytes += chunk.length) yield chunk;
      yield Buffer.from('the rest of it\n{"a":1}\n');
    }
    const { messages, garbage } = await read(flood());
    expect(messages).toEqual([{ jsonrpc: '2.0', a: 1 }]);
    expect(garbage).toEqual([{ excerpt: 'y'.repeat(200), inARow: 1 }]);
  });

  it('hears nothing more after it was disposed of', async () => {
    const stream = new PassThrough();
    const heard: unknown[] = [];
    const listening = new LineReader(stream, { onGarbage: () => undefined }).listen((message) =>
      heard.push(message),
    );
    listening.dispose();
    stream.end('{"a":1}\n');
    stream.resume();
    await finished(stream);
    expect(heard).toEqual([]);
  });
});

describe('writing', () => {
  it('puts each message on one line, line breaks inside escaped', async () => {
    const bytes = await written([{ method: 'a', params: { text: 'two\nlines\u2028' } }, { method: 'b' }]);
    const lines = bytes.toString().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('');
    expect(JSON.parse(lines[0]!)).toMatchObject({ params: { text: 'two\nlines\u2028' } });
  });

  it('refuses a line that a peer would choke on, naming its size and method', async () => {
    const stream = new PassThrough();
    const message = {
      jsonrpc: '2.0',
      method: 'tool.execute',
      params: { text: 'ü'.repeat(MAX_MESSAGE_BYTES / 2) },
    };
    const size = Buffer.byteLength(JSON.stringify(message));
    await expect(new LineWriter(stream).write(message)).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringMatching(new RegExp(`${size} bytes \\(tool\\.execute\\)`)),
      remedy: expect.stringContaining('file'),
    });
    expect(stream.read()).toBeNull();
  });

  it('answers with an error in place of an answer that is too long, so that the caller hears of it', async () => {
    const bytes = await written([{ id: 'a1', result: 'x'.repeat(MAX_MESSAGE_BYTES) }]);
    expect(JSON.parse(bytes.toString())).toMatchObject({
      id: 'a1',
      error: { message: expect.stringContaining('an answer'), data: { kind: 'protocol' } },
    });
  });

  it('writes a line that just fits', async () => {
    const empty = Buffer.byteLength('{"jsonrpc":"2.0","text":""}');
    const bytes = await written([{ text: 'x'.repeat(MAX_MESSAGE_BYTES - empty) }]);
    expect(bytes.length).toBe(MAX_MESSAGE_BYTES + 1);
  });

  it('waits while the peer does not read', async () => {
    const stream = new PassThrough({ highWaterMark: 8 });
    let isWritten = false;
    const writing = new LineWriter(stream)
      .write({ jsonrpc: '2.0', method: 'a long enough method' } as Message)
      .then(() => {
        isWritten = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    stream.resume();
    await writing;
    expect(isWritten).toBe(true);
  });

  it('does not wait for ever when the peer goes away', async () => {
    const stream = new PassThrough({ highWaterMark: 8 });
    const writing = new LineWriter(stream).write({
      jsonrpc: '2.0',
      method: 'a long enough method',
    } as Message);
    stream.destroy();
    await expect(writing).resolves.toBeUndefined();
  });
});

describe('a connection over lines', () => {
  it.each([0, 7, '', 'a1b2c3d4e5f60718'])('answers the id %j as it came', async (id) => {
    const [toUs, fromUs] = [new PassThrough(), new PassThrough()];
    const connection = createMessageConnection(
      new LineReader(toUs, { onGarbage: () => undefined }),
      new LineWriter(fromUs),
    );
    connection.onRequest('echo', (params) => params);
    connection.listen();
    toUs.write(`${JSON.stringify({ id, method: 'echo', params: { n: 1 } })}\n`);
    const [line] = await once(fromUs, 'data');
    expect(JSON.parse(String(line))).toEqual({ jsonrpc: '2.0', id, result: { n: 1 } });
    connection.dispose();
  });

  it('keeps requests of both directions with equal ids apart', async () => {
    const [a, b] = [new PassThrough(), new PassThrough()];
    const onGarbage = () => undefined;
    const left = createMessageConnection(new LineReader(a, { onGarbage }), new LineWriter(b));
    const right = createMessageConnection(new LineReader(b, { onGarbage }), new LineWriter(a));
    left.onRequest('who', () => 'left');
    right.onRequest('who', async () => `right, asked by ${await right.sendRequest('who')}`);
    left.listen();
    right.listen();
    expect(await left.sendRequest('who')).toBe('right, asked by left');
    left.dispose();
    right.dispose();
  });
});
