/** How soon work goes on: after the server was killed with 10,000 tasks open, and after its database crashed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { layered } from '../graphs.js';
import { now } from '../product/clock.js';
import { withProduct } from '../product/measure.js';
import { submit, tasksOf } from '../product/mesh-input.js';
import { Product } from '../product/product.js';
import { alone, type Row } from '../report.js';
import { type Case, held } from './case.js';

const TASKS = 10_000;
/** Long enough that nearly all of them are open when it happens. */
const WORK = { wait: { durationMs: 300 } };
const WORKING_MS = 1000;
const AWAY_MS = 1000;
const RESTART_MS_MAX = 3000;
const RETURN_MS_MAX = 5000;

function work(bench: Bench): object[] {
  const width = 100;
  return tasksOf(layered({ layers: Math.ceil((bench.options.tasks ?? TASKS) / width), width }), {
    work: WORK,
  });
}

/** From starting the program anew to the first task that it starts. */
async function restartMs(bench: Bench): Promise<number> {
  return await withProduct(bench, {}, async ({ product, databaseUrl }) => {
    await submit(product, work(bench));
    await pause(WORKING_MS);
    await product.kill();
    const before = now();
    const next = await Product.start(bench, { databaseUrl });
    const took = (await next.ask('firstStart')) - before;
    await bench.stop(next);
    return took;
  });
}

/** From PostgreSQL taking connections again to the first task that is started. */
async function returnMs(bench: Bench): Promise<number> {
  return await withProduct(bench, {}, async ({ product }) => {
    await submit(product, work(bench));
    await pause(WORKING_MS);
    await bench.postgres.crash();
    await pause(AWAY_MS);
    const started = product.ask('nextStart');
    await bench.postgres.launch();
    const back = now();
    return Math.max(0, (await started) - back);
  });
}

async function worst(bench: Bench, name: string, measure: (bench: Bench) => Promise<number>): Promise<Row> {
  const values: number[] = [];
  for (let run = 0; run < bench.options.runs; run++) values.push(await measure(bench));
  const note = 'the worst of all runs';
  return alone({ case: name, unit: 'ms', values, product: Math.max(...values), note });
}

export const recovery: Case = {
  title: 'from a kill of the server, and of its database, to working again',
  async *run(bench) {
    const restart = await worst(bench, 'recovery restart', restartMs);
    yield held(restart, `<= ${RESTART_MS_MAX} ms`, (restart.product ?? 0) <= RESTART_MS_MAX);
    const returned = await worst(bench, 'recovery database back', returnMs);
    yield held(returned, `<= ${RETURN_MS_MAX} ms`, (returned.product ?? 0) <= RETURN_MS_MAX);
  },
};
