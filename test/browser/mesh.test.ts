/** A mesh in the browser: live, searched, folded, walked by keys; its tasks acted on, undone, and read. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { graphql } from '../support/server-process.js';
import { Dashboard, diamond, hasBrowser, keep, nodeOf, PATIENCE_MS, waiting, why } from './dashboard.js';

let dashboard: Dashboard;

beforeAll(async () => {
  if (hasBrowser) dashboard = await Dashboard.start();
}, 120_000);
afterAll(() => dashboard?.stop());
afterEach(() => dashboard?.closePages());

async function openMesh(id: string, more = '', token?: string): Promise<Page> {
  const { page } = await dashboard.open(`?page=mesh&mesh=${id}${more}`, token === undefined ? {} : { token });
  await page.locator('.graph .mirror button').first().waitFor({ state: 'attached' });
  return page;
}

function statusOf(page: Page, key: string, status: string): Promise<void> {
  return page.locator(`.mirror [data-key="${key}"][data-status="${status}"]`).waitFor({ state: 'attached' });
}

async function statusOnServer(meshId: string, key: string): Promise<string> {
  const text = 'query($id: ID!) { mesh(id: $id) { tasks(first: 50) { nodes { key status priority } } } }';
  const { mesh } = await dashboard.ask<{ mesh: { tasks: { nodes: { key: string; status: string }[] } } }>(
    text,
    { id: meshId },
  );
  return mesh.tasks.nodes.find((task) => task.key === key)?.status ?? '';
}

/** A mesh of the tenant `another`, whoever looks at it: made by an operator of its own. */
async function submitElsewhere(): Promise<string> {
  const { createApiToken } = await dashboard.ask<{ createApiToken: { token: string } }>(
    'mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }',
    { input: { name: 'maker', role: 'OPERATOR', tenant: 'another' } },
  );
  const server = { url: dashboard.server.url, token: createApiToken.token };
  const text = 'mutation($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  return (await graphql<{ submitMesh: { id: string } }>(server, text, { input: diamond(600_000) })).submitMesh
    .id;
}

describe.skipIf(!hasBrowser)(`a mesh in the dashboard${why}`, () => {
  it(
    'is seen to run to its end without being loaded again',
    async () => {
      const id = await dashboard.submit({
        name: 'seen',
        tasks: [
          { key: 'first', work: waiting(200), hold: true },
          { key: 'second', work: waiting(200), dependsOn: [{ task: 'first' }] },
        ],
      });
      const page = await openMesh(id);
      await statusOf(page, 'first', 'HELD');
      const { mesh } = await dashboard.ask<{ mesh: { tasks: { nodes: { id: string }[] } } }>(
        'query($id: ID!) { mesh(id: $id) { tasks(first: 1) { nodes { id } } } }',
        { id },
      );
      await dashboard.ask('mutation($id: ID!) { releaseTask(id: $id) { id } }', {
        id: mesh.tasks.nodes[0]?.id,
      });
      await statusOf(page, 'first', 'COMPLETED');
      await statusOf(page, 'second', 'COMPLETED');
      await page.locator('.mesh-status', { hasText: 'Completed' }).waitFor();
      expect(await page.locator('.chip', { hasText: 'Completed' }).textContent()).toContain('2');
    },
    PATIENCE_MS * 2,
  );

  it(
    'tells beside it why a task waits, and lets it be held, undone, given priority and ended',
    async () => {
      const id = await dashboard.submit(diamond(600_000));
      const page = await openMesh(id);
      await nodeOf(page, 'report').dispatchEvent('click');
      await page.locator('.callout', { hasText: 'It waits for' }).waitFor();
      const behind = () =>
        page.evaluate(() => {
          const panel = document.querySelector('.panel')?.getBoundingClientRect().left ?? 0;
          const nodes = [...document.querySelectorAll('.graph .mirror button')];
          return nodes.filter((node) => node.getBoundingClientRect().right > panel).length;
        });
      await expect.poll(behind, { timeout: PATIENCE_MS, message: 'the graph makes room' }).toBe(0);
      expect(await page.locator('.graph .mirror button').count()).toBe(4);
      await page.getByRole('button', { name: 'Hold' }).click();
      await statusOf(page, 'report', 'HELD');
      await page
        .locator('.toast', { hasText: 'report is held' })
        .getByRole('button', { name: 'Undo' })
        .click();
      await statusOf(page, 'report', 'PENDING');
      await page.locator('.panel select').selectOption('HIGH');
      await page.locator('.toast', { hasText: 'has priority high' }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page
        .locator('.toast', { hasText: 'Cancelling report' })
        .getByRole('button', { name: 'Undo' })
        .click();
      await statusOf(page, 'report', 'PENDING');
      expect(await statusOnServer(id, 'report')).toBe('PENDING');
      await page.getByRole('button', { name: 'End', exact: true }).click();
      await page.locator('.mesh-status', { hasText: 'Cancelled' }).waitFor();
      expect(await statusOnServer(id, 'extract')).toBe('CANCELLED');
      await page.getByRole('button', { name: 'Rerun all' }).click();
      await page.waitForURL((url) => url.searchParams.get('mesh') !== id);
      await dashboard.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', {
        id: new URL(page.url()).searchParams.get('mesh'),
      });
    },
    PATIENCE_MS * 3,
  );

  it(
    'has tasks released, cancelled for good, run again, and rerun with all that hangs on them',
    async () => {
      const id = await dashboard.submit({
        name: 'journey',
        tasks: [
          { key: 'held', work: waiting(20), hold: true },
          { key: 'long', work: waiting(600_000) },
          { key: 'last', work: waiting(20), dependsOn: [{ task: 'held' }] },
        ],
      });
      const page = await openMesh(id);
      const button = (name: string) => page.locator('.panel').getByRole('button', { name, exact: true });
      await nodeOf(page, 'held').dispatchEvent('click');
      await button('Release').click();
      await statusOf(page, 'last', 'COMPLETED');
      await nodeOf(page, 'long').dispatchEvent('click');
      await page.locator('.panel select').selectOption('CRITICAL');
      const told = page.locator('.toast', { hasText: 'has priority critical' });
      await told.getByRole('button', { name: 'Undo' }).click();
      await expect
        .poll(() => page.locator('.panel select').inputValue(), { timeout: PATIENCE_MS })
        .toBe('NORMAL');
      await button('Cancel').click();
      await statusOf(page, 'long', 'CANCELLED');
      await expect.poll(() => statusOnServer(id, 'long'), { timeout: PATIENCE_MS }).toBe('CANCELLED');
      await nodeOf(page, 'held').dispatchEvent('click');
      await button('Rerun downstream').click();
      await page.getByRole('link', { name: 'rerun of journey' }).waitFor();
      await statusOf(page, 'last', 'COMPLETED');
      await statusOf(page, 'long', 'SKIPPED');
      await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${id}`);
      await nodeOf(page, 'last').dispatchEvent('click');
      await button('Run again').click();
      await page.locator('.toast a').last().waitFor();
    },
    PATIENCE_MS * 3,
  );

  it(
    'is searched by the server, filtered by status and folded, and all of it stands in the address',
    async () => {
      const parts = Array.from({ length: 6 }, (_, index) => ({ key: `part-${index}`, work: waiting(10) }));
      const id = await dashboard.submit({
        name: 'parts',
        tasks: [...parts, { key: 'held', work: waiting(10), hold: true }],
      });
      const page = await openMesh(id);
      await page.keyboard.press('/');
      await page.keyboard.type('part-3');
      await page.locator('.search-hits a', { hasText: 'part-3' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.panel h2', { hasText: 'part-3' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.fold select').first().selectOption('siblings');
      await page.locator('.mirror button[aria-label^="part, 6 tasks folded"]').waitFor({ state: 'attached' });
      const address = page.url();
      expect(new URL(address).searchParams.get('fold')).toBe('siblings');
      await page.goto(address);
      await page.locator('.mirror button[aria-label^="part, 6 tasks folded"]').dispatchEvent('click');
      await nodeOf(page, 'part-5').waitFor({ state: 'attached' });
      await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${id}&q=a&status=HELD`);
      await page.locator('.search-hits p', { hasText: '0 found' }).waitFor();
      await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${id}&q=e&status=HELD`);
      await page.locator('.search-hits p', { hasText: '1 found' }).waitFor();
      await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${id}&hide=1`);
      await nodeOf(page, 'held').waitFor({ state: 'attached' });
      expect(await page.locator('.graph .mirror button').count()).toBe(1);
    },
    PATIENCE_MS * 2,
  );

  it(
    'is walked along its edges and opened by keys alone',
    async () => {
      const id = await dashboard.submit(diamond(20));
      const page = await openMesh(id);
      await nodeOf(page, 'extract').focus();
      const focused = (): Promise<string | null> =>
        page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
      await page.keyboard.press('ArrowRight');
      await expect.poll(focused, { timeout: PATIENCE_MS }).toMatch(/clean|audit/);
      await page.keyboard.press('ArrowRight');
      await expect.poll(focused, { timeout: PATIENCE_MS }).toBe('report');
      await page.keyboard.press('Enter');
      await page.locator('.panel h2', { hasText: 'report' }).waitFor();
      await page.keyboard.press('.');
      expect(await page.evaluate(() => document.activeElement?.closest('.panel-buttons') !== null)).toBe(
        true,
      );
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.panel').count(), { timeout: PATIENCE_MS }).toBe(0);
      await page.keyboard.press('c');
      await page.locator('.toggle[aria-pressed=true]', { hasText: 'Critical path' }).waitFor();
      await page.keyboard.press('f');
      expect(new URL(page.url()).searchParams.get('status')).toBe('FAILED');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    },
    PATIENCE_MS * 2,
  );

  it(
    'is a timeline whose time is chosen by dragging, by task or by lane; and is simulated on other places',
    async () => {
      const id = await dashboard.submit(diamond(200));
      const { page } = await dashboard.open(`?page=mesh&mesh=${id}&view=timeline`);
      await page.locator('.mesh-status', { hasText: 'Completed' }).waitFor();
      await page.locator('.timeline-key', { hasText: 'blocked' }).waitFor();
      await page.getByText('4 rows.').waitFor();
      await page.locator('.timeline-frame .mirror button').nth(3).waitFor({ state: 'attached' });
      const box = await page.locator('.timeline-frame canvas').boundingBox();
      const [x, y] = [(box?.x ?? 0) + 400, (box?.y ?? 0) + 130];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 200, y, { steps: 4 });
      await page.mouse.up();
      await page.getByRole('button', { name: 'Show all' }).waitFor();
      const at = new URL(page.url()).searchParams;
      expect(Number(at.get('to'))).toBeGreaterThan(Number(at.get('from')));
      await keep(page, 'a timeline zoomed');
      await page.getByRole('button', { name: 'Show all' }).click();
      await page.getByRole('link', { name: 'By layer and node' }).click();
      await page.getByText(/^[123] rows?\./).waitFor();
      await page.getByRole('link', { name: 'What if' }).click();
      const makespan = page.locator('.figure', { hasText: 'Makespan' }).locator('.figure-value');
      const usual = await makespan.textContent();
      await page.getByRole('slider').focus();
      await page.keyboard.press('Home');
      await expect.poll(() => makespan.textContent(), { timeout: PATIENCE_MS }).not.toBe(usual);
      await page.keyboard.press('End');
      await expect.poll(() => makespan.textContent(), { timeout: PATIENCE_MS }).toBe(usual);
      expect(new URL(page.url()).searchParams.get('slots')).toBe('64');
    },
    PATIENCE_MS * 2,
  );

  it(
    'shows the lines of a command as they come, and the first error among them',
    async () => {
      const script =
        "console.error('error: it broke'); for (let line = 0; line < 300; line++) console.log('line ' + line); setTimeout(() => process.exit(2), 200)";
      const id = await dashboard.submit({
        name: 'lines',
        tasks: [
          {
            key: 'speaks',
            work: { command: { argv: ['node', '-e', script] } },
            retryPolicy: { maxAttempts: 1 },
          },
        ],
      });
      const page = await openMesh(id);
      await nodeOf(page, 'speaks').dispatchEvent('click');
      await page.locator('.callout.is-failed', { hasText: 'EXIT_2' }).waitFor();
      await page.getByRole('link', { name: 'Logs' }).click();
      await page.locator('.log-line', { hasText: 'line 299' }).waitFor();
      const broken = page.locator('.log-line.is-error').first();
      const isSeen = () =>
        broken.evaluate((line) => {
          const [at, list] = [line.getBoundingClientRect(), line.parentElement?.getBoundingClientRect()];
          return list !== undefined && at.top >= list.top && at.bottom <= list.bottom;
        });
      await expect.poll(isSeen, { timeout: PATIENCE_MS }).toBe(false);
      await page.getByRole('button', { name: 'First error' }).click();
      await expect.poll(isSeen, { timeout: PATIENCE_MS }).toBe(true);
      await page.getByLabel('Search lines').fill('broke');
      await expect.poll(() => page.locator('.log-line').count(), { timeout: PATIENCE_MS }).toBe(1);
    },
    PATIENCE_MS * 2,
  );

  it(
    'offers nothing to whoever may only watch',
    async () => {
      const id = await dashboard.submit(diamond(600_000));
      const page = await openMesh(id, '', '');
      await nodeOf(page, 'report').dispatchEvent('click');
      await page.locator('.panel .figures').waitFor();
      await page.getByRole('button', { name: 'Sign in to act' }).waitFor();
      expect(await page.locator('.panel-buttons').count()).toBe(0);
      await page.getByRole('button', { name: 'Sign in to act' }).click();
      await page.getByLabel('Token').fill(dashboard.server.token);
      await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
      await page.locator('.panel-buttons').waitFor();
      await dashboard.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', { id });
    },
    PATIENCE_MS * 2,
  );

  it.each([
    ['VIEWER', 'default'],
    ['VIEWER', 'another'],
    ['OPERATOR', 'another'],
  ])(
    'is for a %s of the tenant %s what the table of access says',
    async (role, tenant) => {
      const made = await dashboard.ask<{ createApiToken: { token: string } }>(
        'mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { token } }',
        { input: { name: 'seen', role, tenant } },
      );
      const { token } = made.createApiToken;
      const isOwn = tenant === 'another';
      const id = isOwn ? await submitElsewhere() : await dashboard.submit(diamond(600_000));
      const page = await openMesh(id, '', token);
      await nodeOf(page, 'report').dispatchEvent('click');
      await page.locator('.panel .figures').waitFor();
      await page
        .locator('.rail a', { hasText: 'Consciousness' })
        .waitFor({ state: isOwn ? 'detached' : 'attached' });
      await page.locator('.rail a', { hasText: 'Learning' }).waitFor({ state: 'attached' });
      expect(await page.locator('.panel-buttons').count()).toBe(role === 'OPERATOR' ? 1 : 0);
      expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(role === 'OPERATOR' ? 1 : 0);
      if (!isOwn) await dashboard.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', { id });
    },
    PATIENCE_MS * 2,
  );

  it(
    'of 10,000 tasks is drawn whole',
    async () => {
      const tasks = Array.from({ length: 10_000 }, (_, index) => ({
        key: `t${index}`,
        hold: index < 1000,
        dependsOn: index < 1000 ? [] : [{ task: `t${index - 1000}` }],
      }));
      const id = await dashboard.submit({ name: 'large', tasks });
      const page = await openMesh(id);
      await page.locator('.graph-legend', { hasText: '10,000 nodes, 9,000 edges' }).waitFor();
      await nodeOf(page, 't9999').waitFor({ state: 'detached' });
      await page.goto(`${page.url()}&q=t9999`);
      await page.locator('.search-hits a', { hasText: 't9999' }).click();
      await page.locator('.panel h2', { hasText: 't9999' }).waitFor();
      await nodeOf(page, 't9999').waitFor({ state: 'attached' });
    },
    PATIENCE_MS * 3,
  );
});
