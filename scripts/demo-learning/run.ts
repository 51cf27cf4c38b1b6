/** One run of the workflow: submitted, followed by its progress until it ends, and asked about when all of it was learned. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoDoor } from './door.js';
import type { DemoWorkflow } from './workflow.js';

const SCRIPT = fileURLToPath(new URL('recorded.sh', import.meta.url));
const LEARNED_MS_MAX = 60_000;
const LOOK_MS = 200;
/** Predictions are written a second after they were scored. */
const WRITTEN_MS = 2000;
const PAGE = 100;

/** Seconds since the submission, and how long the whole was expected to take by then. */
export interface Eta {
  readonly at: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface Prediction {
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
  readonly actual: number;
}

export interface DemoRun {
  readonly makespan: number;
  readonly etas: readonly Eta[];
  readonly predictions: readonly Prediction[];
}

interface Progress {
  readonly status: string;
  readonly eta: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
}

export async function runOnce(door: DemoDoor, workflow: DemoWorkflow): Promise<DemoRun> {
  const { observations } = await learned(door);
  const submit = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
  const input = { name: workflow.name, tasks: workflow.tasks.map(taskInput) };
  const { submitMesh } = await door.ask<{ submitMesh: { id: string } }>(submit, { input });
  const { id } = submitMesh;
  const etas = await followed(door, id);
  const makespan = await makespanOf(door, id);
  await allLearned(door, observations + workflow.tasks.length);
  await delay(WRITTEN_MS);
  return { makespan, etas, predictions: await predictionsOf(door, id) };
}

/** What the task really takes stands in a file of the place: nothing of it is in the task. */
function taskInput({ key, program, inputBytes, dependsOn }: DemoWorkflow['tasks'][number], at: number) {
  return {
    key,
    name: program,
    work: { command: { argv: ['/bin/sh', SCRIPT, program], env: { RECORD: String(at) } } },
    taskType: 'MICRO',
    layer: 'CLUSTER',
    retryPolicy: { maxAttempts: 1 },
    ...(inputBytes > 0 ? { metadata: { inputBytes } } : {}),
    dependsOn: dependsOn.map((task) => ({ task })),
  };
}

async function followed(door: DemoDoor, meshId: string): Promise<Eta[]> {
  const query =
    'subscription ($meshId: ID!) { meshProgress(meshId: $meshId) { status eta { p10 p50 p90 } } }';
  const begin = performance.now();
  const etas: Eta[] = [];
  for await (const { meshProgress } of door.follow<{ meshProgress: Progress }>(query, { meshId })) {
    const { status, eta } = meshProgress;
    if (status === 'FAILED' || status === 'CANCELLED') throw new Error(`a run of the demo was ${status}`);
    if (status === 'COMPLETED') break;
    const at = (performance.now() - begin) / 1000;
    if (eta !== null) etas.push({ at, p10: at + eta.p10, p50: at + eta.p50, p90: at + eta.p90 });
  }
  return etas;
}

async function makespanOf(door: DemoDoor, id: string): Promise<number> {
  const query = 'query ($id: ID!) { mesh(id: $id) { createdAt finishedAt } }';
  const { mesh } = await door.ask<{ mesh: { createdAt: string; finishedAt: string } }>(query, { id });
  return (Date.parse(mesh.finishedAt) - Date.parse(mesh.createdAt)) / 1000;
}

export async function learned(door: DemoDoor): Promise<{ observations: number }> {
  const query = '{ learningMetrics { observations } }';
  return (await door.ask<{ learningMetrics: { observations: number } }>(query)).learningMetrics;
}

async function allLearned(door: DemoDoor, count: number): Promise<void> {
  for (let waited = 0; waited < LEARNED_MS_MAX; waited += LOOK_MS) {
    const { observations } = await learned(door);
    if (observations >= count) return;
    await delay(LOOK_MS);
  }
  throw new Error(`only ${(await learned(door)).observations} of ${count} attempts were learned from`);
}

async function predictionsOf(door: DemoDoor, meshId: string): Promise<Prediction[]> {
  const query = `query ($meshId: ID!, $after: String) {
    predictions(filter: { meshId: $meshId, scored: true }, first: ${PAGE}, after: $after) {
      nodes { p05 p50 p95 actual } pageInfo { endCursor hasNextPage } } }`;
  interface Page {
    readonly nodes: readonly Prediction[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  }
  const all: Prediction[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { predictions }: { predictions: Page } = await door.ask(query, { meshId, after });
    all.push(...predictions.nodes);
    [after, more] = [predictions.pageInfo.endCursor, predictions.pageInfo.hasNextPage];
  }
  return all;
}
