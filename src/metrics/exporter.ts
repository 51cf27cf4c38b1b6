/**
 * Prometheus text on a port of its own, so that a scraper needs no way into the API. The composition root starts it when
 * metrics are enabled. Only `GET /metrics`, only for the host names it knows, and a busy port is a warning: an
 * orchestrator does not stay down because its thermometer is missing.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Part } from '../kit/part.js';

/** The face of `Metrics` that it reads. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface ExporterOptions {
  readonly source: MetricsText;
  /** Loopback unless the configuration says otherwise. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Names beyond loopback and `host` that a scraper may call it by. */
  readonly allowedHosts: readonly string[];
  /** Where it is not plain HTTP. */
  readonly secureServer?: ((handler: RequestListener) => Server) | undefined;
  warn(message: string): void;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const PLAIN = 'text/plain; charset=utf-8';

/** As scrapers ask by default, and as at the other port. */
const PATHS = ['/metrics', '/metrics/prometheus'];

export class Exporter implements Part {
  readonly #options: ExporterOptions;
  readonly #hosts: ReadonlySet<string>;
  #server: Server | undefined;
  #scrape: Promise<string> | undefined;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#hosts = new Set(
      [...LOOPBACK, ...options.allowedHosts, bracketed(options.host)].map((name) => name.toLowerCase()),
    );
  }

  /** Undefined while it does not listen. */
  get url(): string | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) return undefined;
    const scheme = this.#options.secureServer === undefined ? 'http' : 'https';
    return `${scheme}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/metrics`;
  }

  async start(): Promise<void> {
    const { host, port, secureServer = createServer, warn } = this.#options;
    const server = secureServer((request, response) => void this.#serve(request, response));
    server.headersTimeout = 5000;
    server.requestTimeout = 10_000;
    const fault = await listen(server, host, port);
    if (fault === undefined) this.#server = server;
    else
      warn(
        `metrics are not served on ${host}:${port} (${fault}); set [observability.metrics] port to a free one`,
      );
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body, headers } = await this.#answer(request);
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer({ method, url = '/', headers }: IncomingMessage): Promise<Answer> {
    if (!this.#hosts.has(hostName(headers.host))) {
      return { status: 421, type: PLAIN, body: 'unknown host name; add it to [server] allowed_hosts\n' };
    }
    if (!PATHS.includes(url.split('?', 1)[0] ?? ''))
      return { status: 404, type: PLAIN, body: 'metrics are at /metrics\n' };
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, type: PLAIN, body: 'only GET\n', headers: { allow: 'GET, HEAD' } };
    }
    return await this.#scraped();
  }

  /** Scrapers that come at the same time share one reading. */
  async #scraped(): Promise<Answer> {
    const { source, warn } = this.#options;
    this.#scrape ??= source.text().finally(() => {
      this.#scrape = undefined;
    });
    try {
      return { status: 200, type: source.contentType, body: await this.#scrape };
    } catch (error) {
      warn(`metrics could not be read: ${String(error)}`);
      return { status: 500, type: PLAIN, body: 'metrics could not be read\n' };
    }
  }
}

/** Resolves with the reason when it cannot listen. */
function listen(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => resolve(undefined));
  });
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Without the port; IPv6 in brackets. */
function hostName(header: string | undefined): string {
  return (header ?? '').replace(/:\d*$/, '').toLowerCase();
}
