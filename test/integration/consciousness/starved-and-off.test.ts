/** A mesh that gets no turn on a real server is told of within 30 s; and a server without consciousness is complete without it. */
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { startApp, type TestApp } from '../../support/app.js';
import { asOnQuiet, slowness } from '../../support/servers/slowness.js';
import { graphql } from '../../support/server-process.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SLOWLY = { timeout: 120_000 };
/** It starves after 20 s, which is looked at every 5 s: so long on any machine. */
const NOTICED_MS = 25_000;
const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';

async function asOwner(app: TestApp) {
  const token = (await readFile(join(app.stateDir, 'token'), 'utf8')).trim();
  return <T>(query: string, variables: object = {}): Promise<T> =>
    graphql<T>({ url: app.url, token }, query, variables);
}

/** Waits of so many ms, one after the other where there is one slot. */
const waits = (count: number, durationMs: number, priority: string) =>
  Array.from({ length: count }, (_, at) => ({ key: `w${at}`, priority, work: { wait: { durationMs } } }));

interface Decisions {
  readonly decisions: {
    readonly nodes: { readonly kind: string; readonly subject: string; readonly reason: string }[];
  };
}

describe('a mesh that gets no turn', SLOWLY, () => {
  it('is told of within 30 s of the last start that it had, and others are not', async () => {
    const app = await startApp({ execution: { maxParallelTasks: 1 } });
    const ask = await asOwner(app);
    const busy = await ask<{ submitMesh: { id: string } }>(SUBMIT, {
      input: { name: 'busy', tasks: waits(60, 700, 'CRITICAL') },
    });
    const began = Date.now();
    const starved = await ask<{ submitMesh: { id: string } }>(SUBMIT, {
      input: { name: 'starved', tasks: waits(2, 10, 'LOW') },
    });
    const alerts = async () =>
      (await ask<Decisions>('{ decisions(filter: { kind: ALERT }) { nodes { kind subject reason } } }'))
        .decisions.nodes;
    await until('people are told', async () => (await alerts()).length > 0);
    const took = { ms: Date.now() - began, slow: await slowness() };
    expect(asOnQuiet(took, NOTICED_MS)).toBeLessThan(30_000);
    const told = await alerts();
    expect(told.map(({ subject }) => subject)).toEqual([starved.submitMesh.id]);
    expect(told[0]?.reason).toContain('raise its priority');
    await ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id: busy.submitMesh.id });
    await until('the alert is over', async () => {
      const { decisions } = await ask<Decisions>(
        '{ decisions(filter: { kind: ALERT, open: true }) { nodes { kind } } }',
      );
      return decisions.nodes.length === 0;
    });
    await app.close();
  });
});

describe('a server without consciousness', SLOWLY, () => {
  it('runs, retries and completes work as ever, decides nothing and says that it is off', async () => {
    const app = await startApp({ consciousness: { enabled: false } });
    const ask = await asOwner(app);
    const failing = { command: { argv: [process.execPath, '-e', 'process.exit(1)'] } };
    const tasks = Array.from({ length: 6 }, (_, at) => ({
      ...{ key: `f${at}`, work: failing, metadata: { dependency: 'warehouse' } },
      retryPolicy: { maxAttempts: 2, initialIntervalMs: 10 },
    }));
    const good = {
      key: 'good',
      work: { wait: { durationMs: 5 } },
      dependsOn: [{ task: 'f0', type: 'SOFT' }],
    };
    const { submitMesh } = await ask<{ submitMesh: { id: string } }>(SUBMIT, {
      input: { name: 'works', tasks: [...tasks, good] },
    });
    const state = () =>
      ask<{ mesh: { status: string; tasks: { nodes: { key: string; status: string; attempt: number }[] } } }>(
        'query ($id: ID!) { mesh(id: $id) { status tasks(first: 10) { nodes { key status attempt } } } }',
        { id: submitMesh.id },
      );
    await until('it has ended', async () => (await state()).mesh.status === 'FAILED', 60_000);
    const { mesh } = await state();
    expect(mesh.tasks.nodes.find(({ key }) => key === 'good')).toMatchObject({ status: 'COMPLETED' });
    const failed = mesh.tasks.nodes.filter(({ key }) => key !== 'good');
    expect(failed.every(({ status, attempt }) => status === 'FAILED' && attempt === 2)).toBe(true);
    const { consciousness, decisions } = await ask<Decisions & { consciousness: { enabled: boolean } }>(
      '{ consciousness { enabled } decisions { nodes { kind } } }',
    );
    expect(consciousness.enabled).toBe(false);
    expect(decisions.nodes).toEqual([]);
    await app.close();
  });
});

describe('the configured level and rate', SLOWLY, () => {
  it('are those that the server starts with', async () => {
    const app = await startApp({
      consciousness: { initialAwarenessLevel: 'Metacognitive', evolutionRate: 0.7 },
    });
    const ask = await asOwner(app);
    await until('the ledger has begun', async () => {
      const { consciousnessHistory } = await ask<{ consciousnessHistory: { nodes: { kind: string }[] } }>(
        '{ consciousnessHistory { nodes { kind to } } }',
      );
      return consciousnessHistory.nodes.length > 0;
    });
    const { consciousness } = await ask<Record<string, unknown>>(
      '{ consciousness { level earned initialLevel evolutionRate } }',
    );
    expect(consciousness).toEqual({
      ...{ level: 'METACOGNITIVE', earned: 'BASIC', initialLevel: 'METACOGNITIVE', evolutionRate: 0.7 },
    });
    await app.close();
  });
});
