/**
 * The suites of the core that run the whole product, once more the other way: with consciousness where their names have them run
 * without, and the reverse.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { hasConsciousness } from '../support/consciousness/either-way.js';

const KEY = 'TASKMESH_TEST_CONSCIOUSNESS';
const SUITES = ['/test/api/task/semantics.test.ts', '/test/api/rest.test.ts'];

// whoever asks for one way has no use for the other
for (const path of process.env[KEY] === undefined ? SUITES : []) {
  const isOn = !hasConsciousness(path);
  describe(`${isOn ? 'with' : 'without'} consciousness, ${path}`, async () => {
    let app: TestApp;
    beforeAll(async () => {
      process.env[KEY] = isOn ? 'on' : 'off';
      app = await startApp();
    });
    afterAll(async () => {
      delete process.env[KEY];
      await app.close();
    });

    it('is how these servers are', async () => {
      const response = await fetch(`${app.url}/consciousness`);
      expect(await response.json()).toMatchObject({ enabled: isOn });
    });

    // a module of its own: this worker may have run, or run later, the same file as itself
    await import(/* @vite-ignore */ `../..${path}?other-way`);
  });
}

it.runIf(process.env[KEY] !== undefined)('is left out where all run one way', () => undefined);
