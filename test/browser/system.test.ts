/** The pages about the system against a real one: what they show is what there is, and what is done on them is done. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { type NodeProcess, spawnNode } from '../support/cluster/node-process.js';
import { Dashboard, diamond, hasBrowser, keep, waiting, why, without } from './dashboard.js';
import { until } from '../support/until.js';

const GHZ =
  'OPENQASM 3; include "stdgates.inc"; qubit[3] q; bit[3] c; h q[0]; cx q[0], q[1]; cx q[1], q[2]; c = measure q;';
const TURNED = 'OPENQASM 3; include "stdgates.inc"; input float theta; qubit[1] q; ry(theta) q[0];';
const SLOWLY = { timeout: 180_000 };

let dashboard: Dashboard;
let node: NodeProcess | undefined;

async function ended(mesh: string): Promise<void> {
  const status = 'query ($id: ID!) { mesh(id: $id) { finishedAt } }';
  await until('the mesh has ended', async () => {
    const answer = await dashboard.ask<{ mesh: { finishedAt: string | null } }>(status, { id: mesh });
    return answer.mesh.finishedAt !== null;
  });
}

beforeAll(async () => {
  if (hasBrowser)
    dashboard = await Dashboard.start({ TASKMESH_OBSERVABILITY__METRICS__COLLECTION_INTERVAL: '1' });
}, 120_000);
afterEach(() => dashboard?.closePages());
afterAll(async () => {
  await node?.stop();
  await dashboard?.stop();
}, 60_000);

describe.skipIf(!hasBrowser)(`layers and nodes${why}`, SLOWLY, () => {
  it('shows slots as they fill, and metrics of layers over time', async () => {
    const { page } = await dashboard.open('?page=layers');
    const local = page.getByRole('article', { name: 'Layer Local' });
    await local.getByLabel('0 of 4 slots busy').waitFor();
    const mesh = await dashboard.submit({
      name: 'busy',
      tasks: [1, 2].map((at) => ({ key: `t${at}`, work: waiting(60_000) })),
    });
    await local.getByLabel('2 of 4 slots busy').waitFor();
    await page.getByLabel('Attempts that run at once, by layer').waitFor();
    await dashboard.ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id: mesh });
    await local.getByLabel('0 of 4 slots busy').waitFor();
  });

  it('cordons a node, takes that back, chooses a policy and drains', async () => {
    const { page } = await dashboard.open('?page=layers&part=nodes');
    await page.getByText('No node has joined').waitFor();
    node = await spawnNode({ stateDir: dashboard.stateDir, name: 'north', args: ['--labels', 'gpu'] });
    const row = page.getByRole('row', { name: /north/ });
    await row.getByText('Ready').waitFor();
    await row.getByText('gpu').waitFor();
    await row.getByRole('button', { name: 'Cordon' }).click();
    await row.getByText('cordoned').waitFor();
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await row.getByRole('button', { name: 'Cordon', exact: true }).waitFor();
    await page.getByLabel('Nodes are chosen').selectOption('ROUND_ROBIN');
    await until('the policy is another', async () => {
      const answer = await dashboard.ask<{ placementPolicy: string }>('{ placementPolicy }');
      return answer.placementPolicy === 'ROUND_ROBIN';
    });
    await row.getByRole('button', { name: 'Drain' }).click();
    expect(await node.gone).toBe(0);
  });

  it('draws a circuit that ran as a task, its counts and its state, and any other as it is written', async () => {
    const mesh = await dashboard.submit({
      name: 'ghz',
      tasks: [{ key: 'ghz', work: { circuit: { source: GHZ, shots: 100, want: { counts: true } } } }],
    });
    await ended(mesh);
    const { page } = await dashboard.open('?page=layers&part=quantum');
    await page.getByLabel('Circuits that ran as tasks').getByRole('link', { name: /ghz/ }).click();
    await page.getByRole('img', { name: 'A circuit of 4 wires and 6 columns' }).waitFor();
    const measured = page.locator('.section', { hasText: 'As the task measured it' });
    await measured.getByText('000', { exact: true }).waitFor();
    await measured.getByText('111', { exact: true }).waitFor();
    await page.getByLabel('OpenQASM').fill(TURNED);
    await page.getByRole('img', { name: /^0: amplitude 0.866/ }).waitFor();
    await page.getByRole('slider').fill('0');
    await page.getByRole('img', { name: /^0: amplitude 1,/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('qasm')).toBe(TURNED);
    await page.getByLabel('OpenQASM').fill(TURNED.replace('ry', 'rx2'));
    await page.getByText(/line 1, column/).waitFor();
  });
});

describe.skipIf(!hasBrowser)(`consciousness${why}`, SLOWLY, () => {
  it('tells how the level came about; a person forces one with a reason, and it is in the ledger', async () => {
    const { page } = await dashboard.open('?page=consciousness');
    await page.getByRole('article', { name: 'Gate of Cognitive' }).getByText('scored predictions').waitFor();
    await page.getByLabel('Ask for').selectOption('COGNITIVE');
    await page.getByLabel('Why').fill('to see what it would do');
    await page.getByRole('button', { name: 'Force it' }).click();
    const line = page.getByRole('link', { name: /Shadowed.*to see what it would do/ });
    await line.click();
    await page.locator('.change-evidence').getByText('scored predictions').waitFor();
    expect(new URL(page.url()).searchParams.get('step')).not.toBeNull();
  });
});

/** Runs it and waits until it is learned from: what starts before that is predicted by nobody. */
async function learned(input: { readonly name: string; readonly tasks: readonly object[] }): Promise<void> {
  const observations = async (): Promise<number> =>
    (
      await dashboard.ask<{ learningMetrics: { observations: number } }>(
        '{ learningMetrics { observations } }',
      )
    ).learningMetrics.observations;
  const before = await observations();
  await ended(await dashboard.submit(input));
  await until('it is learned', async () => (await observations()) >= before + input.tasks.length);
}

describe.skipIf(!hasBrowser)(`learning${why}`, SLOWLY, () => {
  it('shows champions and predictions of what ran, and trains a model on demand', async () => {
    const tasks = Array.from({ length: 40 }, (_, at) => ({
      ...{ key: `t${at}`, name: 'doze', work: { command: { argv: ['sleep', '0.02'] } } },
    }));
    await learned({ name: 'dozing', tasks });
    await ended(await dashboard.submit({ name: 'dozing', tasks }));
    const { page } = await dashboard.open('?page=learning');
    await page
      .getByRole('row', { name: /command:doze/ })
      .getByRole('link')
      .waitFor();
    await page.getByRole('link', { name: 'Predicted and actual' }).click();
    await page.getByLabel('Predicted run time against actual run time').waitFor();
    await page
      .getByLabel(/seen, 45 % expected/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Models and training' }).click();
    await page
      .getByRole('row', { name: /^network/ })
      .getByRole('button', { name: 'Train' })
      .click();
    await until('the training is told', async () => {
      const answer = await dashboard.ask<{ trainings: { model: string; requestedBy: string | null }[] }>(
        '{ trainings(first: 20) { model requestedBy } }',
      );
      return answer.trainings.some(({ model, requestedBy }) => model === 'network' && requestedBy !== null);
    });
    await page.getByText(/The latest \d+ that ended/).click();
    await page
      .getByRole('row', { name: /network.*owner/ })
      .first()
      .waitFor();
    await cancelOne(page);
    await page
      .getByRole('row', { name: /Cancelled.*owner/ })
      .first()
      .waitFor();
  });
});

describe.skipIf(!hasBrowser)(`predictions${why}`, SLOWLY, () => {
  it('that are scored while no stream is open are shown all the same', async () => {
    const { page } = await dashboard.open('?page=learning&part=predictions', { hears: false });
    const work = { command: { argv: ['sleep', '0.02'] } };
    const tasks = Array.from({ length: 20 }, (_, at) => ({ key: `t${at}`, name: 'drowse', work }));
    await learned({ name: 'drowsing', tasks });
    await ended(await dashboard.submit({ name: 'drowsing', tasks }));
    await page.getByRole('link', { name: 'command:drowse' }).first().waitFor();
  });
});

/** A training of so few rows is soon over: four are asked for at once, which wait for each other, until one is caught. */
async function cancelOne(page: Page): Promise<void> {
  const train = 'mutation ($model: String!) { trainModel(input: { model: $model }) { id } }';
  const models = ['boosted-trees', 'regression-tree', 'network', 'quantum-kernel'];
  await until('a training is cancelled', async () => {
    await Promise.allSettled(models.map((model) => dashboard.ask(train, { model })));
    await page
      .locator('.training')
      .last()
      .getByRole('button', { name: 'Cancel' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
    const told = await dashboard.ask<{ trainings: { outcome: string }[] }>(
      '{ trainings(first: 20) { outcome } }',
    );
    return told.trainings.some(({ outcome }) => outcome === 'CANCELLED');
  });
}

describe.skipIf(!hasBrowser)(`history${why}`, SLOWLY, () => {
  it('has runs by name with percentiles, compares two, and shows a mesh as it was', async () => {
    const first = await dashboard.submit(diamond(30));
    await ended(first);
    const second = await dashboard.submit(diamond(600));
    await ended(second);
    const { page } = await dashboard.open('?page=history');
    await page
      .getByRole('row', { name: /diamond/ })
      .getByRole('link', { name: 'diamond' })
      .click();
    await page.getByRole('link', { name: 'compare with the one before' }).click();
    await page.getByRole('row', { name: /audit.*\+\d+ ms/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('a')).toBe(first);
    await page.goto(`${dashboard.server.url}/?page=mesh&mesh=${second}&view=past`);
    const counts = page.locator('.past-counts');
    await counts.getByText('4 completed', { exact: true }).waitFor();
    const slider = page.getByLabel('Moment');
    await slider.focus();
    await page.keyboard.press('Home');
    await counts.getByText(/pending/).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).not.toBeNull();
    await page.getByRole('button', { name: 'Play' }).click();
    await counts.getByText('4 completed', { exact: true }).waitFor();
  });

  it('tells what happened and who changed what, and checks the chain', async () => {
    const { page } = await dashboard.open('?page=history&part=events');
    await page
      .getByRole('cell', { name: /Mesh completed/ })
      .first()
      .waitFor();
    await page.getByLabel('Show').selectOption('failures');
    await page.getByText('Nothing of that kind has happened').waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('link', { name: 'submitMesh' }).first().waitFor();
    await page.getByRole('button', { name: 'Check the chain' }).click();
    await page.getByText(/unbroken: \d+ entries/).waitFor();
  });
});

describe.skipIf(!hasBrowser)(`health${why}`, SLOWLY, () => {
  it('shows metrics over time, alerts as they are raised, and acknowledges them', async () => {
    const { page } = await dashboard.open('?page=health');
    await page.getByLabel('Tasks now: waiting and running').waitFor();
    const rule = { name: 'failed meshes', severity: 'CRITICAL', condition: { status: { mesh: ['FAILED'] } } };
    const make = 'mutation ($input: AlertRuleInput!) { createAlertRule(input: $input) { id } }';
    await dashboard.ask(make, { input: rule });
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByText('Nothing is wrong that a rule tells of').waitFor();
    const work = { command: { argv: ['false'] } };
    await dashboard.submit({ name: 'bad', tasks: [{ key: 't', work, retryPolicy: { maxAttempts: 1 } }] });
    await page
      .getByRole('row', { name: /mesh bad/ })
      .getByRole('button', { name: 'Acknowledge' })
      .click();
    await page.getByLabel('Why').fill('only a test');
    await page.locator('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await page
      .getByRole('row', { name: /mesh bad/ })
      .getByText('acknowledged by owner')
      .waitFor();
    await page.getByLabel('Silence failed meshes').selectOption({ label: 'for 1 h' });
    await page.getByText(/silent until/).waitFor();
  });

  it('shows the configuration to the owner, and to nobody else', async () => {
    const { page } = await dashboard.open('?page=health&part=configuration&q=collection_interval');
    await page.locator('.settings .is-changed', { hasText: 'collection_interval' }).waitFor();
    const viewer = await dashboard.open('?page=health&part=configuration', { token: '' });
    await viewer.page.getByText('The configuration is for the owner').waitFor();
    await viewer.page.goto(`${dashboard.server.url}/?page=consciousness`);
    await viewer.page.getByText('Gates and their evidence').waitFor();
    expect(await viewer.page.getByLabel('Ask for').count()).toBe(0);
  });
});

describe.skipIf(!hasBrowser)(`decisions${why}`, SLOWLY, () => {
  it('are vetoed, undone and rated with a reason, and the objection stands', async () => {
    const meshes = await Promise.all(
      ['warehouse', 'archive'].map((dependency) => dashboard.submit(without(dependency))),
    );
    const { page } = await dashboard.open('?page=consciousness&part=decisions');
    const card = page.getByRole('complementary', { name: 'Decision' });
    const answer = async (verb: string, words: string): Promise<void> => {
      await page.locator('dialog').getByLabel('Why').fill(words);
      await page.locator('dialog').getByRole('button', { name: verb }).click();
    };
    // One ends by itself within seconds: then the next one that is open.
    const end = (about: string, verb: string, words: string): Promise<void> =>
      until(`${verb} about ${about}`, async () => {
        await page.goto(`${dashboard.server.url}/?page=consciousness&part=decisions&kind=CIRCUIT_BREAK`);
        const open = page.getByRole('row', { name: new RegExp(`Circuit break.*${about}.*open`) }).first();
        try {
          await open.getByRole('link').click({ timeout: 5000 });
          await card.getByText('What could be chosen').waitFor();
          await card.getByRole('button', { name: verb }).click({ timeout: 3000 });
          await answer(verb, words);
          await card.getByText(`owner: ${words}`).waitFor({ timeout: 8000 });
          return true;
        } catch {
          return false;
        }
      });
    await end('warehouse', 'Veto', 'only a drill');
    await page.getByText('“only a drill”').waitFor();
    expect(await card.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await card.getByRole('button', { name: 'Bad' }).click();
    await answer('Rate', 'it was in the way');
    await card.getByText('-1 by owner').waitFor();
    await keep(page, 'a decision vetoed');
    await end('archive', 'Undo', 'it is back');
    const text = '{ consciousness { objections { subject } } }';
    const { consciousness } = await dashboard.ask<{ consciousness: { objections: object[] } }>(text);
    expect(consciousness.objections).toEqual([{ subject: 'warehouse' }]);
    for (const id of meshes)
      await dashboard.ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id });
  });
});
