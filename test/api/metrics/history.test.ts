/** The metrics of a complete server, as they were: over GraphQL and REST. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { startApp } from '../../support/app.js';

/** What each family has to tell, by its names in JSON. */
const FAMILIES = {
  orchestrator: [
    'uptime_seconds',
    'http_requests_total',
    'http_request_seconds',
    'graphql_operation_seconds',
  ],
  tasks: ['tasks', 'task_wait_seconds', 'task_run_seconds', 'queue_depth', 'attempts_total'],
  layers: ['layer_slots', 'layer_utilisation', 'attempts_running', 'attempts_started_total'],
  consciousness: ['consciousness_level', 'consciousness_patterns', 'consciousness_insights'],
  learning: ['learning_observations', 'learning_error_mean', 'learning_accuracy', 'learning_trainings'],
  system: [
    ...['machine_cpu_seconds_total', 'machine_memory_bytes', 'machine_disk_bytes'],
    ...['machine_network_bytes_total', 'process_cpu_seconds_total', 'process_resident_memory_bytes'],
  ],
};

interface Stored {
  readonly at: string;
  readonly server: string;
  readonly metrics: { readonly events_total?: object; readonly process_cpu_seconds_total?: number };
}

it('are written down every collection_interval, and read back by name', { timeout: 180_000 }, async () => {
  const app = await startApp({ observability: { metrics: { enabled: false, collectionInterval: 1 } } });
  const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' };
  const ask = async <T>(query: string): Promise<T> => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return ((await response.json()) as { data: T }).data;
  };
  const history = async (): Promise<readonly Stored[]> =>
    (
      await ask<{ metricHistory: readonly Stored[] }>(
        '{ metricHistory(names: ["process_cpu_seconds_total", "none"]) { at server metrics } }',
      )
    ).metricHistory;
  try {
    await expect.poll(async () => (await history()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    const [first, second] = (await history()) as [Stored, Stored];
    const { status } = await ask<{ status: { serverId: string } }>('{ status { serverId } }');
    expect([first.server, Object.keys(first.metrics)]).toEqual([
      status.serverId,
      ['process_cpu_seconds_total'],
    ]);
    expect(second.metrics.process_cpu_seconds_total).toBeGreaterThan(
      first.metrics.process_cpu_seconds_total ?? Infinity,
    );
    // what is older than it is to be kept goes with the next sample
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    const count = async (where: string): Promise<number> =>
      (await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM metric_sample WHERE ${where}`))
        .rows[0]?.n ?? 0;
    await client.query(
      `INSERT INTO metric_sample (server, metrics, at)
       SELECT 'old', '{}', now() - day * interval '1 day' FROM unnest(ARRAY[8, 400, 6]) AS day`,
    );
    await expect.poll(() => count("server = 'old'"), { timeout: 60_000 }).toBe(1);
    expect(await count("at < now() - interval '7 days'")).toBe(0);
    await client.query("DELETE FROM metric_sample WHERE server = 'old'");
    await client.end();
    await ask('mutation { createTask(input: { name: "measured" }) { id } }');
    const read = async () =>
      (await (await fetch(`${app.url}/metrics`, { headers })).json()) as Record<string, unknown>;
    await expect
      .poll(async () => Object.keys(await read()), { timeout: 60_000 })
      .toEqual(expect.arrayContaining(Object.values(FAMILIES).flat()));
    const url = `${app.url}/metrics/history?name=process_cpu_seconds_total&until=${encodeURIComponent(second.at)}`;
    expect(await (await fetch(url, { headers })).json()).toMatchObject([
      { server: status.serverId, at: first.at },
    ]);
  } finally {
    await app.close();
  }
});
