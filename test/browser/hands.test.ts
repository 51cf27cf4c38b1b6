/** The whole dashboard by keys alone, with the focus always seen; and in the eyes of those who may only watch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../support/until.js';
import { Dashboard, diamond, hasBrowser, PATIENCE_MS, why, without } from './dashboard.js';

const SLOWLY = { timeout: 300_000 };
/** Of one page; more are no other kind of stop. */
const STOPS_MAX = 45;
/** What changes something. Whoever may only watch is offered none of them. */
const ACTS =
  /^(Pause|Resume|End|Rerun|Run again|Retry|Hold|Release|Cancel|Train|Cordon|Drain|Veto|Undo|Good|Bad|Force|Acknowledge|Silence|Tell again|New rule|Delete|Revoke|Make|Save the rule)/;

let dashboard: Dashboard;
let mesh = '';
let task = '';
let decision = '';

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await Dashboard.start();
  mesh = await dashboard.submit(diamond(600_000));
  const rule = { name: 'failed meshes', condition: { status: { mesh: ['FAILED'] } } };
  await dashboard.ask('mutation ($input: AlertRuleInput!) { createAlertRule(input: $input) { id } }', {
    input: rule,
  });
  const work = { command: { argv: ['false'] } };
  await dashboard.submit({ name: 'bad', tasks: [{ key: 't', work, retryPolicy: { maxAttempts: 1 } }] });
  await dashboard.submit(without('warehouse'));
  const text = 'query($id: ID!) { mesh(id: $id) { tasks(first: 1) { nodes { id } } } }';
  type Found = { mesh: { tasks: { nodes: { id: string }[] } } };
  task = (await dashboard.ask<Found>(text, { id: mesh })).mesh.tasks.nodes[0]?.id ?? '';
  await until('something was decided and an alert raised', async () => {
    const told = await dashboard.ask<{
      decisions: { nodes: { id: string }[] };
      alerts: { nodes: object[] };
    }>('{ decisions(first: 1) { nodes { id } } alerts(first: 1) { nodes { id } } }');
    decision = told.decisions.nodes[0]?.id ?? '';
    return decision !== '' && told.alerts.nodes.length > 0;
  });
}, 180_000);
afterAll(() => dashboard?.stop());

const PLACES: readonly (readonly [name: string, query: () => string, sign: string, acts: number])[] = [
  ['meshes', () => '', '.table a', 0],
  ['a task of a mesh', () => `?page=mesh&mesh=${mesh}&task=${task}`, '.panel .figures', 3],
  ['layers', () => '?page=layers', '.layer-card', 0],
  ['nodes', () => '?page=layers&part=nodes', '.empty', 0],
  ['circuits', () => '?page=layers&part=quantum', '.state li', 0],
  ['evolution', () => '?page=consciousness', '.gates, article', 0],
  ['a decision', () => `?page=consciousness&part=decisions&decision=${decision}`, '.card .facts', 2],
  ['models', () => '?page=learning&part=models', '.table td', 1],
  ['runs', () => '?page=history', '.table td', 0],
  ['what happened', () => '?page=history&part=events', '.table td', 0],
  ['alerts', () => '?page=health&part=alerts&all=1', '.table td', 2],
  ['servers', () => '?page=health&part=servers', '.table td', 0],
  ['the API', () => '?page=api', '.definitions', 1],
];

interface Stop {
  readonly what: string;
  readonly isSeen: boolean;
}

/** Where the focus is, and whether an eye would find it there. */
function stop(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const isWithin = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const name = at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 40) ?? '';
    return {
      what: at === document.body ? '' : `${at.tagName} ${name}`,
      isSeen: isWithin && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

async function acts(page: Page): Promise<string[]> {
  const found = await page
    .locator(':is(main, .panel) :is(button, select, a.button)')
    .evaluateAll((all) => all.map((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').trim()));
  return found.filter((name) => ACTS.test(name));
}

describe.skipIf(!hasBrowser)(`every page${why}`, SLOWLY, () => {
  it('is reached and used by keys alone, with the focus always in sight', async () => {
    const { page } = await dashboard.open('');
    for (const [name, query, sign] of PLACES) {
      await page.goto(`${dashboard.server.url}/${query()}`);
      await page.locator(sign).first().waitFor();
      const seen: string[] = [];
      for (let step = 0; step < STOPS_MAX; step++) {
        await page.keyboard.press('Tab');
        const { what, isSeen } = await stop(page);
        if (what === '') break;
        expect([name, what, isSeen]).toEqual([name, what, true]);
        seen.push(what);
      }
      expect(seen[0], name).toContain('Skip to the page');
      expect(seen.length, name).toBeGreaterThan(12);
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });
    }
    await dashboard.closePages();
  });

  it('is walked through from the rail with Tab and Enter', async () => {
    const { page } = await dashboard.open('');
    await page.locator('.table a').first().waitFor();
    const tabTo = async (words: string): Promise<void> => {
      for (let step = 0; step < STOPS_MAX; step++) {
        await page.keyboard.press('Tab');
        if ((await stop(page)).what === `A ${words}`) return;
      }
      throw new Error(`no stop ${words}`);
    };
    const journey: readonly (readonly [string, string])[] = [
      ['Layers and nodes', 'Nodes'],
      ['Consciousness', 'Decisions'],
      ['Learning', 'Models and training'],
      ['History', 'Compare two runs'],
      ['Health', 'Alerts'],
    ];
    for (const [place, part] of journey) {
      await tabTo(place);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: place }).waitFor();
      await tabTo(part);
      await page.keyboard.press('Enter');
      await page.locator('.tabs a[aria-current=page]', { hasText: part }).waitFor();
    }
    await dashboard.closePages();
  });

  it('offers a VIEWER nothing that changes anything, and the owner all of it', async () => {
    const { createApiToken } = await dashboard.ask<{ createApiToken: { token: string } }>(
      'mutation { createApiToken(input: { name: "watcher", role: VIEWER }) { token } }',
    );
    const [viewer, owner] = [
      await dashboard.open('', { token: createApiToken.token }),
      await dashboard.open(''),
    ];
    for (const [name, query, sign, least] of PLACES) {
      for (const { page } of [viewer, owner]) {
        await page.goto(`${dashboard.server.url}/${query()}`);
        await page.locator(sign).first().waitFor();
      }
      await expect
        .poll(async () => (await acts(owner.page)).length, { timeout: PATIENCE_MS, message: name })
        .toBeGreaterThanOrEqual(least);
      expect([name, await acts(viewer.page)]).toEqual([name, []]);
    }
    await dashboard.closePages();
  });
});
