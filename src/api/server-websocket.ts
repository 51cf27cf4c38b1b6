/**
 * GraphQL over WebSocket (`graphql-transport-ws`) on the path and with the rules of HTTP: the upgrade passes the same
 * host, origin and token, each operation goes through the same door. The protocol itself is graphql-ws.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import {
  handleProtocols,
  makeServer,
  type Server as ProtocolServer,
  type SubscribePayload,
} from 'graphql-ws';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Visitor } from './door.js';
import { DoorRefusal, httpStatusOf, retryAfter } from './errors.js';
import type { SchemaDoor } from './graphql/graphql-door.js';
import type { OperationRequest } from './graphql/graphql-door.js';
import { operationIn } from './graphql/operation-gate.js';
import type { Rates } from './access/rates.js';
import { SocketPlaces } from './access/socket-places.js';
import type { Overload } from './load/overload.js';
import { checkRate, isGraphqlPath, refusalBody } from './server-hooks.js';
import type { OriginRules } from './server-origins.js';
import { authorizationIn, type Doorkeeper, identityOf } from './viewer.js';

export interface WebSocketOptions {
  readonly schema: GraphQLSchema;
  readonly door: SchemaDoor;
  readonly origins: OriginRules;
  readonly doorkeeper: Doorkeeper;
  readonly messageMaxBytes: number;
  readonly socketsMax: number;
  /** Undefined: everything is let in. */
  readonly overload?: Pick<Overload, 'refusal' | 'take'> | undefined;
  readonly requests: Rates;
  readonly socketsPerIdentity: number;
  readonly operationsPerSocket: number;
  /** Silence after which a socket is asked whether it still lives; unanswered once, it is ended. */
  readonly pingMs?: number | undefined;
}

interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly id: string;
  viewer?: Visitor;
}

const PING_MS = 30_000;
const CLOSE_GRACE_MS = 1000;
const BUFFERED_MAX_BYTES = 64 * 1024;
const GOING_AWAY = 1001;
const UNAUTHORIZED = 4401;
const TOO_MANY = 4429;

function firstValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A plain HTTP answer, because there is no WebSocket yet. */
function refuseUpgrade(socket: Duplex, url: string, refusal: DoorRefusal): void {
  const status = httpStatusOf(refusal.code);
  const body = JSON.stringify(refusalBody(url, refusal, ''));
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    ...Object.entries(retryAfter(status, refusal.retryAfterSeconds)).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${[...head, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`);
}

export class WebSocketDoor {
  readonly #options: WebSocketOptions;
  readonly #sockets: WebSocketServer;
  readonly #protocol: ProtocolServer<Connection>;
  readonly #places: SocketPlaces;
  #connections = 0;
  #closing = false;

  constructor(options: WebSocketOptions) {
    this.#options = options;
    this.#places = new SocketPlaces(options.socketsPerIdentity);
    const maxPayload = options.messageMaxBytes;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload,
      handleProtocols,
      perMessageDeflate: false,
    });
    this.#protocol = makeServer<Record<string, unknown>, Connection>({
      schema: options.schema,
      onConnect: ({ extra, connectionParams }) => this.#connect(extra, connectionParams),
      onSubscribe: ({ extra, subscriptions }, id, payload) =>
        this.#prepare(extra, id, payload, Object.keys(subscriptions).length),
      execute: (args) => options.door.execute(requestIn(args)),
      subscribe: (args) => options.door.subscribe(requestIn(args)),
      onError: (_ctx, _id, _payload, errors) =>
        errors.map((error) => causeOf(error as GraphQLError).toJSON()),
    });
  }

  get open(): number {
    return this.#sockets.clients.size;
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      try {
        this.#admit(request);
        this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#opened(opened, request));
      } catch (error) {
        const refusal =
          error instanceof DoorRefusal ? error : new DoorRefusal('BAD_REQUEST', 'the upgrade is malformed');
        refuseUpgrade(socket, request.url ?? '', refusal);
      }
    });
  }

  /** Ends every subscription and every socket; those that do not answer are cut off after a moment. */
  async close(): Promise<void> {
    this.#closing = true;
    const clients = [...this.#sockets.clients];
    const gone = clients.map(
      (client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
    );
    for (const client of clients) client.close(GOING_AWAY, 'the server is stopping');
    const cut = setTimeout(() => clients.forEach((client) => client.terminate()), CLOSE_GRACE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
    this.#sockets.close();
  }

  #admit({ url = '', headers, socket }: IncomingMessage): void {
    const { origins, socketsMax, requests } = this.#options;
    checkRate(requests, socket.remoteAddress);
    origins.check({ host: headers.host, origin: firstValue(headers.origin) });
    if (!isGraphqlPath(url)) throw new DoorRefusal('NOT_FOUND', 'WebSockets are served at /graphql');
    if (this.#closing) throw new DoorRefusal('UNAVAILABLE', 'the server is stopping');
    if (this.open < socketsMax) return;
    throw new DoorRefusal(
      'OVERLOADED',
      `all ${socketsMax} connections are in use; raise [server] subscriptions_max`,
    );
  }

  #opened(socket: WebSocket, request: IncomingMessage): void {
    const connection: Connection = { socket, request, id: `ws${++this.#connections}` };
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendText(socket, text),
        close: (code, reason) => socket.close(code, reason?.slice(0, 120)),
        onMessage: (receive) =>
          socket.on('message', (message, isBinary) => void deliver(socket, message, isBinary, receive)),
      },
      connection,
    );
    const ping = keepAlive(socket, this.#options.pingMs ?? PING_MS);
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      clearInterval(ping);
      void closed(code, String(reason));
    });
  }

  async #connect(
    connection: Connection,
    parameters: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean> {
    const { request, socket } = connection;
    try {
      const authorization = authorizationIn(parameters) ?? request.headers.authorization;
      const remoteAddress = request.socket.remoteAddress;
      connection.viewer = await this.#options.doorkeeper.viewerOf({ authorization, remoteAddress });
      if (!this.#takePlace(connection)) return false;
      closeWhenOver(connection);
      return true;
    } catch (error) {
      socket.close(UNAUTHORIZED, error instanceof DoorRefusal ? error.message.slice(0, 120) : 'Unauthorized');
      return false;
    }
  }

  #takePlace({ socket, viewer }: Connection): boolean {
    const identity = identityOf(viewer as Visitor);
    if (this.#places.enter(identity)) {
      socket.once('close', () => this.#places.leave(identity));
      return true;
    }
    socket.close(TOO_MANY, 'too many sockets; close one, or raise [security] sockets_per_identity');
    return false;
  }

  async #prepare(
    connection: Connection,
    id: string,
    payload: SubscribePayload,
    operations: number,
  ): Promise<ExecutionArgs | GraphQLError[]> {
    const { operationsPerSocket, overload } = this.#options;
    if (operations > operationsPerSocket) return [tooMany(operationsPerSocket)];
    const refused = overload?.refusal();
    if (refused !== undefined)
      return [new GraphQLError(refused.message, { extensions: { code: refused.code } })];
    if (overload !== undefined) await new Promise<void>((resolve) => overload.take(resolve));
    const admission = this.#options.door.gate.admitText(payload.query);
    if (!admission.ok) return [...admission.errors];
    const { document } = admission;
    const { operationName, variables } = payload;
    const operation = operationIn(document, operationName);
    if (operation instanceof GraphQLError) return [operation];
    const request: OperationRequest = {
      document,
      variables,
      operationName,
      viewer: connection.viewer as Visitor,
      requestId: `${connection.id}:${id.slice(0, 64)}`,
    };
    return {
      schema: this.#options.schema,
      document,
      operationName,
      variableValues: variables,
      contextValue: request,
      rootValue: undefined,
    };
  }
}

/** Nothing of a token that is over goes on; streams that hold it are ended by the door as well. */
function closeWhenOver({ socket, viewer }: Connection): void {
  const stop = viewer?.credential?.whenOver((why) => socket.close(UNAUTHORIZED, why));
  if (stop !== undefined) socket.once('close', stop);
}

function tooMany(limit: number): GraphQLError {
  const message = `this socket has ${limit} operations open; end one, open another socket, or raise [security] subscriptions_per_socket`;
  return new GraphQLError(message, { extensions: { code: 'OVERLOADED', limit } });
}

function requestIn(args: ExecutionArgs): OperationRequest {
  return args.contextValue as OperationRequest;
}

/** graphql-ws wraps what ended a stream; the door has put it into the API's words already. */
function causeOf(error: GraphQLError): GraphQLError {
  return error.originalError instanceof GraphQLError ? error.originalError : error;
}

/**
 * Resolves at once while little waits for the network, else when this text has left: a slow reader holds back its own
 * stream and nothing else. Waiting for each text alone made 1,200 events/s of 5,000.
 */
function sendText(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    socket.send(text, () => resolve());
    if (socket.bufferedAmount < BUFFERED_MAX_BYTES) resolve();
  });
}

async function deliver(
  socket: WebSocket,
  message: RawData,
  isBinary: boolean,
  receive: (text: string) => Promise<void>,
): Promise<void> {
  if (isBinary) return socket.close(1003, 'send text, not binary');
  try {
    await receive(String(message));
  } catch {
    socket.close(4400, 'the message could not be handled');
  }
}

function keepAlive(socket: WebSocket, pingMs: number): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingMs);
  return timer.unref();
}
