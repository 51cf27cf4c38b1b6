/** The driver's end of a product that is measured: starts its process, speaks GraphQL to it over HTTP, asks its probe. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { now } from './clock.js';
import type { Answers } from './server.js';

const COMPLAINT_LENGTH = 4000;

type Message =
  | { readonly ready: { readonly url: string; readonly token: string; readonly at: number } }
  | { readonly id: number; readonly value?: unknown; readonly error?: string };

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface ProductOptions {
  readonly databaseUrl: string;
  /** Configuration as environment variables, beside what every product of the bench gets. */
  readonly env?: Readonly<Record<string, string>>;
}

export class Product {
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #complaints = '';
  #asked = 0;
  #address: { readonly url: string; readonly token: string } = { url: '', token: '' };

  /** Resolves when it takes requests. */
  static async start(bench: Bench, { databaseUrl, env = {} }: ProductOptions): Promise<Product> {
    const child = spawn(
      process.execPath,
      ['--expose-gc', '--max-semi-space-size=32', join(bench.programs, 'server.js')],
      {
        env: {
          ...process.env,
          TASKMESH_STATE_DIR: bench.path('state'),
          TASKMESH_DATABASE__URL: databaseUrl,
          TASKMESH_SERVER__PORT: '0',
          TASKMESH_OBSERVABILITY__METRICS__PORT: '0',
          TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: String(bench.options.parallel),
          ...env,
        },
        cwd: bench.directory,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    const product = bench.keep(new Product(child));
    await product.#ready();
    return product;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-COMPLAINT_LENGTH);
    });
    void this.#ended.then(() => this.#giveUp());
  }

  get url(): string {
    return this.#address.url;
  }

  get token(): string {
    return this.#address.token;
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve, reject });
      this.#child.on('message', (message: Message) => {
        if ('ready' in message) {
          this.#address = message.ready;
          this.#answer({ id: 0 });
        } else this.#answer(message);
      });
    });
  }

  #answer({ id, value, error }: { id: number; value?: unknown; error?: string }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(error));
  }

  #giveUp(): void {
    const error = new Error(`the product ended with ${this.#child.exitCode}: ${this.#complaints}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  ask<K extends keyof Answers>(
    kind: K,
    ...[about]: Parameters<Answers[K]>
  ): Promise<Awaited<ReturnType<Answers[K]>>> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject } as Waiting);
      this.#child.send({ id, kind, about });
    });
  }

  async graphql<T>(query: string, variables: object = {}): Promise<T> {
    const text = await this.post(JSON.stringify({ query, variables }));
    const { data, errors } = JSON.parse(text) as { data?: T; errors?: readonly { message: string }[] };
    if (errors !== undefined || data == null)
      throw new Error(`${text.slice(0, 1000)}\nand its log said: ${this.#complaints}`);
    return data;
  }

  /** The text of the answer; connections are kept, as clients of servers do. */
  post(body: string): Promise<string> {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${this.#address.token}`,
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#address.url}/graphql`,
        { method: 'POST', agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString()));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Without a goodbye. Answers when. */
  async kill(): Promise<number> {
    const at = now();
    this.#child.kill('SIGKILL');
    await this.#ended;
    this.#agent.destroy();
    return at;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await this.ask('stop').catch(() => undefined);
    await this.#ended;
  }
}
