/**
 * Alerts of a server that is killed in the middle: what was raised stays, what happened unseen is found, and a delivery that did not
 * come through is tried again under the same id, so that nothing is lost and nothing counts twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';
import { graphql, serveProcess, type ServerProcess } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { isSigned, type WebReceiver, webReceiver } from './receivers.js';

const KEY = 'a key that only both sides know';
const SLOWLY = { timeout: 240_000 };

const dir = mkdtempSync(join(tmpdir(), 'taskmesh-alerts-'));
let database: FreshDatabase;
let web: WebReceiver;
let server: ServerProcess | undefined;

beforeAll(async () => {
  database = await freshDatabase();
  web = await webReceiver();
}, SLOWLY.timeout);
afterAll(async () => {
  await server?.stop();
  await web.close();
  await database.drop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}, SLOWLY.timeout);

async function start(intervalSeconds: number): Promise<void> {
  server = await serveProcess(dir, {
    DATABASE_URL: database.url,
    MESH_SECRET_HOOK: KEY,
    TASKMESH_ALERTS__INTERVAL_SECONDS: String(intervalSeconds),
    TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '["127.0.0.1"]',
    TASKMESH_CONSCIOUSNESS__ENABLED: 'false',
  });
}

const ask = <T>(query: string, variables: object = {}): Promise<T> =>
  graphql<T>(server as ServerProcess, query, variables);

async function fails(name: string): Promise<string> {
  const work = { command: { argv: [process.execPath, '-e', 'process.exit(3)'] } };
  const tasks = [{ key: 'a', name: 'a', work, layer: 'LOCAL', retryPolicy: { maxAttempts: 1 } }];
  const { submitMesh } = await ask<{ submitMesh: { id: string } }>(
    'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
    { input: { name, tasks } },
  );
  return submitMesh.id;
}

async function hasFailed(id: string): Promise<boolean> {
  const { mesh } = await ask<{ mesh: { status: string } }>('query ($id: ID!) { mesh(id: $id) { status } }', {
    id,
  });
  return mesh.status === 'FAILED';
}

interface AlertView {
  readonly id: string;
  readonly subject: string;
  readonly occurrences: number;
  readonly deliveries: readonly { phase: string; endedAt: string | null; failure: string | null }[];
}

it('are neither lost nor doubled', SLOWLY, async () => {
  await start(0.2);
  const input = {
    name: 'failures',
    condition: { status: { mesh: ['FAILED'] } },
    quietSeconds: 3600,
    channels: [{ webhook: { url: web.url, secret: 'HOOK' } }],
  };
  await ask('mutation ($input: AlertRuleInput!) { createAlertRule(input: $input) { id } }', { input });
  // killed while its receiver has refused the alert
  web.answers.push(503);
  const first = await fails('first');
  await until('it was told', () => web.told.length === 1);
  await server?.kill();
  // this one looks when it begins to lead, and not again
  await start(3600);
  await until('it has looked', async () =>
    (await metrics()).includes('taskmesh_alerts_firing{severity="WARNING"} 1'),
  );
  const second = await fails('second');
  await until('it has failed', () => hasFailed(second));
  await server?.kill();
  await start(0.2);
  const third = await fails('third');
  let alerts: readonly AlertView[] = [];
  await until(
    'all are told',
    async () => {
      const answer = await ask<{ alerts: { nodes: AlertView[] } }>(
        '{ alerts { nodes { id subject occurrences deliveries { phase endedAt failure } } } }',
      );
      alerts = answer.alerts.nodes;
      return (
        alerts.length >= 3 && alerts.every(({ deliveries }) => deliveries.every(({ endedAt }) => endedAt))
      );
    },
    90_000,
  );
  expect(alerts.map(({ subject, occurrences }) => [subject, occurrences]).sort()).toEqual(
    [first, second, third].map((id) => [`mesh ${id}`, 1]).sort(),
  );
  for (const { id, deliveries } of alerts) {
    expect(deliveries).toMatchObject([{ phase: 'RAISED', failure: null }]);
    const told = web.told.filter(({ body }) => body.alert.id === id);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(told.every((one) => isSigned(one, KEY))).toBe(true);
  }
});

async function metrics(): Promise<string> {
  return await (await fetch(`${server?.url}/metrics/prometheus`)).text();
}
