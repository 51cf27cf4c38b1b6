/**
 * Sends one request and reads one response within the limits of size and time. Called by the HTTP executor for every
 * hop; never follows a redirect and never judges a status.
 *
 * Node's own client and not fetch: only it takes a `lookup` per request without another dependency, and it connects
 * to the address that was checked while keeping the name for Host and TLS.
 */
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Clock } from '../../kit/clock.js';
import type { Hop } from './hop.js';
import { HttpFailure, responseTooLarge } from './http-failure.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ExchangeLimits {
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
  readonly bytesMax: number;
  readonly connectTimeoutMs: number;
  /** Statuses whose body nobody reads. */
  readonly isBodiless: (status: number) => boolean;
  readonly onBytes: () => void;
}

/** Idle connections are closed before servers (Node's default is 5 s) close them under a request. */
const IDLE_MS_MAX = 4_000;

/** Keeps connections between attempts: without it, TLS costs two round trips each and a busy host runs out of ports. */
export class Exchanger {
  readonly #clock: Clock;
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: 64, timeout: IDLE_MS_MAX });
  readonly #https = new HttpsAgent({ keepAlive: true, maxFreeSockets: 64, timeout: IDLE_MS_MAX });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A kept connection that the server closed just now fails before any byte of an answer; the request is then sent
   * once more on a new one. The idempotency key makes that as harmless as any other repetition.
   */
  async exchange(hop: Hop, limits: ExchangeLimits): Promise<Answer> {
    const first = this.#open(hop, limits, true);
    try {
      return await this.#answer(first, limits);
    } catch (error) {
      const broken = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (!broken || !first.reusedSocket || limits.signal.aborted) throw error;
      return this.#answer(this.#open(hop, limits, false), limits);
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #open(hop: Hop, { lookup, signal }: ExchangeLimits, reuse: boolean): ClientRequest {
    const isTls = hop.url.protocol === 'https:';
    const agent = reuse && (isTls ? this.#https : this.#http);
    const options = { method: hop.method, headers: hop.headers, agent, lookup, signal };
    const request = (isTls ? httpsRequest : httpRequest)(hop.url, options);
    request.end(hop.body);
    return request;
  }

  #answer(request: ClientRequest, limits: ExchangeLimits): Promise<Answer> {
    this.#limitConnect(request, limits.connectTimeoutMs);
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) =>
        readAnswer(response, request.method, limits).then(resolve, reject),
      );
    });
  }

  #limitConnect(request: ClientRequest, ms: number): void {
    const timer = this.#clock.setTimer(ms, () => {
      request.destroy(
        new HttpFailure('CONNECT_TIMEOUT', `No connection to ${request.host} within ${ms} ms.`),
      );
    });
    const cancel = (): void => timer.cancel();
    request.once('close', cancel);
    request.once('socket', (socket) => {
      // A kept connection never connects again: a listener for that would stay on it for good.
      if (!socket.connecting) return cancel();
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', cancel);
    });
  }
}

function decoded(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'identity' || coding === '') return response;
  const decoder = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    br: createBrotliDecompress,
    deflate: createInflate,
  }[coding];
  if (decoder === undefined)
    throw new HttpFailure('INVALID_RESPONSE', `The content encoding ${coding} is not supported.`);
  const stream = decoder();
  response.on('error', (error) => stream.destroy(error));
  return response.pipe(stream);
}

async function readAnswer(
  response: IncomingMessage,
  method: string,
  limits: ExchangeLimits,
): Promise<Answer> {
  const status = response.statusCode ?? 0;
  const head = { status, headers: response.headers };
  // Nobody waits for the rest of a response that is given up, so its later errors are nobody's either.
  response.on('error', () => undefined);
  if (method === 'HEAD' || limits.isBodiless(status)) {
    // What follows a redirect may be endless; what follows a HEAD is nothing, and the connection can be kept.
    if (method === 'HEAD') response.resume();
    else response.destroy();
    return { ...head, body: Buffer.alloc(0) };
  }
  try {
    return { ...head, body: await readBody(response, limits) };
  } finally {
    if (!response.complete) response.destroy();
  }
}

async function readBody(response: IncomingMessage, limits: ExchangeLimits): Promise<Buffer> {
  if (Number(response.headers['content-length'] ?? 0) > limits.bytesMax)
    throw responseTooLarge(limits.bytesMax);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of decoded(response) as AsyncIterable<Buffer>) {
    limits.onBytes();
    length += chunk.length;
    // Counted after decompression: a small response that unpacks to gigabytes stops here.
    if (length > limits.bytesMax) throw responseTooLarge(limits.bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
