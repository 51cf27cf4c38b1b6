/**
 * The orchestrator is complete without consciousness: the suites of the core that run the whole product, which run with it
 * everywhere else, once more on servers that have none.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.js';

const KEY = 'TASKMESH_CONSCIOUSNESS__ENABLED';
const SUITES = {
  'tasks by GraphQL': () => import('../../api/task/semantics.test.js'),
  'tasks by REST': () => import('../../api/rest.test.js'),
};

process.env[KEY] = 'false';
afterAll(() => {
  delete process.env[KEY];
});

describe('without consciousness', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('is what these servers are', async () => {
    const response = await fetch(`${app.url}/consciousness`);
    expect(await response.json()).toMatchObject({ enabled: false });
  });

  for (const [name, suite] of Object.entries(SUITES)) describe(name, async () => void (await suite()));
});
