/** The graph as a value, without server and store; beside graphology-dag where there is something to compare. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import { compete, type Contestant } from '../contest.js';
import { installPeers } from '../peers/install.js';
import type { GraphMeasurements } from '../product/graph-measure.js';
import { alone, PRODUCT, type Row } from '../report.js';
import { type Case, held, rowOf } from './case.js';

/** graphology needs some gigabytes for three million edges. */
const HEAP_MB = 8192;
const CYCLE_MS_MAX = 1;
const ORDER_RATIO = 10;

async function inOwnProcess<K extends keyof GraphMeasurements>(
  bench: Bench,
  name: K,
): Promise<GraphMeasurements[K]> {
  await bench.calm();
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MB}`,
    join(bench.programs, 'graph-measure.js'),
    name,
  ]);
  return JSON.parse(stdout) as GraphMeasurements[K];
}

async function repeat<K extends keyof GraphMeasurements>(
  bench: Bench,
  name: K,
): Promise<GraphMeasurements[K][]> {
  const seen: GraphMeasurements[K][] = [];
  for (let run = 0; run < bench.options.runs; run++) seen.push(await inOwnProcess(bench, name));
  return seen;
}

async function* graphRows(bench: Bench): AsyncGenerator<Row, void> {
  const cycle = await repeat(bench, 'cycleCheck');
  const check = alone({
    case: 'graph cycle check p99',
    unit: 'ms',
    values: cycle.map(({ p99 }) => p99),
    note: `an edge added to 100,000 nodes and 300,000 edges, in any direction; ${cycle[0]?.refused} of 10,000 refused`,
  });
  yield held(check, `<= ${CYCLE_MS_MAX} ms`, (check.product ?? 0) <= CYCLE_MS_MAX);
  const path = await repeat(bench, 'criticalPath');
  yield alone({
    case: 'graph critical path p99',
    unit: 'ms',
    values: path.map(({ p99 }) => p99),
    note: `after a duration changed among 100,000 nodes; all of them anew take ${path[0]?.wholeMs.toFixed(0)} ms`,
  });
  yield await orderRow(bench);
}

async function orderRow(bench: Bench): Promise<Row> {
  const here: Contestant<{ ms: number }> = { name: PRODUCT, measure: () => inOwnProcess(bench, 'orderHere') };
  const there = { name: 'graphology-dag', measure: () => inOwnProcess(bench, 'orderThere') };
  if (!bench.options.productOnly) installPeers((text) => bench.say(text));
  const values = await compete(bench, bench.options.productOnly ? [here] : [here, there]);
  const row = rowOf(values, {
    case: 'graph order of 1,000,000 nodes and 3,000,000 edges',
    unit: 'ms',
    better: 'lower',
    figure: ({ ms }) => ms,
    onPostgres: new Set(),
  });
  const note = 'here from lists of edges, there from a graph that is already made';
  const { ratioToBest } = row;
  return held(
    { ...row, note },
    `${ORDER_RATIO} × graphology-dag`,
    ratioToBest === null ? undefined : ratioToBest >= ORDER_RATIO,
  );
}

export const graph: Case = {
  title: 'the graph as a value: cycle check, critical path, order',
  run: graphRows,
};
