/**
 * HTTP/1.1 on a kept connection with as little as it takes, one request at a time: the clients share the machine with the
 * server they measure, and Node's own client takes as long for a request as the server does. Used by the open loop.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  /** 0: the connection ended without one. */
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/** States: free, or busy with one request (`#answered`); closed for good when the server ends it. */
export class Connection {
  readonly #socket: Socket;
  #answered: ((answer: Answer) => void) | undefined;
  #text = '';
  #isOpen = true;

  constructor({ hostname, port }: URL) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text) => this.#read(String(text)));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#lost());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** `request`: head and body as they go over the wire. */
  ask(request: string, answered: (answer: Answer) => void): void {
    this.#answered = answered;
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text = this.#text === '' ? text : this.#text + text;
    const head = this.#text.indexOf(HEAD_END);
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1]);
    const end = head + HEAD_END.length + length;
    if (this.#text.length < end) return;
    const [whole, answered] = [this.#text, this.#answered];
    this.#text = '';
    this.#answered = undefined;
    if (/\r\nconnection: close\r\n/i.test(whole.slice(0, head + 2))) this.#isOpen = false;
    answered?.({
      status: Number(whole.slice(9, 12)),
      retryAfter: /\r\nretry-after: (\S+)/i.exec(whole.slice(0, head))?.[1],
      body: whole.slice(head + HEAD_END.length, end),
    });
  }

  #lost(): void {
    this.#isOpen = false;
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.({ status: 0, retryAfter: undefined, body: '' });
  }
}

/** Of a GraphQL operation; `bearer` is the token. */
export function requestText({ host }: URL, bearer: string, json: string): string {
  const head = `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${bearer}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}`;
  return `${head}${HEAD_END}${json}`;
}
