/** A new mesh from the page: faults by line as it is typed, a picture and a plan of it, then the mesh itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dashboard, hasBrowser, PATIENCE_MS, why } from './dashboard.js';

let dashboard: Dashboard;

beforeAll(async () => {
  if (hasBrowser) dashboard = await Dashboard.start();
}, 120_000);
afterAll(() => dashboard?.stop());

describe.skipIf(!hasBrowser)(`a new mesh${why}`, () => {
  it(
    'is checked as it is typed, drawn, simulated and submitted',
    async () => {
      const { page } = await dashboard.open('?page=submit');
      const field = page.getByLabel('The mesh as YAML or JSON');
      const submit = page.getByRole('button', { name: 'Submit' });
      await field.fill(
        'name: typed\ntasks:\n  a: { wait: { durationMs: 20 } }\n  b: { wait: { durationMs: 20 }, dependsOn: [c] }\n',
      );
      await page.locator('.faults li', { hasText: 'line 4' }).waitFor();
      expect(await submit.isDisabled()).toBe(true);
      await field.fill(
        'name: typed\ntasks:\n  a: { wait: { durationMs: 20 } }\n  b: { wait: { durationMs: 20 }, dependsOn: [a] }\n',
      );
      await page.locator('.verdict.is-good', { hasText: '2 tasks' }).waitFor();
      await page.locator('.preview canvas[aria-label="The graph: 2 tasks, 1 edge"]').waitFor();
      await page.locator('.figure', { hasText: 'Makespan' }).waitFor();
      await submit.click();
      await page.locator('.mesh-status', { hasText: 'Completed' }).waitFor();
      await page.getByRole('link', { name: 'What if' }).click();
      await page.locator('.figure', { hasText: 'Critical path' }).waitFor();
      await page.getByRole('link', { name: 'Past' }).click();
      await page.locator('.past .mirror [data-key="a"]').waitFor({ state: 'attached' });
      await page.getByLabel('Moment').focus();
      await page.keyboard.press('Home');
      await page
        .locator('.past .mirror [data-key="b"][data-status="PENDING"]')
        .waitFor({ state: 'attached' });
    },
    PATIENCE_MS * 2,
  );

  it(
    'that exists is edited as a file, and what cannot be done is said',
    async () => {
      const mesh = await dashboard.submit({
        name: 'edited',
        tasks: [
          { key: 'a', work: { wait: { durationMs: 1 } } },
          { key: 'b', hold: true, dependsOn: [{ task: 'a' }] },
          { key: 'c', hold: true, dependsOn: [{ task: 'b', type: 'SOFT' }] },
        ],
      });
      const { page } = await dashboard.open(`?page=mesh&mesh=${mesh}`);
      await page.locator('.mirror [data-key="a"][data-status="COMPLETED"]').waitFor({ state: 'attached' });
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      const field = page.getByLabel('The mesh as YAML or JSON');
      const text = await field.inputValue();
      expect(text).toContain('{ task: b, type: SOFT }');
      await field.fill(
        `${text.replace('durationMs: 1 ', 'durationMs: 2 ').replace(/\n {2}c:[^]*/, '\n  c: { priority: HIGH }\n')}  d: { dependsOn: [b] }\n`,
      );
      const done = page.getByLabel('What is done');
      await done.getByText('d is new').waitFor();
      await done.getByText('a: work').getByText('has ended').waitFor();
      await page.getByRole('button', { name: 'Apply' }).click();
      await done.getByText('a: work').getByText('left out').waitFor();
      const { mesh: after } = await dashboard.ask<{ mesh: { tasks: { nodes: object[] } } }>(
        'query($id: ID!) { mesh(id: $id) { tasks { nodes { key priority edgesIn { source { key } type } } } } }',
        { id: mesh },
      );
      expect(after.tasks.nodes.slice(2)).toEqual([
        { key: 'c', priority: 'HIGH', edgesIn: [] },
        { key: 'd', priority: 'NORMAL', edgesIn: [{ source: { key: 'b' }, type: 'HARD' }] },
      ]);
    },
    PATIENCE_MS * 2,
  );

  it(
    'with parameters is kept as a template, and run from the form that they make',
    async () => {
      const { page } = await dashboard.open('?page=submit');
      const field = page.getByLabel('The mesh as YAML or JSON');
      await field.fill(
        'name: asked\nparameters:\n  pause: { type: integer, max: 5000 }\n  mode: { type: enum, values: [fast, slow], default: fast }\n' +
          'tasks:\n  a: { wait: "${params.pause}", tags: ["${params.mode}"] }\n  b: { dependsOn: a }\n',
      );
      await page.locator('.verdict.is-good', { hasText: '2 parameters' }).waitFor();
      await page.getByRole('button', { name: 'Keep' }).click();
      await page.getByRole('heading', { name: 'asked' }).waitFor();
      const run = page.getByRole('button', { name: 'Run' });
      expect(await run.isDisabled()).toBe(true);
      await page.getByLabel('pause').fill('6000');
      await page.locator('.field-faults', { hasText: 'from' }).waitFor();
      await page.getByLabel('pause').fill('20');
      await page.getByLabel('mode').selectOption('slow');
      await page.locator('.preview canvas[aria-label="The graph: 2 tasks, 1 edge"]').waitFor();
      await page.locator('.figure', { hasText: 'Makespan' }).waitFor();
      await run.click();
      await page.locator('.mesh-status', { hasText: 'Completed' }).waitFor();
      await page.goto(`${dashboard.server.url}/?page=templates&template=asked`);
      await page.getByRole('button', { name: 'Edit as file' }).click();
      const text = await field.inputValue();
      expect(text).toContain('wait: "${params.pause}"'.replace('wait:', 'durationMs:'));
      await field.fill(text.replace('5000', '4000'));
      await page.getByRole('button', { name: 'Keep' }).click();
      await page.locator('.heading', { hasText: 'version 2' }).waitFor();
    },
    PATIENCE_MS * 2,
  );
});
