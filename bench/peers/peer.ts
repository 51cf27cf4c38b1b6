/** One measurement of a peer, in a process of its own, on a fresh database or a fresh Redis. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import type { Run } from '../figures.js';
import type { Idle } from '../idle.js';
import { type GraphWorkload, WARM_UP_MS } from '../product/measure.js';
import type { PostgresServer } from '../servers/postgres.js';
import { RedisServer } from '../servers/redis.js';
import { installPeers } from './install.js';
import type { Entry } from './lineup.js';

const MEASURE = fileURLToPath(new URL('measure.mjs', import.meta.url));
/** A peer that takes longer hangs. */
const MS_MAX = 300_000;

export interface Ground {
  readonly postgres: PostgresServer;
  /** The environment of a Redis server. */
  readonly redisEnv?: Readonly<Record<string, string>>;
}

type Job = GraphWorkload | { readonly idle: Idle };
type Answer<J extends Job> = J extends GraphWorkload ? Run : readonly number[];

export async function measurePeer<J extends Job>(
  bench: Bench,
  { peer, appendOnly, settings }: Entry,
  job: J,
  { postgres, redisEnv }: Ground = { postgres: bench.postgres },
): Promise<Answer<J>> {
  const node = installPeers((text) => bench.say(text));
  await bench.calm();
  const warm = { ...job, warmUpMs: WARM_UP_MS };
  if (appendOnly === undefined) {
    const databaseUrl = await postgres.freshDatabase();
    return await inOwnProcess(node, { peer, settings: { ...settings, databaseUrl }, ...warm });
  }
  const redis = bench.keep(
    await RedisServer.start({ directory: bench.path('redis'), appendOnly, env: redisEnv }),
  );
  try {
    return await inOwnProcess(node, { peer, settings: { ...settings, redisPort: redis.port }, ...warm });
  } finally {
    await bench.stop(redis);
  }
}

function inOwnProcess<T>(node: string, job: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [MEASURE], {
      stdio: ['ignore', 2, 2, 'ipc'],
      timeout: MS_MAX,
      killSignal: 'SIGKILL',
    });
    child.once('message', ({ value, error }: { value?: T; error?: string }) => {
      if (error === undefined) resolve(value as T);
      else reject(new Error(error));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the peer ended with ${signal ?? code}`)));
    child.send(job);
  });
}
