/** The cluster layer beside BullMQ by itself, on the same backend in the same run: how much durability and fences cost on top. */
import type { Bench } from '../bench.js';
import { measurePlain } from '../cluster/plain.js';
import type { ClusterPlan, Measured } from '../cluster/plan.js';
import { measureProduct } from '../cluster/product.js';
import { percentile } from '../figures.js';
import { idle } from '../idle.js';
import { PRODUCT, type Row, skipped } from '../report.js';
import { RedisServer, redisVersion } from '../servers/redis.js';
import { type Case, held, rowOf } from './case.js';

const SHARE = 0.8;
const TASKS = 5000;
const SLOTS = 200;
const PLAIN = 'BullMQ alone';
const NOBODY: ReadonlySet<string> = new Set();

async function measured(
  bench: Bench,
  plan: ClusterPlan,
  backend: () => Promise<string>,
): Promise<Map<string, Measured[]>> {
  const values = new Map<string, Measured[]>([
    [PRODUCT, []],
    [PLAIN, []],
  ]);
  for (let run = 0; run < bench.options.runs; run++) {
    values.get(PRODUCT)?.push(await measureProduct(bench, await backend(), plan));
    if (bench.options.productOnly) continue;
    const url = (await backend()) || (await bench.postgres.freshDatabase());
    await bench.calm();
    values.get(PLAIN)?.push(await measurePlain(url, plan));
  }
  if (bench.options.productOnly) values.delete(PLAIN);
  return values;
}

function* rows(where: string, values: Map<string, Measured[]>): Generator<Row> {
  const perSecond = { unit: 'tasks/s', better: 'higher', onPostgres: NOBODY } as const;
  const row = rowOf(values, { ...perSecond, case: `cluster on ${where}`, figure: (one) => one.perSecond });
  yield rowOf(values, {
    ...perSecond,
    case: `cluster on ${where} with submission`,
    figure: (one) => one.submittedPerSecond,
  });
  const met = row.ratioToBest === null ? undefined : row.ratioToBest >= SHARE;
  yield held(row, `${SHARE * 100} % of BullMQ alone`, met);
  for (const percent of [50, 99]) {
    const figure = ({ tripsMs }: Measured): number => percentile(tripsMs, percent);
    const trip = { unit: 'ms', better: 'lower', onPostgres: NOBODY, figure } as const;
    yield rowOf(values, { ...trip, case: `cluster round trip p${percent} on ${where}` });
  }
}

export const cluster: Case = {
  title: 'tasks through a server and a node, beside BullMQ alone on the same backend',
  async *run(bench) {
    const count = bench.options.tasks ?? TASKS;
    const plan = { count, warmUp: Math.ceil(count / 2), idle: idle(Math.min(count, 100)), slots: SLOTS };
    yield* rows('PostgreSQL', await measured(bench, plan, () => Promise.resolve('')));
    if (redisVersion() === undefined) {
      yield skipped('cluster on Redis', 'there is no redis-server here');
      return;
    }
    const place = { directory: bench.path('redis'), appendOnly: 'everysec' } as const;
    const redis = bench.keep(await RedisServer.start(place));
    let turn = 0;
    // a database of its own for every contestant
    const backend = () => Promise.resolve(`redis://127.0.0.1:${redis.port}/${turn++ % 16}`);
    yield* rows('Redis', await measured(bench, plan, backend));
    await bench.stop(redis);
  },
};
