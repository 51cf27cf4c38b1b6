/** Real servers on loopback ports for tests of HTTP work: one answers by path, one only accepts connections. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { afterAll } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly received: Received[];
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

export type Answerer = (response: ServerResponse, request: Received) => void;

const closes: (() => Promise<void>)[] = [];
// Registered when the file is imported: a hook added while a test runs is never called.
afterAll(() => Promise.all(closes.map((close) => close())));

async function listening(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function closing(server: Server | TcpServer, sockets: Set<Socket>): () => Promise<void> {
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  closes.push(close);
  return close;
}

async function serve(
  make: (listener: RequestListener) => Server,
  scheme: string,
  answer: Answerer,
): Promise<TestServer> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = make((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      received.push(seen);
      answer(response, seen);
    });
  });
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
  });
  const port = await listening(server);
  const close = closing(server, sockets);
  return { port, url: `${scheme}://127.0.0.1:${port}`, received, connections: () => connections, close };
}

export function httpServer(answer: Answerer): Promise<TestServer> {
  return serve((listener) => createServer(listener), 'http', answer);
}

export function tlsServer(key: string, cert: string, answer: Answerer): Promise<TestServer> {
  return serve((listener) => createTlsServer({ key, cert }, listener) as unknown as Server, 'https', answer);
}

/** Says `greeting` to whoever connects, and nothing more. */
export async function rawServer(
  greeting: string,
  then: 'stay' | 'close' = 'stay',
): Promise<{ url: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(greeting);
      if (then === 'close') socket.end();
    });
  });
  const port = await listening(server);
  closing(server, sockets);
  return { url: `http://127.0.0.1:${port}`, port };
}
