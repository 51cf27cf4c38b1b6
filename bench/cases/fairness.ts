/** Two meshes of very different size: by how much the large one delays the small one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { median, percentile } from '../figures.js';
import { chain, independent } from '../graphs.js';
import { now } from '../product/clock.js';
import { type Measured, withProduct } from '../product/measure.js';
import { submit, tasksOf } from '../product/mesh-input.js';
import { alone } from '../report.js';
import { type Case, held } from './case.js';

const TASKS = 10_000;
const SLOTS = 40;
/**
 * At forty at once the large mesh keeps every slot taken for two and a half seconds. Its tasks start and end in step, because
 * they are of one length; who comes in between waits for a slot up to that long, which is not the product's delay.
 */
const WORK = { wait: { durationMs: 10 } };
const SMALL_MESHES = 60;
const PAUSE_MS = 20;
const EXTRA_MS_MAX = 50;

/** One small mesh after the other, while `goOn` says so: ms from the call that submits to the commit of the end. */
async function smallMeshes({ product }: Measured, goOn: (done: number) => boolean): Promise<number[]> {
  const tookMs: number[] = [];
  while (goOn(tookMs.length)) {
    const before = now();
    const meshId = await submit(product, tasksOf(chain(2)));
    tookMs.push((await product.ask('ended', meshId)) - before);
    await pause(PAUSE_MS);
  }
  return tookMs;
}

async function extraMs(bench: Bench): Promise<number[]> {
  const env = { TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: String(SLOTS) };
  return await withProduct(bench, { env }, async (measured) => {
    const { product, store } = measured;
    await product.ask('noteEvents');
    const alone = (await smallMeshes(measured, (done) => done < SMALL_MESHES)).slice(SMALL_MESHES / 3);
    const large = await submit(product, tasksOf(independent(bench.options.tasks ?? TASKS), { work: WORK }));
    let largeEnded = false;
    const ended = store.completedAt(large).then(() => (largeEnded = true));
    const beside = await smallMeshes(measured, () => !largeEnded);
    await ended;
    return beside.slice(0, -1).map((tookMs) => tookMs - median(alone));
  });
}

export const fairness: Case = {
  title: 'a mesh of two tasks beside a mesh of 10,000 that keeps every slot taken',
  async *run(bench) {
    const runs: number[][] = [];
    for (let run = 0; run < bench.options.runs; run++) runs.push(await extraMs(bench));
    const row = alone({
      case: 'fairness extra latency p99',
      unit: 'ms',
      values: runs.map((all) => percentile(all, 99)),
      product: percentile(runs.flat(), 99),
      note: `${runs.flat().length} small meshes beside the large one, median ${median(runs.flat()).toFixed(1)} ms`,
    });
    yield held(row, `<= ${EXTRA_MS_MAX} ms`, (row.product ?? 0) <= EXTRA_MS_MAX);
  },
};
