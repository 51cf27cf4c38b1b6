/** A dashboard whose server is killed says so, and goes on by itself when the server is back, with nothing missed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { serveProcess } from '../support/server-process.js';
import { Dashboard, hasBrowser, PATIENCE_MS, waiting, why } from './dashboard.js';

let dashboard: Dashboard;

beforeAll(async () => {
  if (hasBrowser) dashboard = await Dashboard.start();
}, 120_000);
afterAll(() => dashboard?.stop());

interface Heard {
  /** The event at which the first snapshot stood. */
  after: number;
  /** Of all events that came by the streams, over every socket. */
  readonly types: string[];
}

function listenIn(page: Page): Heard {
  const heard: Heard = { after: Number.NaN, types: [] };
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const found = /"meshId":"[^"]+","after":(\d+)/.exec(String(payload));
      if (found !== null && Number.isNaN(heard.after)) heard.after = Number(found[1]);
    });
    socket.on('framereceived', ({ payload }) => {
      const message = JSON.parse(String(payload)) as {
        payload?: { data?: { meshEventBatches?: { events: { type: string }[] } } };
      };
      for (const { type } of message.payload?.data?.meshEventBatches?.events ?? []) heard.types.push(type);
    });
  });
  return heard;
}

describe.skipIf(!hasBrowser)(`a dashboard left open${why}`, () => {
  it(
    'follows its mesh through a kill of the server',
    async () => {
      const id = await dashboard.submit({
        name: 'survives',
        tasks: [
          { key: 'first', work: waiting(3000), hold: true },
          { key: 'second', work: waiting(100), dependsOn: [{ task: 'first' }] },
        ],
      });
      const { page } = await dashboard.open('');
      const heard = listenIn(page);
      await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${id}`);
      await page.locator('.light.is-live').waitFor();
      await page.locator('.graph .mirror button').first().waitFor({ state: 'attached' });
      const tasks = 'query($id: ID!) { mesh(id: $id) { tasks(first: 1) { nodes { id } } } }';
      const { mesh } = await dashboard.ask<{ mesh: { tasks: { nodes: { id: string }[] } } }>(tasks, { id });
      const release = 'mutation($id: ID!) { releaseTask(id: $id) { id } }';
      await dashboard.ask(release, { id: mesh.tasks.nodes[0]?.id });
      await page.locator('.mirror [data-key="first"][data-status="RUNNING"]').waitFor({ state: 'attached' });
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
      const text = `query($id: ID!) { events(meshId: $id, first: 100) { nodes { seq type } } }`;
      const { events } = await dashboard.ask<{ events: { nodes: { seq: number; type: string }[] } }>(text, {
        id,
      });
      const behind = events.nodes.filter(({ seq }) => seq > heard.after).sort((a, b) => a.seq - b.seq);
      expect(behind.length).toBeGreaterThan(4);
      expect(heard.types, 'every event behind the snapshot once, in order').toEqual(
        behind.map(({ type }) => type),
      );
    },
    PATIENCE_MS * 3,
  );
});
