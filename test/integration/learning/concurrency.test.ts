/**
 * Slots of a layer, on the program as people run it: a service that answers the slower the more it is asked at once gets less
 * to do at once, and more of it done.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { openPlace, type Place } from '../cli-program.js';

const SLOWLY = { timeout: 240_000 };
const SLOTS = 8;
const TASKS = 3000;
/** Two requests at once are answered fastest: at 3.7 times the pace of eight, and so slowly that a busy machine does not matter. */
const answerMs = (atOnce: number): number => 100 * (1 + 0.4 * (atOnce - 1) ** 2);

interface Change {
  readonly parameter: string;
  readonly scope: string;
  readonly before: number;
  readonly after: number;
  readonly predictedGain: number;
  readonly realisedGain: number | null;
}

let atOnce = 0;
let most = 0;
let service: Server;
let place: Place;
let server: ServerProcess;

beforeAll(async () => {
  service = createServer((_, response) => {
    most = Math.max(most, ++atOnce);
    setTimeout(() => {
      atOnce--;
      response.end('{}');
    }, answerMs(atOnce));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  place = await openPlace();
  server = await serveProcess(place.stateDir, {
    DATABASE_URL: place.env.DATABASE_URL as string,
    TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: String(SLOTS),
    TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '127.0.0.1',
    TASKMESH_CONSCIOUSNESS__INITIAL_AWARENESS_LEVEL: 'Metacognitive',
    TASKMESH_LEARNING__TUNING_WINDOW_SECONDS: '0.4',
  });
}, SLOWLY.timeout);
afterAll(async () => {
  await server?.stop();
  await place?.close();
  service?.close();
}, SLOWLY.timeout);

async function changes(): Promise<Change[]> {
  const query = '{ tuningChanges(first: 100) { parameter scope before after predictedGain realisedGain } }';
  const { tuningChanges } = await graphql<{ tuningChanges: Change[] }>(server, query);
  return tuningChanges.filter(({ parameter }) => parameter === 'concurrency, slots');
}

it('uses fewer slots where that gets more done, and says so', SLOWLY, async () => {
  const { port } = service.address() as AddressInfo;
  const work = { http: { url: `http://127.0.0.1:${port}/` } };
  const tasks = Array.from({ length: TASKS }, (_, at) => ({ key: `t${at}`, name: 'ask', work }));
  const submit = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  await graphql(server, submit, { input: { name: 'asking', tasks } });
  let latest: Change | undefined;
  await until(
    'few slots are held to be best',
    async () => {
      [latest] = await changes();
      return latest !== undefined && latest.after < SLOTS;
    },
    180_000,
  );
  expect(most).toBe(SLOTS);
  expect(latest?.scope).toBe('LOCAL');
  expect(latest?.predictedGain).toBeGreaterThan(0);
  const query = '{ decisions(first: 100, filter: { kind: CONCURRENCY }) { nodes { subject mode } } }';
  const { decisions } = await graphql<{ decisions: unknown }>(server, query);
  expect(JSON.stringify(decisions)).toContain('concurrency, slots of LOCAL');
});
