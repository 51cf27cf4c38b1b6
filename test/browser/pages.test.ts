/**
 * Every page in light and dark: readable by WCAG AA, silent on the console, and nothing asked of another host. Pictures of
 * each, wide and narrow, are kept for people to look at.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './axe.js';
import { Dashboard, diamond, hasBrowser, keep, type Opened, PATIENCE_MS, why } from './dashboard.js';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 900, height: 700 };

let dashboard: Dashboard;
let mesh = '';
let task = '';
/** Of the first line of the ledger of levels. */
let step = 0;

beforeAll(async () => {
  if (!hasBrowser) return;
  dashboard = await Dashboard.start();
  mesh = await dashboard.submit(diamond(50));
  const circuit = {
    source: 'OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg c[2]; h q[0]; cx q[0],q[1]; measure q->c;',
  };
  await dashboard.submit({ name: 'bell', tasks: [{ key: 'bell', work: { circuit } }] });
  await dashboard.ask('mutation($input: CreateTemplateInput!) { createTemplate(input: $input) { id } }', {
    input: {
      name: 'nightly',
      parameters: [
        { name: 'pause', type: 'INTEGER', default: 10 },
        { name: 'mode', type: 'ENUM', values: ['fast', 'slow'] },
      ],
      definition: { name: 'nightly', tags: ['${params.mode}'], tasks: { a: { wait: '${params.pause}' } } },
    },
  });
  const times = { name: 'weekly', template: 'nightly', params: { mode: 'slow' }, cron: '0 3 * * 1' };
  await dashboard.ask('mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }', {
    input: times,
  });
  const found = await dashboard.ask<{ mesh: { tasks: { nodes: { id: string }[] } } }>(
    'query($id: ID!) { mesh(id: $id) { tasks(first: 1) { nodes { id } } } }',
    { id: mesh },
  );
  task = found.mesh.tasks.nodes[0]?.id ?? '';
  const ledger = await dashboard.ask<{ consciousnessHistory: { nodes: { number: number }[] } }>(
    '{ consciousnessHistory(first: 1) { nodes { number } } }',
  );
  step = ledger.consciousnessHistory.nodes[0]?.number ?? 0;
}, 120_000);
afterAll(() => dashboard?.stop());

const PAGES: readonly (readonly [name: string, query: () => string, sign: string])[] = [
  ['meshes', () => '', '.meshes, .table'],
  ['a mesh as a graph', () => `?page=mesh&mesh=${mesh}&path=1`, '.graph .mirror button'],
  ['a mesh with a task beside it', () => `?page=mesh&mesh=${mesh}&task=${task}`, '.panel .attempts'],
  ['the lines of a task', () => `?page=mesh&mesh=${mesh}&task=${task}&tab=logs`, '.panel .logs'],
  ['a mesh as a timeline', () => `?page=mesh&mesh=${mesh}&view=timeline`, '.timeline-frame .mirror button'],
  ['what if', () => `?page=mesh&mesh=${mesh}&view=whatif`, '.figures'],
  ['the past of a mesh', () => `?page=mesh&mesh=${mesh}&view=past&at=60`, '.past .mirror button'],
  ['a new mesh', () => '?page=submit', '.editor'],
  ['a mesh as a file', () => `?page=mesh&mesh=${mesh}&view=edit`, '.editor'],
  ['templates', () => '?page=templates', '.table'],
  ['the times of templates', () => '?page=templates&view=schedules', '.table'],
  ['a template as a form', () => '?page=templates&template=nightly', '.form'],
  ['layers', () => '?page=layers', '.layer-card .cells'],
  ['nodes', () => '?page=layers&part=nodes', '.empty'],
  ['the quantum layer', () => '?page=layers&part=quantum', '.state li'],
  ['the evolution of consciousness', () => `?page=consciousness&step=${step}`, '.change-evidence'],
  ['decisions', () => '?page=consciousness&part=decisions', '.empty'],
  ['patterns', () => '?page=consciousness&part=found', '.empty'],
  ['policies', () => '?page=consciousness&part=policies', '.empty'],
  ['champions', () => '?page=learning', '.table, .empty'],
  ['predictions', () => '?page=learning&part=predictions', '.chart, .empty'],
  ['models', () => '?page=learning&part=models&model=network', '.bars, .section .empty'],
  ['drift and tuning', () => '?page=learning&part=changed', '.columns .section'],
  ['runs by name', () => '?page=history&name=diamond', '.runs li'],
  ['two runs compared', () => `?page=history&part=compare&a=${mesh}&b=${mesh}`, '.cell-difference'],
  ['what happened', () => '?page=history&part=events', '.table td'],
  ['the audit', () => '?page=history&part=audit', '.table td'],
  ['metrics', () => '?page=health', '.panels, .empty'],
  ['alerts', () => '?page=health&part=alerts', '.empty'],
  ['a new rule', () => '?page=health&part=alerts&rule=new', '.card .form'],
  ['servers', () => '?page=health&part=servers', '.table td'],
  ['the configuration', () => '?page=health&part=configuration', '.settings dd'],
  ['the API', () => '?page=api&q=createTask', '.definitions details'],
];

describe.skipIf(!hasBrowser)(`pages of the dashboard${why}`, () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await dashboard.open('');
  }, PATIENCE_MS);

  it.each(PAGES)(
    '%s: without a violation, in light and dark',
    async (name, query, sign) => {
      const { page } = opened;
      await page.goto(`${dashboard.server.url}/${query()}`);
      await page.locator(sign).first().waitFor({ state: 'attached', timeout: PATIENCE_MS });
      await page.locator('.light.is-live').waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
        expect([colorScheme, await violations(page)]).toEqual([colorScheme, []]);
        await keep(page, `${name} ${colorScheme}`);
      }
      await page.setViewportSize(NARROW);
      await keep(page, `${name} narrow`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond, 'nothing stands beyond the right edge').toBeLessThanOrEqual(0);
      await page.setViewportSize(WIDE);
      expect([opened.complaints, [...opened.origins]]).toEqual([[], [dashboard.server.url]]);
    },
    180_000,
  );
});
