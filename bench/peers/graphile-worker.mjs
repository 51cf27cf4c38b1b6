/**
 * graphile-worker. Styles: `plain`, one transaction a job; `batch`, its local queue and batched completion; `gathered`,
 * batch, and tasks that end together settle the counters of the graph in one transaction.
 */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { storeCounters } from './graph-counters.mjs';

const logger = new Logger(() => () => {});
const CHUNK = 1000;
const NEXT =
  "SELECT graphile_worker.add_job('task', json_build_object('task', id)) FROM finish_counted($1::int[]) AS id";

/** Collects the tasks that end in one turn of the event loop; at most two transactions at a time. */
function gatherer(pool) {
  let waiting = [];
  let open = 0;
  const flush = () => {
    while (waiting.length > 0 && open < 2) {
      const batch = waiting;
      waiting = [];
      open++;
      pool
        .query({ name: 'next', text: NEXT, values: [batch.map(({ task }) => task)] })
        .then(
          () => batch.forEach(({ resolve }) => resolve()),
          (error) => batch.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          open--;
          flush();
        });
    }
  };
  return (task) =>
    new Promise((resolve, reject) => {
      waiting.push({ task, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
}

export async function open({ databaseUrl, style, concurrency, connections, queueSize }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections + 2 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  const batched = style === 'plain' ? {} : { localQueue: { size: queueSize }, completeJobBatchDelay: 0 };
  const preset = {
    worker: { concurrentJobs: concurrency, maxPoolSize: connections, logger, ...batched },
  };
  const finish = style === 'gathered' ? gatherer(pool) : undefined;
  let runner;

  async function add(tasks) {
    for (let from = 0; from < tasks.length; from += CHUNK) {
      const chunk = tasks.slice(from, from + CHUNK);
      await utils.addJobs(chunk.map((task) => ({ identifier: 'task', payload: { task } })));
    }
  }

  return {
    submit: async (graph) => add(graph.edges === 0 ? graph.tasks : await storeCounters(pool, graph)),
    addOne: (task) => utils.addJob('task', { task }),
    async work(graph, handle) {
      const counted = graph.edges > 0;
      const task = async ({ task: id }, { query }) => {
        handle(id);
        if (!counted) return;
        if (finish) await finish(id);
        else await query({ name: 'next', text: NEXT, values: [[id]] });
      };
      runner = await run({ preset, pgPool: pool, taskList: { task }, noHandleSignals: true, logger });
    },
    async left() {
      const { rows } = await pool.query('SELECT count(*)::int AS left FROM graphile_worker._private_jobs');
      return rows[0].left;
    },
    stop: () => runner.stop(),
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
