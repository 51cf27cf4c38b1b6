/** W3, W4 and the flow of three steps: how long one thing waits for the other, the product beside its peers. */
import type { Bench } from '../bench.js';
import { competeOnGraph, competeOnIdle, namesOnPostgres, peersFor } from '../contest.js';
import { assertOrder, median, percentile, type Run, stepsOf } from '../figures.js';
import { chain } from '../graphs.js';
import { type Idle, idle } from '../idle.js';
import { now } from '../product/clock.js';
import { profiled, withProduct } from '../product/measure.js';
import { NO_WAIT, submit, tasksOf } from '../product/mesh-input.js';
import { alone, PRODUCT, type Row } from '../report.js';
import { setTimeout as pause } from 'node:timers/promises';
import { type Case, held, rowOf } from './case.js';

const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const OVER_HTTP = `${PRODUCT} over HTTP`;
const STEPS_MS_MAX = 5;
const HTTP_MS_MAX = 2;

export const w3: Case = {
  title: 'a chain of 1,000: from a parent being done to its child being started',
  async *run(bench) {
    const graph = chain(bench.options.tasks ?? 1000);
    const entries = peersFor(bench, 'chain');
    const values = await competeOnGraph(bench, { graph, warmUp: chain(20) }, entries);
    for (const run of [...values.values()].flat()) assertOrder(graph, run);
    for (const percent of [50, 99]) {
      const figure = (run: Run): number => percentile(stepsOf(run), percent);
      const reading = { unit: 'ms', better: 'lower', onPostgres: namesOnPostgres(entries), figure } as const;
      const row = rowOf<Run>(values, { ...reading, case: `w3 p${percent}` });
      yield held(row, "no worse than DBOS's", noWorse(row, row.peers['DBOS steps']));
    }
  },
};

function noWorse({ product }: Row, peer: number | undefined): boolean | undefined {
  return peer === undefined ? undefined : (product ?? Number.NaN) <= peer;
}

/** In the product's own process, without a door, as the peers' libraries are called. */
async function idleInProcess(bench: Bench, plan: Idle): Promise<number[]> {
  return await withProduct(bench, {}, async ({ product, store }) => {
    await store.completedAt(await submit(product, tasksOf(chain(3))));
    await product.ask('expect', plan.warmUp + plan.count);
    return await latencies(product, plan, await product.ask('submitOneByOne', plan));
  });
}

async function idleOverHttp(bench: Bench, plan: Idle): Promise<number[]> {
  return await withProduct(bench, {}, async ({ product }) => {
    const { count, warmUp, pauseMs } = plan;
    await product.ask('expect', warmUp + count);
    const submittedAt: number[] = [];
    await profiled(bench, product, async () => {
      for (let task = 0; task < warmUp + count; task++) {
        submittedAt.push(now());
        await product.graphql(CREATE, { input: { name: `t${task}`, work: NO_WAIT } });
        await pause(pauseMs[task % pauseMs.length]);
      }
    });
    return await latencies(product, plan, submittedAt);
  });
}

type Asked = Parameters<Parameters<typeof withProduct>[2]>[0]['product'];

async function latencies(
  product: Asked,
  { warmUp }: Idle,
  submittedAt: readonly number[],
): Promise<number[]> {
  await product.ask('ran');
  const { startedAt } = await product.ask('times');
  return startedAt.map((at, task) => Math.max(0, at - (submittedAt[task] as number))).slice(warmUp);
}

export const w4: Case = {
  title: 'an idle system: from submitting a task to its start',
  async *run(bench) {
    const plan = idle(bench.options.tasks ?? 100);
    const values = await competeOnIdle(bench, plan, [
      { name: PRODUCT, measure: () => idleInProcess(bench, plan) },
      { name: OVER_HTTP, measure: () => idleOverHttp(bench, plan) },
    ]);
    const onPostgres = namesOnPostgres(peersFor(bench, 'idle'));
    const overHttp = new Map(
      [...values]
        .filter(([name]) => name !== PRODUCT)
        .map(([name, all]) => [name === OVER_HTTP ? PRODUCT : name, all]),
    );
    values.delete(OVER_HTTP);
    for (const percent of [50, 99]) {
      const figure = (all: readonly number[]): number => percentile(all, percent);
      const reading = { unit: 'ms', better: 'lower', onPostgres, figure } as const;
      const inside = rowOf(values, { ...reading, case: `w4 p${percent} in process` });
      const outside = rowOf(overHttp, { ...reading, case: `w4 p${percent} over HTTP` });
      const [best] = Object.values(inside.peers).toSorted((a, b) => a - b);
      if (percent === 50) {
        yield held(inside, 'no worse than the best peer', noWorse(inside, best));
        yield held(
          outside,
          `within ${HTTP_MS_MAX} ms of the best peer`,
          noWorse(outside, best === undefined ? undefined : best + HTTP_MS_MAX),
        );
      } else yield* [inside, outside];
    }
  },
};

/** From the call that submits over HTTP to the commit that ends the mesh, one flow after the other. */
async function flows(bench: Bench, plan: Idle): Promise<number[]> {
  return await withProduct(bench, {}, async ({ product }) => {
    await product.ask('noteEvents');
    const tookMs: number[] = [];
    for (let flow = 0; flow < plan.warmUp + plan.count; flow++) {
      const before = now();
      const meshId = await submit(product, tasksOf(chain(3)));
      tookMs.push((await product.ask('ended', meshId)) - before);
      await pause(plan.pauseMs[flow % plan.pauseMs.length]);
    }
    return tookMs.slice(plan.warmUp);
  });
}

export const flow: Case = {
  title: 'a flow of three steps, from its submission over HTTP to its end',
  async *run(bench) {
    const values: number[] = [];
    for (let run = 0; run < bench.options.runs; run++)
      values.push(median(await flows(bench, idle(bench.options.tasks ?? 100))));
    const row = alone({ case: 'flow p50', unit: 'ms', values, product: median(values) });
    yield held(row, `<= ${STEPS_MS_MAX} ms`, (row.product ?? 0) <= STEPS_MS_MAX);
  },
};
