/** A dashboard whose server is killed says so, and goes on by itself when the server is back, with nothing missed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveProcess } from '../support/server-process.js';
import { Dashboard, hasBrowser, PATIENCE_MS, waiting, why } from './dashboard.js';

let dashboard: Dashboard;

beforeAll(async () => {
  if (hasBrowser) dashboard = await Dashboard.start();
}, 120_000);
afterAll(() => dashboard?.stop());

describe.skipIf(!hasBrowser)(`a dashboard left open${why}`, () => {
  it(
    'follows its mesh through a kill of the server',
    async () => {
      const id = await dashboard.submit({
        name: 'survives',
        tasks: [
          { key: 'first', work: waiting(3000) },
          { key: 'second', work: waiting(100), dependsOn: [{ task: 'first' }] },
        ],
      });
      const { page } = await dashboard.open(`?page=mesh&mesh=${id}`);
      await page.locator('.light.is-live').waitFor();
      await page.locator('.graph .mirror button').first().waitFor({ state: 'attached' });
      let loads = 0;
      page.on('load', () => loads++);
      const { port } = new URL(dashboard.server.url);
      await dashboard.server.kill();
      await page.locator('.light.is-lost', { hasText: 'stale since' }).waitFor();
      dashboard.server = await serveProcess(dashboard.stateDir, { TASKMESH_SERVER__PORT: port });
      await page.locator('.light.is-live').waitFor();
      await page
        .locator('.mirror [data-key="second"][data-status="COMPLETED"]')
        .waitFor({ state: 'attached' });
      await page.locator('.mesh-status', { hasText: 'Completed' }).waitFor();
      expect(loads).toBe(0);
    },
    PATIENCE_MS * 3,
  );
});
