/** Plain HTTP for the HTTP link: one request, one answer, bounded, without a time limit of its own. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { MAX_MESSAGE_BYTES } from '../../protocol/sized-message.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Keeps the connections of one link; `close` ends them all. */
export class HttpExchange {
  readonly #url: URL;
  readonly #agent: http.Agent;

  constructor(url: URL) {
    this.#url = url;
    // Calls wait for their answers side by side, each on a connection of its own.
    const options = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
    this.#agent = url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  }

  /** Settles with the head of the answer, whose body is still to be read. Rejects when nobody answers. */
  open({ method, headers, body }: Request): Promise<IncomingMessage> {
    const { request } = this.#url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      request(this.#url, { method, agent: this.#agent, headers: { ...headers, ...length } }, resolve)
        .on('error', reject)
        .end(body);
    });
  }

  /** One request and its whole answer. @throws RangeError when that is longer than a message may be. */
  async send(request: Request): Promise<Answer> {
    const response = await this.open(request);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_MESSAGE_BYTES) throw new RangeError(`more than ${MAX_MESSAGE_BYTES} bytes`);
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  close(): void {
    this.#agent.destroy();
  }
}
