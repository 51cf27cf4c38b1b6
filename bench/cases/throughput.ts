/** W1, W2 and the shapes: many tasks as fast as they go, the product beside its peers. */
import type { Bench } from '../bench.js';
import { assertOrder, median, type Run, throughputOf, throughputWithSubmission } from '../figures.js';
import { chain, fanIn, fanOut, type Graph, independent, layered } from '../graphs.js';
import { competeOnGraph, namesOnPostgres, peersFor } from '../contest.js';
import type { Workload } from '../peers/lineup.js';
import type { Ground } from '../peers/peer.js';
import { measureWhole } from '../product/measure.js';
import { MILESTONE } from '../product/mesh-input.js';
import { alone, type Row, skipped } from '../report.js';
import { PostgresServer } from '../servers/postgres.js';
import { slowFsync } from '../servers/slow-fsync.js';
import { type Case, held, rowOf } from './case.js';

const WIDTH = 100;
const SLOWER_MS = 1;

interface Spec {
  readonly name: string;
  readonly workload: Workload;
  readonly graph: Graph;
  readonly warmUp: Graph;
  readonly ground?: Ground;
}

const warmLayers = layered({ layers: 100, width: WIDTH, seed: 7 });

/** Layers of a hundred, as many as the tasks fill. */
function meshOf(tasks: number): Graph {
  const width = Math.min(WIDTH, tasks);
  return layered({ layers: Math.ceil(tasks / width), width });
}

async function measure(
  bench: Bench,
  { name, workload, graph, warmUp, ground }: Spec,
): Promise<{ row: Row; whole: Row }> {
  const entries = peersFor(bench, workload);
  const values = await competeOnGraph(bench, { graph, warmUp }, entries, ground);
  for (const run of [...values.values()].flat()) assertOrder(graph, run);
  const reading = { unit: 'tasks/s', better: 'higher', onPostgres: namesOnPostgres(entries) } as const;
  const cpuSeconds = Object.fromEntries(
    [...values].map(([contestant, runs]) => [contestant, median(runs.map(({ cpuMs }) => cpuMs)) / 1000]),
  );
  return {
    row: { ...rowOf<Run>(values, { ...reading, case: name, figure: throughputOf }), cpuSeconds },
    whole: rowOf<Run>(values, {
      ...reading,
      case: `${name} with submission`,
      figure: throughputWithSubmission,
    }),
  };
}

/** No attempt, no handler: what graph, history and store can do without them. */
async function milestones(bench: Bench, name: string, graph: Graph, warmUp: Graph): Promise<Row> {
  const values: number[] = [];
  for (let run = 0; run < bench.options.runs; run++)
    values.push(
      (graph.parents.length / (await measureWhole(bench, { graph, warmUp }, { work: MILESTONE }))) * 1000,
    );
  const note = 'tasks without work, with submission: no attempt and no handler, so no peer has the like';
  return alone({ case: `${name} milestones`, unit: 'tasks/s', values, product: median(values), note });
}

function atLeast(wanted: number, ratio: number | null | undefined): boolean | undefined {
  return ratio == null ? undefined : ratio >= wanted;
}

export const w1: Case = {
  title: '10,000 independent tasks',
  async *run(bench) {
    const graph = independent(bench.options.tasks ?? 10_000);
    const warmUp = independent(500);
    const { row, whole } = await measure(bench, { name: 'w1', workload: 'independent', graph, warmUp });
    const target = "1 × pg-boss's and BullMQ's best; aim 1 × graphile-worker batched";
    yield held(row, target, atLeast(1, ratioTo(row, /^(pg-boss|BullMQ)/)));
    yield whole;
    yield await milestones(bench, 'w1', graph, warmUp);
  },
};

export const w2: Case = {
  title: '10,000 tasks in 100 layers × 100, three random parents each',
  async *run(bench) {
    const graph = meshOf(bench.options.tasks ?? 10_000);
    const { row, whole } = await measure(bench, { name: 'w2', workload: 'graph', graph, warmUp: warmLayers });
    const reached = atLeast(3, row.ratioToBest);
    const target = '3 × the best peer, 4 × the best on PostgreSQL; aim 8 ×';
    yield held(row, target, reached && atLeast(4, row.ratioToBestPostgres) !== false);
    yield whole;
    yield await milestones(bench, 'w2', graph, warmLayers);
  },
};

export const w2SlowFsync: Case = {
  title: `w2 with every fsync ${SLOWER_MS} ms slower`,
  async *run(bench) {
    const env = slowFsync(bench.directory, SLOWER_MS);
    if (env === undefined) {
      yield skipped('w2-slow-fsync', 'needs Linux and a C compiler (cc) to slow fsync down');
      return;
    }
    const place = { directory: bench.path('postgres'), binaries: bench.options.postgresBinaries, env };
    const postgres = bench.keep(await PostgresServer.start(place));
    const graph = meshOf(bench.options.tasks ?? 10_000);
    const spec = { name: 'w2-slow-fsync', workload: 'graph', graph, warmUp: warmLayers } as const;
    const { row, whole } = await measure(bench, { ...spec, ground: { postgres, redisEnv: env } });
    // a peer that does not wait for its disk is not slowed down by it
    yield held(row, '5 × the best peer as durable', atLeast(5, ratioTo(row, /^(?!.*(no AOF|everysec))/)));
    yield whole;
    await bench.stop(postgres);
  },
};

/** Against the best of the peers with such names; null when none took part. */
function ratioTo({ product, peers }: Row, names: RegExp): number | null {
  const figures = Object.entries(peers).flatMap(([name, figure]) => (names.test(name) ? [figure] : []));
  return figures.length === 0 ? null : (product ?? 0) / Math.max(...figures);
}

export const shapes: Case = {
  title: "pg-boss's four shapes of 10,000 tasks",
  async *run(bench) {
    const tasks = bench.options.tasks ?? 10_000;
    const width = Math.min(500, tasks);
    const specs: readonly Spec[] = [
      { name: 'fan-out', workload: 'graph', graph: fanOut(tasks), warmUp: fanOut(500) },
      { name: 'fan-in', workload: 'tree', graph: fanIn(tasks), warmUp: fanIn(500) },
      {
        name: '20 layers',
        workload: 'graph',
        graph: layered({ layers: Math.ceil(tasks / width), width }),
        warmUp: warmLayers,
      },
      { name: 'chain', workload: 'steps', graph: chain(tasks), warmUp: chain(20) },
    ];
    for (const spec of specs) yield (await measure(bench, { ...spec, name: `shapes ${spec.name}` })).row;
  },
};
