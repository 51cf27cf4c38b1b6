/** A page of tasks with all that hangs on them: the throughput of the doors, with the database and without it. */
import type { Bench } from '../bench.js';
import { median } from '../figures.js';
import { layered } from '../graphs.js';
import { now } from '../product/clock.js';
import { type Measured, profiled, withProduct } from '../product/measure.js';
import { submit, tasksOf } from '../product/mesh-input.js';
import type { Product } from '../product/product.js';
import { alone } from '../report.js';
import { type Case, held } from './case.js';

const QUERY = `{ tasks(first: 50) { nodes {
  id key name status
  mesh { id name status }
  edgesIn(first: 10) { sourceId type weight }
  edgesOut(first: 10) { targetId type weight }
  attempts { attempt outcome startedAt runMs }
  layer { name running slots }
} } }`;
const CLIENTS = 8;
const WARM_UP_MS = 1000;
const MEASURED_MS = 3000;
const SHARE_MIN = 60;

/** Requests a second of clients that ask again as soon as they are answered. */
async function requestsPerSecond(product: Product, ms: number): Promise<number> {
  const body = JSON.stringify({ query: QUERY });
  const until = now() + ms;
  let answered = 0;
  const client = async (): Promise<void> => {
    for (; now() < until; answered++) {
      const text = await product.post(body);
      if (!text.startsWith('{"data"')) throw new Error(text.slice(0, 2000));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (answered / ms) * 1000;
}

interface Throughput {
  readonly live: number;
  readonly constant: number;
}

async function measure(bench: Bench, { product, store }: Measured): Promise<Throughput[]> {
  const graph = layered({ layers: 20, width: 100 });
  await store.completedAt(await submit(product, tasksOf(graph)));
  const seen: Throughput[] = [];
  for (let run = 0; run < bench.options.runs; run++) {
    const [live, constant] = [
      await profiled(bench, product, () => measureMode(product, false)),
      await measureMode(product, true),
    ];
    seen.push({ live, constant });
  }
  return seen;
}

async function measureMode(product: Product, constant: boolean): Promise<number> {
  await product.ask('useConstants', constant);
  await requestsPerSecond(product, WARM_UP_MS);
  return await requestsPerSecond(product, MEASURED_MS);
}

export const graphql: Case = {
  title:
    '`tasks(first: 50)` with mesh, edges, attempts and layer, beside the same server answering from constants',
  async *run(bench) {
    const seen = await withProduct(bench, {}, (measured) => measure(bench, measured));
    const shares = seen.map(({ live, constant }) => (live / constant) * 100);
    const row = alone({
      case: 'graphql',
      unit: '% of the throughput from constants',
      values: shares,
      product: median(shares),
      note: `${median(seen.map(({ live }) => live)).toFixed(0)} requests/s, from constants ${median(seen.map(({ constant }) => constant)).toFixed(0)}`,
    });
    yield held(row, `>= ${SHARE_MIN} %`, (row.product ?? 0) >= SHARE_MIN);
  },
};
