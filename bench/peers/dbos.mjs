/**
 * DBOS Transact. Styles: `queue`, a workflow a task on a durable queue; `child`, the same without a queue; `steps`, one
 * workflow with a step a task. A graph runs layer by layer: DBOS wants its steps started in a fixed order, so a
 * barrier between layers is how a graph is written in one workflow.
 */
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import pg from 'pg';

/** Steps that are started at once. */
const CHUNK = 100;

let handle = () => {};
let layers = [];

const taskWorkflow = DBOS.registerWorkflow(async (task) => handle(task), { name: 'task' });

const stepsWorkflow = DBOS.registerWorkflow(
  async () => {
    for (const layer of layers)
      for (let from = 0; from < layer.length; from += CHUNK)
        await Promise.all(
          layer
            .slice(from, from + CHUNK)
            .map((task) => DBOS.runStep(async () => handle(task), { name: 'task' })),
        );
  },
  { name: 'steps' },
);

const layersWorkflow = DBOS.registerWorkflow(
  async (queueName, pollingIntervalMs) => {
    for (const layer of layers) {
      const options = queueName === null ? {} : { queueName };
      const started = await Promise.all(layer.map((task) => DBOS.startWorkflow(taskWorkflow, options)(task)));
      await Promise.all(started.map((one) => one.getResult({ pollingIntervalMs })));
    }
  },
  { name: 'layers' },
);

export async function open({ databaseUrl, style, connections, concurrency, pollMs }) {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: connections,
    logLevel: 'error',
  });
  const launch = async () => {
    await DBOS.launch();
    await DBOS.registerQueue('tasks', { workerConcurrency: concurrency, minPollingIntervalMs: pollMs });
  };
  await launch();
  await DBOS.shutdown();
  const client = await DBOSClient.create({ systemDatabaseUrl: databaseUrl, applicationName: 'bench' });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => {});
  const enqueue = (task) => client.enqueue({ workflowName: 'task', queueName: 'tasks' }, task);

  return {
    async submit(graph) {
      layers = graph.levels;
      if (graph.edges === 0 && style === 'queue') await Promise.all(graph.tasks.map(enqueue));
    },
    addOne: (task) => (style === 'queue' ? enqueue(task) : DBOS.startWorkflow(taskWorkflow)(task)),
    async work(graph, run) {
      handle = run;
      await launch();
      if (graph.tasks.length === 0 || (graph.edges === 0 && style === 'queue')) return;
      if (style === 'steps') await DBOS.startWorkflow(stepsWorkflow)();
      else await DBOS.startWorkflow(layersWorkflow)(style === 'queue' ? 'tasks' : null, pollMs);
    },
    async left() {
      const { rows } = await pool.query(
        "SELECT count(*) FILTER (WHERE status <> 'SUCCESS')::int AS left, count(*)::int AS known FROM dbos.workflow_status",
      );
      return rows[0].known === 0 ? 1 : rows[0].left;
    },
    stop: () => DBOS.shutdown(),
    async close() {
      await client.destroy();
      await pool.end();
    },
  };
}
