/** What learning sets by itself, on the program as people run it: first retries follow what has succeeded, and say so. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { openPlace, type Place } from '../cli-program.js';

const SLOWLY = { timeout: 240_000 };
/** A retry each: more than it takes to learn from. */
const TASKS = 60;

let place: Place;
let server: ServerProcess;

beforeAll(async () => {
  place = await openPlace();
  server = await serveProcess(place.stateDir, { DATABASE_URL: place.env.DATABASE_URL as string });
}, SLOWLY.timeout);
afterAll(async () => {
  await server?.stop();
  await place?.close();
}, SLOWLY.timeout);

/** Runs tasks that fail at first and succeed at the second try, whenever that is. Answers how long each waited for it, ms. */
async function delaysOf(count: number, retryPolicy: object): Promise<number[]> {
  const work = { command: { argv: ['sh', '-c', '[ "$TASKMESH_ATTEMPT" -gt 1 ]'] } };
  const tasks = Array.from({ length: count }, (_, at) => ({
    ...{ key: `t${at}`, name: 'unsteady', work },
    retryPolicy: { maxAttempts: 2, ...retryPolicy },
  }));
  const submit = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(server, submit, {
    input: { name: 'unsteady', tasks },
  });
  await until('all have succeeded', async () => {
    const query = 'query ($id: ID!) { mesh(id: $id) { status } }';
    return (
      (await graphql<{ mesh: { status: string } }>(server, query, submitMesh)).mesh.status === 'COMPLETED'
    );
  });
  const query =
    'query ($id: ID!) { events(meshId: $id, types: [TASK_RETRYING], first: 100) { nodes { payload } } }';
  const { events } = await graphql<{ events: { nodes: { payload: { delayMs: number } }[] } }>(
    server,
    query,
    submitMesh,
  );
  return events.nodes.map(({ payload }) => payload.delayMs);
}

it(
  'first retries wait less where waiting is no use, but not of tasks whose author says how long',
  SLOWLY,
  async () => {
    const before = await delaysOf(TASKS, {});
    expect(before).toHaveLength(TASKS);
    // full jitter up to a second
    expect(Math.max(...before)).toBeGreaterThan(600);
    interface Change {
      readonly parameter: string;
      readonly scope: string;
      readonly before: number;
      readonly after: number;
      readonly predictedGain: number;
    }
    let change: Change | undefined;
    await until('the change is told', async () => {
      const { tuningChanges } = await graphql<{ tuningChanges: Change[] }>(
        server,
        '{ tuningChanges(first: 100) { parameter scope before after predictedGain } }',
      );
      change = tuningChanges.findLast(({ parameter }) => parameter === 'first retry, ms');
      return change !== undefined;
    });
    expect(change).toMatchObject({ scope: 'OTHER', before: 1000 });
    expect(change?.after).toBeLessThan(500);
    expect(change?.predictedGain).toBeGreaterThan(0.1);
    await until('it is decided', async () => {
      const query = '{ decisions(filter: { kind: RETRY, open: true }) { nodes { mode chosen } } }';
      const { decisions } = await graphql<{ decisions: { nodes: { mode: string }[] } }>(server, query);
      return decisions.nodes.some(({ mode }) => mode === 'ACTING');
    });
    const after = await delaysOf(10, {});
    expect(Math.max(...after)).toBeLessThanOrEqual(500);
    const asked = await delaysOf(5, { initialIntervalMs: 1500, jitter: false });
    expect(asked).toEqual([1500, 1500, 1500, 1500, 1500]);
  },
);
