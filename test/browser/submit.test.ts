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
});
