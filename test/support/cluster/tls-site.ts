/** A PostgreSQL and a Redis that take nobody without a certificate of their authority, and the certificates. */
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../../src/store/postgres/embedded.js';
import { accountFor } from '../../../src/store/postgres/embedded/system-account.js';
import { Authority, type Pair } from './certificates.js';
import { RedisProcess } from './redis-process.js';

/** The embedded PostgreSQL knows this user, and takes a certificate of this common name for it. */
export const USER = 'taskmesh';

export class TlsSite {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'taskmesh-tls-')));
  readonly authority = new Authority(join(this.dir, 'pki'), 'authority');
  readonly other = new Authority(join(this.dir, 'pki-of-others'), 'other');
  readonly client: Pair = this.authority.sign(USER);
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor() {
    chmodSync(this.dir, 0o755); // PostgreSQL runs as another user than root
  }

  /** `host`: whom its certificate is for. */
  async redis({ host = '127.0.0.1', days = 30 } = {}): Promise<RedisProcess> {
    const server = this.authority.sign('redis', { host, days });
    const redis = await RedisProcess.start({
      dir: join(this.dir, 'redis'),
      tls: [
        '--tls-cert-file',
        server.cert,
        '--tls-key-file',
        server.key,
        '--tls-ca-cert-file',
        this.authority.cert,
      ],
    });
    this.#undo.push(() => redis.kill());
    return redis;
  }

  async postgres(): Promise<string> {
    const folder = join(this.dir, 'postgres-tls');
    mkdirSync(folder);
    const server = this.authority.sign('postgres', { host: '127.0.0.1' });
    const postgres = new EmbeddedPostgres({
      stateDir: join(this.dir, 'state'),
      settings: this.#settings(folder),
    });
    const files: readonly (readonly [string, string])[] = [
      [server.cert, 'cert'],
      [server.key, 'key'],
      [this.authority.cert, 'ca'],
    ];
    for (const [from, to] of files) cpSync(from, join(folder, to));
    writeFileSync(join(folder, 'hba'), 'hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n');
    await giveAway(folder);
    await postgres.start();
    this.#undo.push(() => postgres.stop());
    return postgres.url;
  }

  #settings(folder: string): Record<string, string> {
    return {
      ssl: 'on',
      ssl_cert_file: join(folder, 'cert'),
      ssl_key_file: join(folder, 'key'),
      ssl_ca_file: join(folder, 'ca'),
      hba_file: join(folder, 'hba'),
      fsync: 'off',
      max_connections: '100',
    };
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** To whom PostgreSQL runs as, where that is somebody else. */
async function giveAway(folder: string): Promise<void> {
  const account = await accountFor(folder);
  if (account === null) return;
  const files = readdirSync(folder).map((name) => join(folder, name));
  for (const path of [folder, ...files]) chownSync(path, account.uid, account.gid);
}
