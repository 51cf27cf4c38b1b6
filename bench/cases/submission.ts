/** A large submission over HTTP: how long until it is acknowledged, and for how long others find the server deaf. */
import type { Bench } from '../bench.js';
import { layered, scattered } from '../graphs.js';
import { now } from '../product/clock.js';
import { profiled, withProduct } from '../product/measure.js';
import { submit, tasksOf } from '../product/mesh-input.js';
import { alone } from '../report.js';
import { type Case, held } from './case.js';

const TASKS = 10_000;
const EDGES_PER_TASK = 5;
const ACKNOWLEDGED_MS_MAX = 1000;
const BLOCK_MS_MAX = 50;

interface Submission {
  readonly acknowledgedMs: number;
  /** Until the acknowledgement, and until all tasks were done. */
  readonly blockMs: number;
  readonly blockWholeMs: number;
}

async function measure(bench: Bench, tasks: readonly object[]): Promise<Submission> {
  return await withProduct(bench, {}, async ({ product, store }) => {
    await store.completedAt(await submit(product, tasksOf(layered({ layers: 10, width: 100, seed: 7 }))));
    await product.ask('watchLoop');
    const before = now();
    const meshId = await profiled(bench, product, () => submit(product, tasks));
    const acknowledgedMs = now() - before;
    const blockMs = await product.ask('longestBlock');
    await store.completedAt(meshId);
    return { acknowledgedMs, blockMs, blockWholeMs: await product.ask('longestBlock') };
  });
}

export const submission: Case = {
  title: '10,000 tasks and 50,000 edges submitted by one GraphQL request',
  async *run(bench) {
    const count = bench.options.tasks ?? TASKS;
    const tasks = tasksOf(scattered(count, count * EDGES_PER_TASK));
    const seen: Submission[] = [];
    for (let run = 0; run < bench.options.runs; run++) seen.push(await measure(bench, tasks));
    const acknowledged = alone({
      case: 'submit acknowledged',
      unit: 'ms',
      values: seen.map(({ acknowledgedMs }) => acknowledgedMs),
    });
    yield held(
      acknowledged,
      `< ${ACKNOWLEDGED_MS_MAX} ms`,
      (acknowledged.product ?? 0) < ACKNOWLEDGED_MS_MAX,
    );
    const blocks = seen.map(({ blockMs }) => blockMs);
    const block = alone({
      case: 'submit longest block',
      unit: 'ms',
      values: blocks,
      product: Math.max(...blocks),
    });
    const note = 'of the event loop until the acknowledgement, the worst of all runs';
    yield held({ ...block, note }, `<= ${BLOCK_MS_MAX} ms`, (block.product ?? 0) <= BLOCK_MS_MAX);
    const whole = seen.map(({ blockWholeMs }) => blockWholeMs);
    yield alone({
      case: 'submit longest block until done',
      unit: 'ms',
      values: whole,
      product: Math.max(...whole),
      note: 'of the event loop until the last task was done, the worst of all runs',
    });
  },
};
