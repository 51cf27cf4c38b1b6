/** The metrics of a complete server, as they were: over GraphQL and REST. */
import { expect, it } from 'vitest';
import { startApp } from '../../support/app.js';

interface Stored {
  readonly at: string;
  readonly server: string;
  readonly metrics: { readonly events_total?: object; readonly process_cpu_seconds_total?: number };
}

it('are written down every collection_interval, and read back by name', { timeout: 60_000 }, async () => {
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
    await expect.poll(async () => (await history()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    const [first, second] = (await history()) as [Stored, Stored];
    const { status } = await ask<{ status: { serverId: string } }>('{ status { serverId } }');
    expect([first.server, Object.keys(first.metrics)]).toEqual([
      status.serverId,
      ['process_cpu_seconds_total'],
    ]);
    expect(second.metrics.process_cpu_seconds_total).toBeGreaterThan(
      first.metrics.process_cpu_seconds_total ?? Infinity,
    );
    const url = `${app.url}/metrics/history?name=process_cpu_seconds_total&until=${encodeURIComponent(second.at)}`;
    expect(await (await fetch(url, { headers })).json()).toMatchObject([
      { server: status.serverId, at: first.at },
    ]);
  } finally {
    await app.close();
  }
});
