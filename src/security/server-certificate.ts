/**
 * The certificate that this server shows, from two PEM files. Looked at every few seconds: one that was renewed is shown to
 * whoever connects from then on, without a restart; one that cannot be used is told of, and the last good one stays.
 */
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../kit/clock.js';
import type { Part } from '../kit/part.js';
import { Periodic } from '../kit/loop/periodic.js';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

interface Pem {
  readonly cert: string;
  readonly key: string;
}

const LOOK_MS = 5_000;
const VERSION_MIN = 'TLSv1.2';

export class ServerCertificate implements Part {
  readonly #files: CertificateFiles;
  readonly #told: (message: string) => void;
  readonly #periodic: Periodic;
  readonly #servers: Server[] = [];
  #shown: Pem;
  #refused: Pem | undefined;

  private constructor(files: CertificateFiles, clock: Clock, shown: Pem, told: (message: string) => void) {
    this.#files = files;
    this.#periodic = new Periodic({ clock, everyMs: LOOK_MS, run: () => this.#look() });
    this.#shown = shown;
    this.#told = told;
  }

  /** Rejects with what is wrong with the files. `told`: that it was renewed, or why not. */
  static async open(
    files: CertificateFiles,
    { clock, told }: { clock: Clock; told: (message: string) => void },
  ): Promise<ServerCertificate> {
    const pem = await read(files);
    const wrong = faultOf(pem);
    if (wrong !== undefined) throw new Error(`server.tls_cert and server.tls_key cannot be used: ${wrong}`);
    return new ServerCertificate(files, clock, pem, told);
  }

  /** Shows it for as long as both live. `settings`: of the HTTP server. */
  server(
    handler: RequestListener,
    settings: { headersTimeout?: number; requestTimeout?: number } = {},
  ): Server {
    const server = createServer({ ...this.#shown, minVersion: VERSION_MIN, ...settings }, handler);
    this.#servers.push(server);
    return server;
  }

  start(): Promise<void> {
    return this.#periodic.start();
  }

  stop(): Promise<void> {
    return this.#periodic.stop();
  }

  async #look(): Promise<void> {
    const pem = await read(this.#files).catch(() => undefined);
    if (pem === undefined || isSame(pem, this.#shown) || isSame(pem, this.#refused)) return;
    const wrong = faultOf(pem);
    if (wrong !== undefined) {
      this.#refused = pem; // half of a renewal, perhaps: the other file comes in a moment
      this.#told(`the renewed certificate cannot be used, the last one stays: ${wrong}`);
      return;
    }
    this.#shown = pem;
    for (const server of this.#servers) server.setSecureContext({ ...pem, minVersion: VERSION_MIN });
    this.#told('the certificate was renewed');
  }
}

async function read({ cert, key }: CertificateFiles): Promise<Pem> {
  const text = (name: string, path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
      Promise.reject(new Error(`${name} cannot be read: ${error.message}`)),
    );
  return { cert: await text('server.tls_cert', cert), key: await text('server.tls_key', key) };
}

/** Undefined where the two belong together. */
function faultOf(pem: Pem): string | undefined {
  try {
    createSecureContext({ ...pem, minVersion: VERSION_MIN });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function isSame(one: Pem, other: Pem | undefined): boolean {
  return one.cert === other?.cert && one.key === other.key;
}
