/**
 * One subscriber on a socket of its own: a WebSocket with as little as it takes, because ten thousand of them share the
 * machine with the server they measure. It notes when payloads come, and how the socket ended; it answers pings.
 */
import { connect, type Socket } from 'node:net';

const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const HEAD_END = '\r\n\r\n';
const NEXT = Buffer.from('"type":"next"');
const ACKNOWLEDGED = Buffer.from('"type":"connection_ack"');

export interface ListenerOptions {
  readonly url: URL;
  readonly token: string;
  readonly query: string;
}

/** A frame as clients send it; a mask of zeros leaves the text as it is. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head, 0, 0, 0, 0]), payload]);
}

const text = (message: object): Buffer => frame(OPCODE.text, Buffer.from(JSON.stringify(message)));

/** States: opening, until the server has taken the connection; open; ended for good, with `why`. */
export class Listener {
  /** When payloads came, ms. */
  readonly at: number[] = [];
  readonly opened: Promise<void>;
  /** Undefined while it is open. */
  why: string | undefined;
  readonly #socket: Socket;
  readonly #options: ListenerOptions;
  #rest: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  #open: () => void = () => undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { hostname, port } = options.url;
    this.opened = new Promise((resolve) => (this.#open = resolve));
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('connect', () => this.#upgrade());
    this.#socket.on('data', (chunk) => this.#read(chunk as Buffer));
    this.#socket.on('error', (error) => this.#ended(error.message));
    this.#socket.on('close', () => this.#ended('the connection ended'));
  }

  /** Reads no more; what the server sends fills the buffers in between. */
  stall(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#ended('closed');
    this.#socket.destroy();
  }

  #upgrade(): void {
    const { url, token } = this.#options;
    const lines = [
      'GET /graphql HTTP/1.1',
      `Host: ${url.host}`,
      `Authorization: Bearer ${token}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    ];
    this.#socket.write(`${lines.join('\r\n')}${HEAD_END}`);
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isUpgraded) {
      const head = bytes.indexOf(HEAD_END);
      if (head >= 0) this.#answered(bytes.toString('latin1', 0, head));
      if (!this.#isUpgraded) return void (this.#rest = bytes);
      bytes = bytes.subarray(head + HEAD_END.length);
    }
    this.#rest = this.#frames(bytes);
  }

  #answered(head: string): void {
    if (!head.startsWith('HTTP/1.1 101')) return this.#ended(head.split('\r\n')[0] ?? head);
    this.#isUpgraded = true;
    this.#socket.write(text({ type: 'connection_init' }));
  }

  /** Answers what is left over, which is part of a frame. */
  #frames(bytes: Buffer): Buffer {
    let at = 0;
    while (at + 2 <= bytes.length) {
      const short = (bytes[at + 1] as number) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > bytes.length) break;
      const length =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      if (at + head + length > bytes.length) break;
      this.#frame((bytes[at] as number) & 15, bytes.subarray(at + head, at + head + length));
      at += head + length;
    }
    return at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#socket.write(frame(OPCODE.pong, payload));
    else if (opcode === OPCODE.close)
      this.#ended(`closed by the server: ${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`);
    else if (payload.includes(NEXT)) this.at.push(performance.now());
    else if (payload.includes(ACKNOWLEDGED)) this.#acknowledged();
    else this.#ended(`not a payload: ${payload.toString('utf8', 0, 300)}`);
  }

  #acknowledged(): void {
    const { query } = this.#options;
    this.#socket.write(text({ type: 'subscribe', id: '1', payload: { query } }));
    this.#open();
  }

  #ended(why: string): void {
    this.why ??= why;
    this.#open();
  }
}
