/** Rules of alerts and tokens made, changed and taken away on their pages; what the server refuses stands at its field. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { graphql } from '../support/server-process.js';
import { until } from '../support/until.js';
import { violations } from './axe.js';
import { Dashboard, hasBrowser, keep, why } from './dashboard.js';

const SLOWLY = { timeout: 180_000 };

let dashboard: Dashboard;

beforeAll(async () => {
  if (hasBrowser) dashboard = await Dashboard.start();
}, 120_000);
afterAll(() => dashboard?.stop());

interface StoredRule {
  readonly name: string;
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly channels: readonly object[];
  readonly silencedUntil: string | null;
}

async function rules(): Promise<readonly StoredRule[]> {
  const text = `{ alertRules { name silencedUntil channels { webhook { url secret } email { to } } condition {
    metric { name statistic threshold labels { name value } } status { task mesh } deadline { of seconds ahead } insight { kinds } } } }`;
  return (await dashboard.ask<{ alertRules: StoredRule[] }>(text)).alertRules;
}

async function save(page: Page, name: string): Promise<StoredRule> {
  const card = page.getByRole('complementary', { name: 'Rule' });
  await card.getByRole('button', { name: /^(Save|Make the rule)$/ }).click();
  await card.waitFor({ state: 'detached' });
  return (await rules()).find((rule) => rule.name === name) as StoredRule;
}

describe.skipIf(!hasBrowser)(`rules of alerts${why}`, SLOWLY, () => {
  it('are made of every kind, with channels, and what is wrong is said at its field', async () => {
    const { page } = await dashboard.open('?page=health&part=alerts');
    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByLabel('It tells of').selectOption('metric');
    await page.getByLabel('Metric', { exact: true }).fill('no_such_metric');
    await page.getByRole('button', { name: 'Webhook' }).click();
    await page.getByLabel('Webhook').fill('ftp://example.org');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    const fault = (label: string) =>
      page.locator('.field', { has: page.getByLabel(label, { exact: true }) }).locator('.field-faults');
    await fault('Threshold').waitFor();
    await page.getByLabel('Threshold').fill('5');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await fault('Name').getByText('must have 1 to 100 characters').waitFor();
    await fault('Metric').getByText('must be a metric of this server').waitFor();
    await fault('Webhook').getByText('must be an http or https URL').waitFor();
    await fault('Name of the secret that signs it').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
    expect(await violations(page)).toEqual([]);
    await keep(page, 'rule with faults');
    await page.getByLabel('Name', { exact: true }).fill('queue grows');
    await page.getByLabel('Metric', { exact: true }).fill('tasks');
    await page.getByLabel('Only of labels').fill('status=queued');
    await page.getByLabel('Webhook').fill('https://example.org/hook');
    await page.getByLabel('Name of the secret that signs it').fill('HOOK');
    expect(await save(page, 'queue grows')).toMatchObject({
      condition: { metric: { name: 'tasks', threshold: 5, labels: [{ name: 'status', value: 'queued' }] } },
      channels: [{ webhook: { url: 'https://example.org/hook', secret: 'HOOK' }, email: null }],
    });

    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByLabel('Name', { exact: true }).fill('queue grows');
    await page.getByLabel('It tells of').selectOption('deadline');
    await page.getByLabel('Seconds', { exact: true }).fill('90');
    await page.getByLabel('Told', { exact: true }).selectOption('ahead');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await fault('Name').getByText('another alert rule is called').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('late');
    expect((await save(page, 'late')).condition).toMatchObject({
      deadline: { of: 'MESH', seconds: 90, ahead: true },
    });

    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByLabel('Name', { exact: true }).fill('insights');
    await page.getByLabel('It tells of').selectOption('insight');
    await page.getByLabel('Only of kinds').fill('DRIFT, BURST');
    expect((await save(page, 'insights')).condition).toMatchObject({
      insight: { kinds: ['DRIFT', 'BURST'] },
    });
    await dashboard.closePages();
  });

  it('are changed, silenced, deleted after a moment, and the deletion undone', async () => {
    const { page } = await dashboard.open('?page=health&part=alerts');
    await page.getByRole('link', { name: 'late', exact: true }).click();
    await page.getByLabel('It tells of').selectOption('status');
    await page.getByLabel('Cancelled').first().check();
    await page.getByLabel('Skipped').check();
    expect((await save(page, 'late')).condition).toMatchObject({
      ...{ deadline: null, status: { mesh: ['FAILED', 'CANCELLED'], task: ['SKIPPED'] } },
    });
    await page.getByLabel('Silence late').selectOption('28800');
    await page.getByRole('row', { name: /late/ }).getByText('silent until').waitFor();
    await page.getByRole('row', { name: /late/ }).getByRole('button', { name: 'Tell again' }).click();
    await page.getByLabel('Silence late').waitFor();
    await page.getByRole('button', { name: 'Delete insights' }).click();
    await page
      .locator('.toast', { hasText: 'Deleting insights' })
      .getByRole('button', { name: 'Undo' })
      .click();
    await page.getByRole('button', { name: 'Delete late' }).click();
    await page.getByRole('row', { name: /late/ }).waitFor({ state: 'detached' });
    expect((await rules()).map(({ name }) => name)).toEqual(['insights', 'queue grows']);
    await dashboard.closePages();
  });
});

describe.skipIf(!hasBrowser)(`the page of the API${why}`, SLOWLY, () => {
  it('makes a token that works, tells it once, and revokes it', async () => {
    const { page } = await dashboard.open('?page=api');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.locator('.field-faults').waitFor();
    await page.getByLabel('What it is for').fill('deploys');
    await page.getByLabel('Role').selectOption('OPERATOR');
    await page.getByLabel('Lives for').selectOption('86400');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const token = (await page.locator('.token code').textContent()) ?? '';
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.locator('.toast', { hasText: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
    expect(await violations(page)).toEqual([]);
    await keep(page, 'a new token');
    await page.getByRole('button', { name: 'It is kept' }).click();
    expect(await page.getByText(token).count()).toBe(0);
    const asProgram = { url: dashboard.server.url, token };
    const who = '{ viewer { role } }';
    expect(await graphql(asProgram, who)).toEqual({ viewer: { role: 'OPERATOR' } });
    await page.getByRole('button', { name: 'Revoke deploys' }).click();
    await page.getByRole('row', { name: /deploys.*revoked/ }).waitFor();
    await until('it is refused', () =>
      graphql(asProgram, who).then(
        () => false,
        () => true,
      ),
    );
    await dashboard.closePages();
  });

  it('has the schema, searched by words and saved as it is', async () => {
    const { page } = await dashboard.open('?page=api');
    await page.getByLabel('Search the schema').fill('input CreateApiToken');
    const found = page.locator('.definitions details');
    await found.first().waitFor();
    await found.locator('summary', { hasText: 'input CreateApiTokenInput' }).waitFor();
    await found.locator('pre', { hasText: 'lifetimeSeconds' }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('input CreateApiToken');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('schema.graphql');
    await dashboard.closePages();
  });

  it('shows tokens to nobody but an ADMIN, and the schema to everybody', async () => {
    const { page } = await dashboard.open('?page=api', { token: '' });
    await page.locator('.definitions').waitFor();
    for (const path of ['/graphiql', '/graphql', '/docs', '/openapi.json'])
      expect(await page.locator(`.doors a[href="${path}"]`).count(), path).toBe(1);
    expect(await page.getByRole('button', { name: 'Make a token' }).count()).toBe(0);
    await dashboard.closePages();
  });
});
