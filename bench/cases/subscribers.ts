/** A thousand people who watch one mesh: from the commit of a status event to its delivery at each of them. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Bench } from '../bench.js';
import { median, percentile } from '../figures.js';
import { chain } from '../graphs.js';
import { now } from '../product/clock.js';
import { profiled, withProduct } from '../product/measure.js';
import { releaseFirst, submit, tasksOf } from '../product/mesh-input.js';
import type { Product } from '../product/product.js';
import { alone, type Row } from '../report.js';
import { type Case, held } from './case.js';

const SUBSCRIBERS = 1000;
/** Apart by half a second, so that each event is measured by itself; the first ones are the warm-up. */
const EVENTS = 13;
const WARM_UP = 3;
const WORK = { wait: { durationMs: 500 } };
const DELIVERED_MS_MAX = 100;
const STRAGGLERS_MS_MAX = 10_000;

interface Delivery {
  readonly seq: number;
  readonly at: number;
}

/** One connection with one subscription; notes what arrives without reading more of it than the seq. */
async function subscribe(
  product: Product,
  query: string,
  deliver: (delivery: Delivery) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${product.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  socket.send('{"type":"ping"}');
  await once(socket, 'message');
  socket.on('message', (message: Buffer) => {
    const seq = /"seq":(\d+)/.exec(message.toString())?.[1];
    if (seq !== undefined) deliver({ seq: Number(seq), at: now() });
  });
  return socket;
}

/** A chain whose first task is held until everyone watches. */
function heldChain(): object[] {
  return tasksOf(chain(EVENTS), { work: WORK, roots: { hold: true } });
}

/** All latencies of all subscribers, ms. */
async function latencies(bench: Bench, fields: string): Promise<number[]> {
  return await withProduct(bench, {}, async ({ product, store }) => {
    await product.ask('noteEvents');
    const meshId = await submit(product, heldChain());
    const query = `subscription { taskStatusChanged(meshId: "${meshId}", statuses: [COMPLETED]) { ${fields} } }`;
    const deliveries: Delivery[] = [];
    const sockets: WebSocket[] = [];
    for (let one = 0; one < SUBSCRIBERS; one++)
      sockets.push(await subscribe(product, query, (delivery) => deliveries.push(delivery)));
    await profiled(bench, product, async () => {
      await releaseFirst(product, meshId);
      await store.completedAt(meshId);
    });
    await eventually(() => deliveries.length === SUBSCRIBERS * EVENTS);
    for (const socket of sockets) socket.terminate();
    const committedAt = new Map(await product.ask('takeEvents'));
    return deliveries
      .slice(WARM_UP * SUBSCRIBERS)
      .map(({ seq, at }) => at - (committedAt.get(seq) ?? Number.NaN));
  });
}

async function eventually(isSo: () => boolean): Promise<void> {
  const until = now() + STRAGGLERS_MS_MAX;
  while (!isSo()) {
    if (now() > until) throw new Error('not every subscriber was told of every event');
    await pause(10);
  }
}

async function measure(bench: Bench, name: string, fields: string): Promise<Row> {
  const runs: number[][] = [];
  for (let run = 0; run < bench.options.runs; run++) runs.push(await latencies(bench, fields));
  const values = runs.map((all) => percentile(all, 99));
  const deliveries = runs.flat().length;
  const row = alone({
    case: name,
    unit: 'ms',
    values,
    product: median(values),
    note: `${deliveries} deliveries of { ${fields} } over ${SUBSCRIBERS} sockets, median ${median(runs.flat()).toFixed(1)} ms`,
  });
  return held(row, `<= ${DELIVERED_MS_MAX} ms`, (row.product ?? 0) <= DELIVERED_MS_MAX);
}

export const subscribers: Case = {
  title: 'a status event to 1,000 subscribers over 1,000 WebSockets',
  async *run(bench) {
    yield await measure(bench, 'subscribers p99', 'seq at taskId from to');
    yield await measure(bench, 'subscribers with the task p99', 'seq to task { key status }');
  },
};
