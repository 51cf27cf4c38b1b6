/** A whole mesh in columns, what is expected of it, what-if on it, and mesh files checked: what the dashboard stands on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { HOUR, taskApi, wait } from '../../support/task-api.js';

let app: TestApp;
const api = taskApi(() => app);
const NOBODY = '01890a5d-ac96-774b-bcce-b302099a8057';

beforeAll(async () => {
  app = await startApp({ execution: { maxParallelTasks: 4 } });
}, 120_000);
afterAll(() => app.close());

const GRAPH = `query($id: ID!) { meshGraph(id: $id) {
  meshId seq at status total ids keys names kinds priorities tags statuses attemptNumbers layers queuedAt startedAt
  finishedAt edgeSources edgeTargets edgeTypes
  attempts { tasks numbers startedAt finishedAt waitMs layers nodes outcomes }
} }`;

interface Graph {
  readonly seq: number;
  readonly total: number;
  readonly status: string;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly kinds: readonly (string | null)[];
  readonly statuses: readonly string[];
  readonly startedAt: readonly (number | null)[];
  readonly finishedAt: readonly (number | null)[];
  readonly edgeSources: readonly number[];
  readonly edgeTargets: readonly number[];
  readonly edgeTypes: readonly string[];
  readonly attempts: { readonly tasks: readonly number[]; readonly outcomes: readonly (string | null)[] };
}

async function graphOf(id: string): Promise<Graph | null> {
  return (await api.ask<{ meshGraph: Graph | null }>(GRAPH, { id })).meshGraph;
}

describe('meshGraph', () => {
  it('answers tasks, edges by place and attempts, and the event it stands at', async () => {
    const id = await api.submit([
      { key: 'a', work: wait(10), tags: ['x'] },
      { key: 'b', work: wait(HOUR), dependsOn: [{ task: 'a', type: 'DATA' }] },
      { key: 'c', hold: true, dependsOn: [{ task: 'a', type: 'SOFT' }] },
    ]);
    const running = async (): Promise<string | undefined> => (await graphOf(id))?.statuses[1];
    await expect.poll(running, { timeout: 60_000 }).toBe('RUNNING');
    const graph = (await graphOf(id)) as Graph;
    expect(graph).toMatchObject({
      meshId: id,
      total: 3,
      status: 'RUNNING',
      keys: ['a', 'b', 'c'],
      kinds: ['WAIT', 'WAIT', null],
      tags: [['x'], [], []],
      statuses: ['COMPLETED', 'RUNNING', 'HELD'],
      attemptNumbers: [1, 1, 0],
      layers: ['LOCAL', 'LOCAL', null],
    });
    expect(
      graph.edgeTypes.map((type, edge) => [graph.edgeSources[edge], graph.edgeTargets[edge], type]).sort(),
    ).toEqual([
      [0, 1, 'DATA'],
      [0, 2, 'SOFT'],
    ]);
    expect(graph.startedAt.map((time) => time === null)).toEqual([false, false, true]);
    expect(graph.finishedAt.map((time) => time === null)).toEqual([false, true, true]);
    expect(graph.attempts).toMatchObject({ tasks: [0, 1], outcomes: ['COMPLETED', null] });
    const { status } = await api.ask<{ status: { lastEventSeq: number } }>('{ status { lastEventSeq } }');
    expect(graph.seq).toBe(status.lastEventSeq);
    await api.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', { id });
    expect((await graphOf(id))?.status).toBe('CANCELLED');
  });

  it('is null for a mesh that does not exist', async () => {
    expect(await graphOf(NOBODY)).toBeNull();
  });
});

describe('meshOutlook', () => {
  it('tells of each open task how long it runs and when it ends', async () => {
    const id = await api.submit([
      { key: 'a', work: wait(HOUR) },
      { key: 'b', work: wait(1000), dependsOn: [{ task: 'a' }] },
    ]);
    const { meshOutlook } = await api.ask<{
      meshOutlook: { eta: { p50: number }; taskIds: string[]; runP50: number[]; endP50: number[] };
    }>('query($id: ID!) { meshOutlook(id: $id) { eta { p50 } taskIds runP50 endP50 } }', { id });
    const graph = (await graphOf(id)) as Graph;
    expect(meshOutlook.taskIds).toEqual(graph.ids);
    expect(meshOutlook.runP50).toEqual([3600, 1]);
    expect(meshOutlook.endP50[0]).toBeGreaterThan(3500);
    expect((meshOutlook.endP50[1] ?? 0) - (meshOutlook.endP50[0] ?? 0)).toBeCloseTo(1, 1);
    expect(meshOutlook.eta.p50).toBe(meshOutlook.endP50[1]);
    await api.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', { id });
    const none = await api.ask('query($id: ID!) { meshOutlook(id: $id) { taskIds } }', { id });
    expect(none).toEqual({ meshOutlook: { taskIds: [] } });
  });
});

describe('simulateRun', () => {
  it('simulates a mesh that exists from its start, with the places that are asked for', async () => {
    const id = await api.submit([1, 2, 3, 4].map((n) => ({ key: `t${n}`, work: wait(HOUR) })));
    const text =
      'query($id: ID!, $n: Int) { simulateRun(meshId: $id, concurrency: $n) { makespanSeconds tasks { key } } }';
    const spans = [];
    for (const n of [1, 2, 4]) {
      const answer = await api.ask<{ simulateRun: { makespanSeconds: number; tasks: unknown[] } }>(text, {
        id,
        n,
      });
      expect(answer.simulateRun.tasks).toHaveLength(4);
      spans.push(answer.simulateRun.makespanSeconds);
    }
    expect(spans).toEqual([14_400, 7200, 3600]);
    expect(await api.ask(text, { id: NOBODY })).toEqual({ simulateRun: null });
    await api.ask('mutation($id: ID!) { cancelMesh(id: $id) { id } }', { id });
  });
});

describe('checkMeshFile', () => {
  const CHECK =
    'query($text: String!) { checkMeshFile(text: $text) { valid faults { path message line } input } }';
  interface Report {
    readonly checkMeshFile: {
      readonly valid: boolean;
      readonly faults: readonly { readonly path: string; readonly line: number | null }[];
      readonly input: object | null;
    };
  }

  it('makes the input of a submission from a file', async () => {
    const text = 'name: f\ntasks:\n  a: { wait: { durationMs: 5 } }\n  b: { dependsOn: [a] }\n';
    const { checkMeshFile: report } = await api.ask<Report>(CHECK, { text });
    expect(report).toMatchObject({ valid: true, faults: [] });
    const { submitMesh } = await api.ask<{ submitMesh: { id: string } }>(
      'mutation($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input: report.input },
    );
    expect((await graphOf(submitMesh.id))?.keys).toEqual(['a', 'b']);
  });

  it('names every fault with its line', async () => {
    const text = 'name: f\ntasks:\n  a: { wait: { durationMs: -5 } }\n  b: { dependsOn: [c] }\n';
    const { checkMeshFile: report } = await api.ask<Report>(CHECK, { text });
    expect([report.valid, report.input]).toEqual([false, null]);
    expect(report.faults.map(({ line }) => line).sort()).toEqual([3, 4]);
  });

  it('refuses a text that is too long, by name', async () => {
    expect(await api.refusal(CHECK, { text: 'x'.repeat(200_000) }, 'owner')).toMatch(/^accepted/);
    expect(await api.refusal(CHECK, { text: 'x'.repeat(1_100_000) }, 'owner')).toBe('PAYLOAD_TOO_LARGE');
  });
});
