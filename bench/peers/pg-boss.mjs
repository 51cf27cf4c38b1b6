/**
 * pg-boss. Styles: `counters`, a transactional worker that settles the counters of the graph and sends what became ready;
 * `flow`, its own dependencies, with `resolveFlow` called every 10 ms because its own resolver looks once a second.
 * Workers fetch in batches and are woken by NOTIFY.
 */
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { setTimeout as pause } from 'node:timers/promises';
import { storeCounters } from './graph-counters.mjs';

const QUEUE = 'tasks';
const CHUNK = 1000;
const PUMP_MS = 10;

export async function open({ databaseUrl, style, batch, workers }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  pool.on('error', () => {});
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: workers + 4,
    useListenNotify: true,
    flowIntervalSeconds: 1,
    supervise: false,
    schedule: false,
  });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  const settings = {
    batchSize: batch,
    localConcurrency: workers,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
  };
  let pumping = false;

  async function add(tasks) {
    for (let from = 0; from < tasks.length; from += CHUNK)
      await boss.insert(
        QUEUE,
        tasks.slice(from, from + CHUNK).map((task) => ({ data: { task } })),
      );
  }

  async function pump(worker) {
    pumping = true;
    while (pumping) {
      await boss.resolveFlow();
      boss.notifyWorker(worker);
      await pause(PUMP_MS);
    }
  }

  async function workFlow(handle) {
    const worker = await boss.work(QUEUE, settings, async (jobs) => {
      for (const { data } of jobs) handle(data.task);
    });
    void pump(worker).catch((error) => console.error(error));
  }

  async function workCounters(handle) {
    await boss.work(QUEUE, { ...settings, transactional: true }, async (jobs, transaction) => {
      for (const { data } of jobs) handle(data.task);
      const finished = jobs.map(({ data }) => data.task);
      const { rows } = await transaction.executeSql('SELECT id FROM finish_counted($1::int[]) AS id', [
        finished,
      ]);
      if (rows.length > 0)
        await boss.insert(
          QUEUE,
          rows.map(({ id }) => ({ data: { task: id } })),
          { db: transaction },
        );
    });
  }

  return {
    async submit(graph) {
      if (graph.edges === 0) return await add(graph.tasks);
      if (style === 'counters') return await add(await storeCounters(pool, graph));
      await boss.flow(
        graph.parents.map((sources, task) => ({
          ref: String(task),
          name: QUEUE,
          data: { task },
          dependsOn: sources.map(String),
        })),
      );
    },
    addOne: (task) => boss.send(QUEUE, { task }),
    async work(graph, handle) {
      if (graph.edges > 0) return await (style === 'flow' ? workFlow(handle) : workCounters(handle));
      await boss.work(QUEUE, settings, async (jobs) => {
        for (const { data } of jobs) handle(data.task);
      });
    },
    async left() {
      const { rows } = await pool.query(
        "SELECT count(*)::int AS left FROM pgboss.job WHERE state <> 'completed'",
      );
      return rows[0].left;
    },
    async stop() {
      pumping = false;
      await boss.offWork(QUEUE);
    },
    async close() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
