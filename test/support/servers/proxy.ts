/**
 * A TCP link to PostgreSQL or Redis that can go silent: what is sent into it is held, both ends believe it is open. Or it breaks aloud,
 * as when the other side restarts.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class SilentLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isHolding = false;
  readonly url: string;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async to(url: string): Promise<SilentLink> {
    const target = new URL(url);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String((server.address() as AddressInfo).port);
    const link = new SilentLink(server, through.href);
    server.on('connection', (near) => link.#join(near, Number(target.port), target.hostname));
    return link;
  }

  /** From now on nothing arrives, neither way; new connections are accepted and stay silent. */
  hold(): void {
    this.#isHolding = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was held arrives, late. */
  release(): void {
    this.#isHolding = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** All connections break, and new ones are refused. */
  async refuse(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async accept(): Promise<void> {
    const port = Number(new URL(this.url).port);
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(near: Socket, port: number, host: string): void {
    const far = connect(port, host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#isHolding) from.pause();
    }
  }
}
