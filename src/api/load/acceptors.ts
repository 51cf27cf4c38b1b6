/**
 * Takes the connections of a crowd. libuv takes one from a listening socket in each turn of its loop, so a server that is busy for
 * 10 ms a turn takes a hundred a second, and thousands that come at once wait for a minute for their first answer. Each further
 * descriptor of the same socket gives one more a turn; only a process that it was sent through can give us one, so a child is
 * started that sends back what it gets, and is gone. Made by the server, at work when many connections are open.
 *
 * States: one descriptor → asking → many; or, where there is no child to be had, one for good.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';

/** Open connections that make a crowd. */
const CROWD = 128;
const DESCRIPTORS = 64;
const ASK_MS_MAX = 10_000;
const ASKS_MAX = 3;
const ECHO = `process.on('message', (count, handle) => {
  for (let at = 0; at < count; at++) process.send(at, handle, { keepOpen: true });
})`;

type Handle = Parameters<ChildProcess['send']>[1];

export class Acceptors {
  readonly #server: Server;
  readonly #backlog: number;
  readonly #more: Server[] = [];
  #child: ChildProcess | undefined;
  #open = 0;
  #asks = 0;
  #isClosed = false;

  constructor(server: Server, backlog: number) {
    this.#server = server;
    this.#backlog = backlog;
    server.on('connection', (socket: Socket) => this.#count(socket));
  }

  /** Resolves when all its connections are closed; those that are idle are for the server to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#child?.kill();
    await Promise.all(this.#more.map((one) => new Promise((resolve) => one.close(resolve))));
  }

  #count(socket: Socket): void {
    this.#open++;
    socket.once('close', () => this.#open--);
    const isAsked = this.#child !== undefined || this.#more.length > 0;
    if (this.#open >= CROWD && !isAsked && this.#asks < ASKS_MAX) this.#ask();
  }

  #ask(): void {
    // no part of the types
    const { _handle: handle } = this.#server as unknown as { readonly _handle: Handle | null };
    if (handle === null || this.#isClosed || process.platform === 'win32') return;
    const child = spawn(process.execPath, ['-e', ECHO], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    this.#asks++;
    const late = setTimeout(() => child.kill(), ASK_MS_MAX).unref();
    let came = 0;
    child.on('message', (_, received) => {
      // without one that could be sent, `listen` would take a port of its own
      if (received !== undefined) this.#listen(received as Handle);
      if (++came === DESCRIPTORS) child.disconnect();
    });
    child.on('error', () => undefined); // as many as there are will do
    child.on('exit', () => {
      this.#child = undefined;
      clearTimeout(late);
    });
    child.send(DESCRIPTORS, handle, { keepOpen: true });
  }

  #listen(handle: Handle): void {
    const more = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#server.emit('connection', socket);
    });
    more.on('error', () => undefined);
    this.#more.push(more);
    more.listen(handle, this.#backlog);
    if (this.#isClosed) more.close();
  }
}
