/**
 * Watches over the connection to Redis that all queues share: whether it may be used at all, whether Redis is the same as
 * before, and whether it is one that keeps what it is given. Made by the backend.
 *
 * What Redis held may be gone when it comes back, although it was written: it was started anew without its log, the last second of
 * which may be missing, or a replica took its place. Each has another `run_id`.
 */
import type { Redis } from 'ioredis';
import type { BackendOptions } from '../queue-backend.js';
import { refusalOf } from './redis-tls.js';

/** Of BullMQ: scripts and the commands they use. */
const VERSION_MIN = [6, 2];
/** Whoever says this cannot be reached now; anything else is a refusal. */
const AWAY =
  /ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|\bLOADING\b|timeout|Connection is closed/i;

export class RedisWatch {
  readonly #connection: Redis;
  readonly #options: BackendOptions;
  readonly #first: Promise<Error | undefined>;
  #runId: string | undefined;
  #isAsking = false;

  constructor(connection: Redis, options: BackendOptions) {
    this.#connection = connection;
    this.#options = options;
    let settle: (error: Error | undefined) => void = () => undefined;
    this.#first = new Promise((resolve) => (settle = resolve));
    const hear = (error: Error): void => {
      if (!isAway(error)) settle(error);
      else if (connection.options.tls !== undefined) void this.#askWhy(hear);
      options.onError(error);
    };
    connection.on('error', hear);
    connection.on('ready', () => void this.#look().then(settle, hear));
  }

  /** Throws what Redis says for good; resolves when it may be used, now or as soon as it is there. */
  async opened(msMax: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, msMax, undefined)));
    const error = await Promise.race([this.#first, late]);
    clearTimeout(timer);
    if (error === undefined) return;
    this.#connection.disconnect();
    throw error;
  }

  /** A refused certificate is often heard as a link that broke. */
  async #askWhy(hear: (error: Error) => void): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const refusal = await refusalOf(this.#connection.options);
    this.#isAsking = false;
    if (refusal !== undefined && !isAway(refusal)) hear(refusal);
  }

  async #look(): Promise<undefined> {
    const facts = factsOf(await this.#connection.info());
    const version = facts.get('valkey_version') ?? facts.get('redis_version') ?? '';
    if (isOlder(version)) throw new OldRedis(version);
    const [before, now] = [this.#runId, facts.get('run_id')];
    this.#runId = now;
    const policy = facts.get('maxmemory_policy') ?? 'noeviction';
    if (facts.get('maxmemory') !== '0' && policy !== 'noeviction')
      this.#options.onError(new Forgetful(policy));
    if (before !== undefined && before !== now) this.#options.onLoss?.();
    return undefined;
  }
}

export class OldRedis extends Error {
  readonly code = 'REDIS_TOO_OLD';

  constructor(version: string) {
    super(`cluster.backend is Redis ${version}; it must be ${VERSION_MIN.join('.')} or later, or Valkey`);
  }
}

export class Forgetful extends Error {
  readonly code = 'REDIS_EVICTS';

  constructor(policy: string) {
    super(
      `the Redis of cluster.backend throws keys away when it is full (maxmemory-policy ${policy}), and with them what goes to ` +
        'nodes; set maxmemory-policy to noeviction, or maxmemory to 0',
    );
  }
}

function isAway(error: NodeJS.ErrnoException): boolean {
  return AWAY.test(`${error.code ?? ''} ${error.message}`);
}

/** `name:value` in each line. */
function factsOf(info: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) facts.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return facts;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, leastMinor = 0] = VERSION_MIN;
  return major < least || (major === least && minor < leastMinor);
}
