/** Every key of `[learning]` does what it says, on servers that were started with other values than the usual ones. */
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { openPlace } from '../cli-program.js';

const SLOWLY = { timeout: 180_000 };
/** Enough for a learned time limit, and for a training. */
const RUNS = 24;
/** Long enough for its memory to be measured. */
const WORK = { command: { argv: ['sleep', '0.2'] } };

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
}, SLOWLY.timeout);

async function serverWith(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const place = await openPlace();
  closing.push(() => place.close());
  const env = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`TASKMESH_LEARNING__${key.toUpperCase()}`, value]),
  );
  const server = await serveProcess(place.stateDir, {
    DATABASE_URL: place.env.DATABASE_URL as string,
    ...env,
  });
  closing.push(() => server.stop());
  return server;
}

async function runAll(server: ServerProcess): Promise<string> {
  const tasks = Array.from({ length: RUNS }, (_, at) => ({ key: `t${at}`, name: 'quick', work: WORK }));
  const submit = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  const input = { name: 'quick ones', tasks };
  const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(server, submit, { input });
  await until('all have run', async () => {
    const query = 'query ($id: ID!) { mesh(id: $id) { status } }';
    const { mesh } = await graphql<{ mesh: { status: string } }>(server, query, submitMesh);
    return mesh.status === 'COMPLETED';
  });
  return submitMesh.id;
}

const observations = async (server: ServerProcess): Promise<number> => {
  const query = '{ learningMetrics { observations } }';
  return (await graphql<{ learningMetrics: { observations: number } }>(server, query)).learningMetrics
    .observations;
};

describe('what is configured', SLOWLY, () => {
  it('governs trainings, and switches learned time limits and memory off', async () => {
    const server = await serverWith({
      learning_rate: '0.05',
      batch_size: '4',
      max_iterations: '7',
      timeouts: 'false',
      tuning: 'false',
    });
    await runAll(server);
    await until('all is learned', async () => (await observations(server)) === RUNS);
    const predict =
      'query ($task: CreateTaskInput) { predict(input: { task: $task }) { timeoutMs memoryRequestBytes runSeconds { p50 } memoryBytes { p50 } } }';
    const { predict: expected } = await graphql<{ predict: object }>(server, predict, {
      task: { name: 'quick', work: WORK },
    });
    expect(expected).toMatchObject({
      timeoutMs: null,
      memoryRequestBytes: null,
      runSeconds: { p50: expect.any(Number) },
      memoryBytes: { p50: expect.any(Number) },
    });
    await graphql(server, 'mutation { trainModel(input: { model: "network" }) { id } }');
    let run: object | undefined;
    await until('it is trained', async () => {
      const query = '{ trainings(first: 9) { model outcome steps options requestedBy } }';
      const { trainings } = await graphql<{ trainings: { requestedBy: string | null }[] }>(server, query);
      run = trainings.find(({ requestedBy }) => requestedBy !== null);
      return run !== undefined;
    });
    expect(run).toMatchObject({
      model: 'network',
      outcome: 'TRAINED',
      steps: 7,
      options: { learningRate: 0.05, batchSize: 4, maxIterations: 7, seed: 1 },
    });
  });

  it('switches all of it off: nothing is learned or predicted, estimates are plain ones', async () => {
    const server = await serverWith({ enabled: 'false' });
    await runAll(server);
    const query = '{ learningMetrics { enabled observations seq } predictions { nodes { p50 } } }';
    expect(await graphql(server, query)).toEqual({
      learningMetrics: { enabled: false, observations: 0, seq: 0 },
      predictions: { nodes: [] },
    });
    await expect(
      graphql(server, 'mutation { trainModel(input: { model: "network" }) { id } }'),
    ).rejects.toThrow('learning is off; set learning.enabled = true');
    const wait = { command: { argv: ['sleep', '30'] } };
    const submit =
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id progress { eta { p50 } } } }';
    const input = { name: 'quick ones', tasks: [{ key: 'again', name: 'quick', work: wait }] };
    const { submitMesh } = await graphql<{ submitMesh: { progress: { eta: { p50: number } | null } } }>(
      server,
      submit,
      { input },
    );
    // by the quantiles of those that ran before
    expect(submitMesh.progress.eta?.p50).toBeLessThan(5);
  });
});
